package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/record"
)

// secure notes in the security log what is about getting in, and what was refused. What cannot be noted there stands in the audit chain.
func (s *Service) secure(ctx context.Context, op string, in any, line record.AuditEntry, err error) {
	a := ActorOf(ctx)
	e := record.SecurityEvent{At: s.o.Now(), Act: line.Act, Who: a.Who(), Door: a.Door, Failed: line.Failed}
	b, at := in.(interface{ browser() Browser })
	switch {
	case s.o.Records == nil:
		return
	case at:
		e.From, e.Agent, e.Who = b.browser().From.String(), plain(b.browser().Agent), line.Subject
	case errors.Is(err, ErrRefused):
	case op == "check-token" && err != nil, op == "pass-pin", op == "set-pin", op == "sign-out", op == "reset-owner",
		op == "make-console-password":
	default:
		return
	}
	if err := s.o.Records.AddSecurity(e); err != nil {
		s.o.Logger.Error("note sign-in", "err", err)
	}
}

// browser is where somebody sits who signs in.
func (b Browser) browser() Browser { return b }

// ListSecurity returns up to so many sign-ins and refusals, the newest first; 0 = MaxList.
var ListSecurity = define(Op[int, []record.SecurityEvent]{
	Name: "list-security", Role: Owner, Audit: Reads("read log of sign-ins"),
	Run: (*Service).listSecurity,
})

func (s *Service) listSecurity(_ context.Context, n int) ([]record.SecurityEvent, error) {
	list, err := s.o.Records.Security(limit(n))
	return some(list), err
}

// ageSecurity forgets sign-ins and refusals whose time is over.
func (s *Service) ageSecurity() error {
	r, err := s.o.Records.Retention()
	if err != nil {
		return err
	}
	days := r.Security
	if days == 0 {
		days = record.SecurityDays
	}
	_, err = s.o.Records.DropSecurity(s.o.Now().AddDate(0, 0, -days))
	return err
}

// OpenSession is a browser that is signed in.
type OpenSession = access.OpenSession

// SessionQuery asks for sessions. Secret is that of the session that asks; "" = none.
type SessionQuery struct {
	Secret Password `json:"secret"`
}

// ListSessions returns the browsers that are signed in: the owner sees all, staff their own.
var ListSessions = define(Op[SessionQuery, []OpenSession]{
	Name: "list-sessions", Role: Staff, Audit: NoLine("where people are signed in; each sees their own, the owner all"),
	Run: (*Service).listSessions,
})

func (s *Service) listSessions(ctx context.Context, in SessionQuery) ([]OpenSession, error) {
	account, err := s.onlyOwn(ctx)
	if err != nil {
		return nil, err
	}
	return s.o.Guard.Sessions(account, string(in.Secret))
}

// onlyOwn is the account whose sessions somebody may see and end; "" = all.
func (s *Service) onlyOwn(ctx context.Context) (string, error) {
	a := ActorOf(ctx)
	if a.Role != Staff {
		return "", nil
	}
	if a.Kind != "account" { // a token of the staff is nobody's
		return "", ErrRefused
	}
	who, err := s.o.Guard.Named(a.Name)
	return who.Account, err
}

// RevokeSession signs a browser out; store.ErrNotFound when there is none, or it is somebody else's and staff asks.
var RevokeSession = define(Op[string, None]{
	Name: "revoke-session", Role: Staff, Audit: Changes("sign a browser out"),
	About: of[None],
	Run:   act((*Service).revokeSession),
})

func (s *Service) revokeSession(ctx context.Context, id string) error {
	account, err := s.onlyOwn(ctx)
	if err != nil {
		return err
	}
	return s.o.Guard.Revoke(ctx, account, id)
}

// SecondState tells whether an account needs a code besides the password.
type SecondState struct {
	On       bool      `json:"on"`
	Since    time.Time `json:"since,omitzero"`
	Recovery int       `json:"recovery"` // codes for recovery that are left
}

// ReadSecondFactor tells whether one's own account needs a code besides the password.
var ReadSecondFactor = define(Op[access.Identity, SecondState]{
	Name: "read-second-factor", Role: Staff, Audit: NoLine("whether there is one"),
	Run: (*Service).readSecondFactor,
})

func (s *Service) readSecondFactor(ctx context.Context, who access.Identity) (SecondState, error) {
	if err := ownAccount(ctx, who); err != nil {
		return SecondState{}, err
	}
	since, n, err := s.o.Guard.Second(who.Account)
	return SecondState{On: !since.IsZero(), Since: since, Recovery: n}, err
}

// ownAccount refuses what is about the account of somebody else.
func ownAccount(ctx context.Context, who access.Identity) error {
	if a := ActorOf(ctx); a.Kind == "account" && !strings.EqualFold(a.Name, who.Name) {
		return ErrRefused
	}
	return nil
}

// SecondStart is a secret for an authenticator app, to be confirmed by a code of it.
type SecondStart struct {
	Key    Password `json:"key"`
	Secret Password `json:"secret"` // to be typed
	URL    Password `json:"url"`    // the same for apps, which read it from a picture
}

// StartSecondFactor draws a secret for an authenticator app. It counts once ConfirmSecondFactor has seen a code of it.
var StartSecondFactor = define(Op[access.Identity, SecondStart]{
	Name: "start-second-factor", Role: Staff, Audit: Changes("begin a second factor"),
	About: func(in access.Identity, _ SecondStart) string { return in.Name },
	Run:   (*Service).startSecondFactor,
})

func (s *Service) startSecondFactor(ctx context.Context, who access.Identity) (SecondStart, error) {
	if err := ownAccount(ctx, who); err != nil {
		return SecondStart{}, err
	}
	if _, _, err := s.o.Guard.Second(who.Account); err != nil {
		return SecondStart{}, err
	}
	e, err := s.o.Guard.NewSecond(who, "Frontdesk")
	return SecondStart{Key: Password(e.Key), Secret: Password(e.Secret), URL: Password(e.URL)}, err
}

// SecondConfirm puts a second factor in force.
type SecondConfirm struct {
	Browser
	Account  access.Identity `json:"account"`
	Session  Password        `json:"session"` // that stays
	Key      Password        `json:"key"`
	Password Password        `json:"password"`
	Code     Password        `json:"code"`
}

// RecoveryCodes stand for the app, each once. They are shown this once.
type RecoveryCodes struct {
	Codes []Password `json:"codes"`
}

// ConfirmSecondFactor puts a second factor in force, and ends the account's other sessions. The error may be access.ErrWrong,
// access.ErrSecondCode, access.ErrNoSecond or an *access.WaitError.
var ConfirmSecondFactor = define(Op[SecondConfirm, RecoveryCodes]{
	Name: "confirm-second-factor", Role: Staff, Audit: Changes("set up a second factor"),
	About: func(in SecondConfirm, _ RecoveryCodes) string { return in.Account.Name },
	Run:   (*Service).confirmSecondFactor,
})

func (s *Service) confirmSecondFactor(ctx context.Context, in SecondConfirm) (out RecoveryCodes, err error) {
	if err := ownAccount(ctx, in.Account); err != nil {
		return out, err
	}
	codes, err := s.o.Guard.ConfirmSecond(ctx, in.Account, string(in.Session), string(in.Key), string(in.Password), string(in.Code), in.From)
	for _, c := range codes {
		out.Codes = append(out.Codes, Password(c))
	}
	return out, err
}

// SecondDrop ends a second factor.
type SecondDrop struct {
	Browser
	Account  access.Identity `json:"account"`
	Password Password        `json:"password"`
	Code     Password        `json:"code"` // of the app, or for recovery
}

// DropSecondFactor ends one's own second factor. The error may be access.ErrWrong, access.ErrSecondCode or an *access.WaitError.
var DropSecondFactor = define(Op[SecondDrop, None]{
	Name: "drop-second-factor", Role: Staff, Audit: Changes("end a second factor"),
	About: func(in SecondDrop, _ None) string { return in.Account.Name },
	Run:   act((*Service).dropSecondFactor),
})

func (s *Service) dropSecondFactor(ctx context.Context, in SecondDrop) error {
	if err := ownAccount(ctx, in.Account); err != nil {
		return err
	}
	return s.o.Guard.DropSecond(ctx, in.Account, string(in.Password), string(in.Code), in.From)
}

// SecondTry ends a sign-in that waits for a code.
type SecondTry struct {
	Browser
	Name string   `json:"name"`
	Half Password `json:"half"` // of the sign-in
	Code Password `json:"code"` // of the app, or for recovery
}

// PassSecondFactor ends a sign-in that waits for a code, and begins the session. The error may be access.ErrSecondCode,
// access.ErrNoSecond or an *access.WaitError.
var PassSecondFactor = define(Op[SecondTry, Session]{
	Name: "pass-second-factor", Role: Anybody, Audit: Changes("pass the second factor"),
	About: func(in SecondTry, s Session) string { return in.about(s.Name) },
	Run:   (*Service).passSecondFactor,
})

func (s *Service) passSecondFactor(ctx context.Context, in SecondTry) (out Session, err error) {
	if out.Name, err = s.o.Guard.Known(in.Name); err != nil {
		return out, err
	}
	secret, err := s.o.Guard.PassSecond(ctx, string(in.Half), string(in.Code), in.From)
	out.Secret = Password(secret)
	return out, errors.Join(err, s.began(secret, in.Browser))
}

// began keeps with a session where it was begun.
func (s *Service) began(secret string, b Browser) error {
	if secret == "" {
		return nil
	}
	return s.o.Guard.NoteBrowser(secret, b.From, b.Agent)
}
