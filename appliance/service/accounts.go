package service

import (
	"context"
	"errors"
	"net/netip"

	"frontdesk.internal/appliance/access"
)

// Browser is from where somebody signs in at the page.
type Browser struct {
	From   netip.Addr `json:"from"`
	Agent  string     `json:"agent"`  // as it calls itself
	Device string     `json:"device"` // what it brings of a former sign-in; "" = nothing
}

// about names in the audit chain whom somebody signed in as; name "" = nobody whom the box knows. From where stands in the security log
// alone, which ages out.
func (b Browser) about(name string) string {
	if name == "" {
		return "nobody known"
	}
	return name
}

// SignInTry is a name and a password as they were typed.
type SignInTry struct {
	Browser
	Name     string   `json:"name"`
	Password Password `json:"password"`
}

// Session is what a sign-in has brought.
type Session struct {
	Secret Password `json:"secret"` // "" while a code is needed, too
	Half   Password `json:"half"`   // stands for the password until the code is there: PassSecondFactor takes it
	Name   string   `json:"name"`   // of the account, even when its password was wrong; "" = there is none
}

// SignIn begins a session. The error may be access.ErrWrong or an *access.WaitError.
var SignIn = define(Op[SignInTry, Session]{
	Name: "sign-in", Role: Anybody, Audit: Changes("sign in"),
	About: func(in SignInTry, s Session) string { return in.about(s.Name) },
	Run:   (*Service).signIn,
})

func (s *Service) signIn(ctx context.Context, in SignInTry) (out Session, err error) {
	if out.Name, err = s.o.Guard.Known(in.Name); err != nil { // what was typed may be a password: only the name of an account is noted
		return out, err
	}
	secret, err := s.o.Guard.SignInWith(ctx, in.Device, in.Name, string(in.Password), in.From)
	var second *access.SecondError
	if errors.As(err, &second) {
		out.Half = Password(second.Half)
		return out, nil
	}
	out.Secret = Password(secret)
	return out, errors.Join(err, s.began(secret, in.Browser))
}

// OwnerClaim makes the owner's account, or gives it a new name and password, by the one-time code.
type OwnerClaim struct {
	Browser
	Code     Password `json:"code"`
	Name     string   `json:"name"`
	Password Password `json:"password"`
}

// ClaimOwner makes the owner's account, or after a reset gives it a new name and password, and begins a session. The error may be
// access.ErrCode, access.ErrName, access.ErrOwnerExists, an *access.WeakError or an *access.WaitError.
var ClaimOwner = define(Op[OwnerClaim, Session]{
	Name: "claim-owner", Role: Anybody, Audit: Changes("set up the owner's account"),
	About: func(in OwnerClaim, s Session) string { return in.about(s.Name) },
	Run:   (*Service).claimOwner,
})

func (s *Service) claimOwner(ctx context.Context, in OwnerClaim) (Session, error) {
	secret, err := s.o.Guard.Claim(ctx, string(in.Code), in.Name, string(in.Password), in.From)
	if err != nil {
		return Session{}, err
	}
	name, err := s.o.Guard.Known(in.Name)
	return Session{Secret: Password(secret), Name: name}, errors.Join(err, s.began(secret, in.Browser))
}

// SignOut ends the session with that secret.
var SignOut = define(Op[Password, None]{
	Name: "sign-out", Role: Anybody, Audit: Changes("sign out"),
	Run: act((*Service).signOut),
})

func (s *Service) signOut(ctx context.Context, secret Password) error {
	return s.o.Guard.SignOut(ctx, string(secret))
}

// PasswordChange is another password of one's own.
type PasswordChange struct {
	Browser
	Account access.Identity `json:"account"`
	Secret  Password        `json:"secret"` // of the session that stays
	Old     Password        `json:"old"`
	New     Password        `json:"new"`
}

// ChangePassword gives one's own account another password and ends all its sessions but one. The error may be access.ErrWrong, an
// *access.WaitError or an *access.WeakError.
var ChangePassword = define(Op[PasswordChange, None]{
	Name: "change-password", Role: Staff, Audit: Changes("change password"),
	About: func(in PasswordChange, _ None) string { return in.about(in.Account.Name) },
	Run:   act((*Service).changePassword),
})

func (s *Service) changePassword(ctx context.Context, in PasswordChange) error {
	if err := ownAccount(ctx, in.Account); err != nil {
		return err
	}
	return s.o.Guard.ChangePassword(ctx, in.Account, string(in.Secret), string(in.Old), string(in.New), in.From)
}

// NewPerson is an account of the staff that is to be made.
type NewPerson struct {
	Name     string   `json:"name"`
	Password Password `json:"password"`
}

// AddPerson makes an account of the staff. The error may be access.ErrName or an *access.WeakError.
var AddPerson = define(Op[NewPerson, access.Person]{
	Name: "add-person", Role: Owner, Audit: Changes("add account"),
	About: func(_ NewPerson, p access.Person) string { return p.ID },
	Run:   (*Service).addPerson,
})

func (s *Service) addPerson(ctx context.Context, in NewPerson) (access.Person, error) {
	return s.o.Guard.AddStaff(ctx, in.Name, string(in.Password))
}

// RemovePerson removes an account of the staff and signs it out. The error is access.ErrNotAllowed for the owner's own.
var RemovePerson = define(Op[string, None]{
	Name: "remove-person", Role: Owner, Audit: Changes("remove account"),
	About: of[None],
	Run:   act((*Service).removePerson),
})

func (s *Service) removePerson(ctx context.Context, id string) error {
	return s.o.Guard.RemoveStaff(ctx, id)
}

// ListPeople returns every account, the oldest first.
var ListPeople = define(Op[None, []access.Person]{
	Name: "list-people", Role: Staff, Audit: NoLine("names of colleagues"),
	Run: get((*Service).listPeople),
})

func (s *Service) listPeople(ctx context.Context) ([]access.Person, error) {
	ps, err := s.o.Guard.People(ctx)
	return some(ps), err
}
