package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Telephone is the running phone as the service needs it.
type Telephone interface {
	// InUse is the account that the phone uses, with its password.
	InUse() (e record.Extension, password string)
	// Try registers once with another account, over a socket of its own, and takes that registration off again.
	Try(ctx context.Context, e record.Extension, password string) (PhoneTest, error)
	// Use makes the running phone register with e from now on; calls that are up go on.
	Use(e record.Extension, password string) error
	// Ladders are those of the last calls, newest first.
	Ladders() []Ladder
	// Registration are the newest messages of the registration, oldest first.
	Registration() []LadderMessage
	// Lines are the further extensions of the settings.
	Lines() []Phone
	// CallBack rings an extension, and when somebody has answered there, has the telephone system call a number outside
	// ("+12175550142") and join the two. name is shown on the telephone. A [*CallError] says why they are not joined.
	CallBack(ctx context.Context, extension string, number record.PhoneNumber, name record.Personal) error
	// TalkWith rings an extension, and has who picks up talk with the assistant; it returns when that is over. A [*CallError] says why
	// nobody talks.
	TalkWith(ctx context.Context, extension string) error
}

// changesShown is how many changes of registrations are shown.
const changesShown = 40

// Where an account comes from.
const (
	FromNowhere  = "none"          // there is none: the box gets no calls
	FromSettings = "settings file" // the [sip] table of frontdesk.toml
	FromDoor     = "saved"         // somebody saved it by page, console or command; the settings file does not count then
)

// PhoneAccount is the account at the telephone system as doors show it. The password is never in it.
type PhoneAccount struct {
	record.SavedExtension
	HasPassword bool                    `json:"has_password"`
	From        string                  `json:"from"`    // FromNowhere, FromSettings, FromDoor
	History     []record.SavedExtension `json:"history"` // newest first
	Changes     []PhoneChange           `json:"changes"` // of the registrations, newest first
	Now         Phone                   `json:"now"`
	Lines       []Phone                 `json:"lines"` // further extensions, which the settings file names
	// Undo says until when UndoPhoneAccount brings the former account back; zero = it cannot.
	Undo time.Time `json:"undo_until,omitzero"`
}

// PhoneChange is one change of a registration.
type PhoneChange = record.PhoneChange

// Password is a password on its way in. It goes through JSON toward the appliance and shows itself nowhere else.
type Password string

// String implements fmt.Stringer.
func (p Password) String() string {
	if p == "" {
		return ""
	}
	return "[secret]"
}

// GoString implements fmt.GoStringer.
func (p Password) GoString() string { return p.String() }

// LogValue implements slog.LogValuer.
func (p Password) LogValue() slog.Value { return slog.StringValue(p.String()) }

// PhoneAccountEdit is an account that is to be tried or saved.
type PhoneAccountEdit struct {
	record.Extension          // without a transport: udp
	Password         Password `json:"password,omitempty"` // "" keeps the one there is
	Anyway           bool     `json:"anyway,omitempty"`   // save it although the telephone system does not accept it now
}

// RefusedAccount is what an [InvalidError] is about when the account was tried before it was saved and the telephone system did not accept
// it. What was in use stays in use; PhoneAccountEdit.Anyway saves it all the same.
const RefusedAccount = "account: the telephone system does not accept it"

// Verdicts of a registration: the closed list of what a telephone system may say.
const (
	VerdictOK          = "ok"
	VerdictPassword    = "wrong_password"
	VerdictExtension   = "no_such_extension"
	VerdictForbidden   = "forbidden"
	VerdictUnreachable = "unreachable"
	VerdictName        = "name_not_found"
	VerdictCertificate = "certificate_not_trusted"
	VerdictOverloaded  = "pbx_unavailable"
	VerdictDigest      = "unknown_digest"
	VerdictInterval    = "interval_refused"
	VerdictMoved       = "moved"
	VerdictUnexpected  = "unexpected_answer"
)

// PhoneTest is how one registration for a test went.
type PhoneTest struct {
	OK        bool            `json:"ok"`
	Verdict   string          `json:"verdict"` // one of Verdict…
	Text      string          `json:"text"`    // the result in one plain sentence
	Advice    string          `json:"advice"`  // what to do next, in plain words; "" when all is right
	Code      int             `json:"code"`    // SIP status of the last answer, 0 without one
	Address   string          `json:"address"` // that was tried
	Contact   string          `json:"contact,omitempty"`
	Algorithm string          `json:"algorithm,omitempty"` // of the password check
	TookMS    int64           `json:"took_ms"`
	Detail    string          `json:"detail,omitempty"` // technical cause
	Steps     []LadderMessage `json:"steps"`            // the messages
}

// LadderMessage is one message of a ladder. It holds no number and no name of a caller.
type LadderMessage struct {
	At   time.Time `json:"at"`
	Sent bool      `json:"sent"` // from this box to the telephone system
	Text string    `json:"text"`
	Note string    `json:"note,omitempty"`
}

// Ladder is the messages of one call.
type Ladder struct {
	Call  string          `json:"call"`
	Began time.Time       `json:"began"`
	Ended time.Time       `json:"ended,omitzero"`
	End   string          `json:"end,omitempty"` // why it ended
	Steps []LadderMessage `json:"steps"`
}

// ReadPhoneAccount returns the account in use and how the registration stands.
var ReadPhoneAccount = define(Op[None, PhoneAccount]{
	Name: "read-phone-account", Role: Owner | Technician, Audit: NoLine("the extension of the box; its password is never shown"),
	Run: get((*Service).readPhoneAccount),
})

func (s *Service) readPhoneAccount(context.Context) (PhoneAccount, error) {
	a := PhoneAccount{
		From: FromNowhere, Now: s.o.Runtime().Phone, History: []record.SavedExtension{}, Changes: []PhoneChange{}, Lines: []Phone{},
	}
	if s.o.Records != nil {
		e, password, err := s.o.Records.Extension()
		switch {
		case err == nil:
			a.SavedExtension, a.HasPassword, a.From = e, password != "", FromDoor
		case !errors.Is(err, store.ErrNotFound):
			return PhoneAccount{}, err
		}
		history, err := s.o.Records.Extensions()
		if err != nil {
			return PhoneAccount{}, err
		}
		a.History = some(history)
		changes, err := s.o.Records.PhoneChanges(changesShown)
		if err != nil {
			return PhoneAccount{}, err
		}
		a.Changes = some(changes)
	}
	if _, until := s.former.get(s.o.Now()); !until.IsZero() {
		a.Undo = until
	}
	if s.o.Telephone == nil {
		return a, nil
	}
	a.Lines = some(s.o.Telephone.Lines())
	if a.From == FromNowhere {
		e, password := s.o.Telephone.InUse()
		if a.Extension, a.HasPassword = e, password != ""; e.Registrar != "" {
			a.From = FromSettings
		}
	}
	return a, nil
}

// TestPhoneAccount makes one registration with e and tells how it went. It takes up to half a minute. The error is an
// *InvalidError when e cannot be an account.
var TestPhoneAccount = define(Op[PhoneAccountEdit, PhoneTest]{
	Name: "test-phone-account", Role: Owner | Technician, Long: true, Needs: needPhone,
	Audit: NoLine("one registration, which is taken off again"),
	Run:   (*Service).testPhoneAccount,
})

func (s *Service) testPhoneAccount(ctx context.Context, e PhoneAccountEdit) (PhoneTest, error) {
	x, password, err := s.candidate(e)
	if err != nil {
		return PhoneTest{}, err
	}
	s.testing.Lock()
	defer s.testing.Unlock()
	return s.tryAccount(ctx, x, password)
}

// tryAccount registers once with x. Called with testing held.
func (s *Service) tryAccount(ctx context.Context, x record.Extension, password string) (PhoneTest, error) {
	t, err := s.o.Telephone.Try(ctx, x, password)
	if err != nil {
		return PhoneTest{}, err
	}
	t.OK = t.Verdict == VerdictOK
	t.Text, t.Advice = ExplainVerdict(t.Verdict, x)
	t.Steps = some(t.Steps)
	return t, nil
}

// SetPhoneAccount tries e, and when the telephone system accepts it saves e and makes the running phone use it at once; calls that are up
// go on. Until then the former account stays in use. The error is an *InvalidError when e cannot be an account, and one about
// RefusedAccount when the telephone system did not accept it.
var SetPhoneAccount = define(Op[PhoneAccountEdit, PhoneAccount]{
	Name: "set-phone-account", Role: Owner | Technician, Long: true, Audit: Changes("save the account at the telephone system"),
	Run: (*Service).setPhoneAccount,
})

func (s *Service) setPhoneAccount(ctx context.Context, e PhoneAccountEdit) (PhoneAccount, error) {
	x, password, err := s.candidate(e)
	if err != nil {
		return PhoneAccount{}, err
	}
	s.testing.Lock()
	defer s.testing.Unlock()
	if s.o.Telephone != nil && !e.Anyway {
		t, err := s.tryAccount(ctx, x, password)
		if err != nil {
			return PhoneAccount{}, err
		}
		if !t.OK {
			text := strings.TrimSuffix(strings.TrimSpace(t.Text+" "+t.Advice), ".")
			return PhoneAccount{}, &InvalidError{What: RefusedAccount, Problems: []knowledge.Problem{{Path: verdictField(t.Verdict), Text: text}}}
		}
	}
	was := account{until: s.o.Now().Add(undoAccount)}
	was.e, was.password = s.inUse()
	if err := s.useAccount(ctx, x, password); err != nil {
		return PhoneAccount{}, err
	}
	if was.e.Registrar != "" {
		s.former.set(was)
	}
	return s.readPhoneAccount(ctx)
}

// useAccount makes the phone register with x, and keeps x.
func (s *Service) useAccount(ctx context.Context, x record.Extension, password string) error {
	if s.o.Telephone != nil {
		if err := s.o.Telephone.Use(x, password); err != nil {
			return err
		}
	}
	return s.o.Records.SetExtension(record.SavedExtension{Extension: x, By: ActorOf(ctx).By(), At: s.o.Now()}, password)
}

// undoAccount is how long the account before the present one can be brought back. Its password is in memory alone, and no longer.
const undoAccount = 10 * time.Minute

// account is one with its password.
type account struct {
	e        record.Extension
	password string
	until    time.Time // it can be brought back until then
}

// former is the account before the present one.
type former struct {
	mu  sync.Mutex
	was account
}

func (f *former) set(a account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.was = a
}

// get returns it and until when it can be brought back; zero = there is none any more.
func (f *former) get(now time.Time) (account, time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !now.Before(f.was.until) {
		f.was = account{}
	}
	return f.was, f.was.until
}

// UndoPhoneAccount brings back the account that SetPhoneAccount took the place of, within ten minutes; store.ErrNotFound when there is
// none any more.
var UndoPhoneAccount = define(Op[None, PhoneAccount]{
	Name: "undo-phone-account", Role: Owner, Audit: Changes("bring the former account at the telephone system back"),
	Run: get((*Service).undoPhoneAccount),
})

func (s *Service) undoPhoneAccount(ctx context.Context) (PhoneAccount, error) {
	s.testing.Lock()
	defer s.testing.Unlock()
	was, until := s.former.get(s.o.Now())
	if until.IsZero() {
		return PhoneAccount{}, fmt.Errorf("bring the former account back: %w", store.ErrNotFound)
	}
	if err := s.useAccount(ctx, was.e, was.password); err != nil {
		return PhoneAccount{}, err
	}
	s.former.set(account{})
	return s.readPhoneAccount(ctx)
}

// verdictField is the field of an account that a verdict is about; "" when it is none in particular.
func verdictField(verdict string) string {
	switch verdict {
	case VerdictPassword:
		return "password"
	case VerdictExtension, VerdictForbidden:
		return "user"
	case VerdictUnreachable, VerdictName:
		return "registrar"
	}
	return ""
}

// ListLadders returns those of the last calls, newest first. They are kept in memory only.
var ListLadders = define(Op[None, []Ladder]{
	Name: "list-ladders", Role: Owner | Technician, Needs: needPhone, Audit: NoLine("the messages hold no number and no name"),
	Run: get((*Service).listLadders),
})

func (s *Service) listLadders(context.Context) ([]Ladder, error) {
	list := some(s.o.Telephone.Ladders())
	for i := range list {
		list[i].Steps = some(list[i].Steps)
	}
	return list, nil
}

// ReadLadder returns the ladder of one call, "registration" being that of the registration; store.ErrNotFound when it is not
// kept any more.
var ReadLadder = define(Op[string, Ladder]{
	Name: "read-ladder", Role: Owner | Technician, Needs: needPhone, Audit: NoLine("the messages hold no number and no name"),
	Run: (*Service).readLadder,
})

func (s *Service) readLadder(ctx context.Context, call string) (Ladder, error) {
	if call == RegistrationLadder {
		l := Ladder{Call: call, Steps: some(s.o.Telephone.Registration())}
		if len(l.Steps) > 0 {
			l.Began = l.Steps[0].At
		}
		return l, nil
	}
	list, err := s.listLadders(ctx)
	if err != nil {
		return Ladder{}, err
	}
	if i := slices.IndexFunc(list, func(l Ladder) bool { return l.Call == call }); i >= 0 {
		return list[i], nil
	}
	return Ladder{}, store.ErrNotFound
}

// RegistrationLadder names the ladder of the registration.
const RegistrationLadder = "registration"

// candidate checks an edit and finds its password.
func (s *Service) candidate(e PhoneAccountEdit) (record.Extension, string, error) {
	x := record.Extension{
		Registrar: strings.TrimSpace(e.Registrar), Transport: strings.ToLower(cmp.Or(strings.TrimSpace(e.Transport), "udp")),
		User: strings.TrimSpace(e.User), AuthUser: strings.TrimSpace(e.AuthUser), Domain: strings.TrimSpace(e.Domain),
	}
	if x.AuthUser == x.User {
		x.AuthUser = ""
	}
	var problems []knowledge.Problem
	if x.Registrar == "" {
		problems = append(problems, knowledge.Problem{
			Path: "registrar", Text: "write the address of the telephone system, such as 192.0.2.10",
		})
		if x.User == "" {
			problems = append(problems, knowledge.Problem{Path: "user", Text: record.NoExtension})
		}
	}
	for _, f := range x.Faults() {
		problems = append(problems, knowledge.Problem{Path: f.Field, Text: f.Text})
	}
	password := string(e.Password)
	if password == "" {
		former, kept := s.inUse()
		// A password is never shown to an address that it was not typed for.
		if password = kept; kept != "" && !former.Knows(x.Hosts()) {
			problems = append(problems, knowledge.Problem{
				Path: "password", Text: "type the password again: the address of the telephone system is another one",
			})
		}
	}
	if strings.ContainsAny(password, "\r\n") || len(password) > 256 {
		problems = append(problems, knowledge.Problem{Path: "password", Text: "use one line of at most 256 characters"})
	}
	if len(problems) > 0 {
		return x, "", &InvalidError{What: "phone account", Problems: problems}
	}
	return x, password, nil
}

// inUse is the account of now, to which an empty password refers.
func (s *Service) inUse() (record.Extension, string) {
	if s.o.Records != nil {
		if e, password, err := s.o.Records.Extension(); err == nil {
			return e.Extension, password
		}
	}
	if s.o.Telephone != nil {
		return s.o.Telephone.InUse()
	}
	return record.Extension{}, ""
}

// ExplainVerdict says in plain words what a verdict means for x, and what to do about it.
func ExplainVerdict(verdict string, x record.Extension) (text, advice string) {
	pbx := x.Registrar
	if pbx == "" {
		pbx = "the telephone system"
	}
	switch verdict {
	case VerdictOK:
		return fmt.Sprintf("The telephone system accepted extension %s.", x.User), ""
	case VerdictPassword:
		return "The telephone system refused the password.",
			"Copy the password of the extension from the telephone system again. If it shows a user name that is not the extension, fill " +
				"that in too."
	case VerdictExtension:
		return fmt.Sprintf("The telephone system has no extension %s.", x.User), "Make the extension there, or correct the number here."
	case VerdictForbidden:
		return "The telephone system does not allow this box.",
			"Look there whether the extension may register, whether another telephone uses it already, and whether addresses are restricted."
	case VerdictUnreachable:
		return fmt.Sprintf("Nothing answered at %s.", pbx),
			"Check the address, the network cable, and whether a firewall lets SIP through. Some systems answer by TCP only."
	case VerdictName:
		return fmt.Sprintf("The name %s was not found.", pbx), "Check the spelling, or use the IP address of the telephone system."
	case VerdictCertificate:
		return "The telephone system shows a certificate that this box does not trust.",
			"Write the name that is in the certificate as the address, and name the authority that signed it in the settings: tls_ca."
	case VerdictOverloaded:
		return "The telephone system says that it cannot serve now.", "Look at the telephone system, or try again in a minute."
	case VerdictDigest:
		return "The telephone system asks for a kind of password check that this box does not know.", "Allow MD5 or SHA-256 there."
	case VerdictMoved:
		return "The telephone system sends this box to another address.",
			"Enter that address here, or correct the telephone system; the details below say what was exchanged."
	case VerdictInterval:
		return "The telephone system does not accept how often this box registers.", "Raise expires in the settings file."
	}
	return "The telephone system gave an answer that this box does not understand.",
		"Look at the log of the telephone system; the details below say what was exchanged."
}
