package service_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// other is a second good password.
const other = service.Password("green bicycle under water")

// signIn tries a name and a password, as somebody whom nobody knows yet.
func (h *house) signIn(name string, password service.Password) (service.Session, error) {
	return as(h, service.Visitor, service.SignIn, service.SignInTry{Browser: browser(), Name: name, Password: password})
}

// signedIn reports whether a session holds, and whose it is.
func (h *house) signedIn(secret service.Password) string {
	h.Helper()
	who, err := h.gate.Session(h.Context(), string(secret))
	if err != nil && !errors.Is(err, access.ErrNoSession) {
		h.Error(err)
	}
	return who.Name
}

// A sign-in begins a session of the account, wherever the name was written in capitals; what is wrong says the same for a wrong
// password and for a name that nobody has.
func TestSignIn(t *testing.T) {
	h := openHouse(t)
	h.claim()
	for _, tt := range []struct {
		name     string
		password service.Password
		want     error
		known    string
	}{
		{"Maria", good, nil, "Maria"}, {" maria ", good, nil, "Maria"}, {"Maria", good + " ", access.ErrWrong, "Maria"},
		{"Maria", "", access.ErrWrong, "Maria"}, {"Nobody", good, access.ErrWrong, ""}, {"", good, access.ErrWrong, ""},
		{"Maria", service.Password(strings.Repeat("x", 1<<16)), access.ErrWrong, "Maria"},
	} {
		in, err := h.signIn(tt.name, tt.password)
		if !errors.Is(err, tt.want) || in.Name != tt.known || (in.Secret != "") != (err == nil) || in.Half != "" {
			t.Errorf("%q: a session of %q, %v", tt.name, in.Name, err)
		}
		if err == nil && h.signedIn(in.Secret) != "Maria" {
			t.Errorf("%q: the session is %q's", tt.name, h.signedIn(in.Secret))
		}
	}
	h.noted("sign in", "account Maria|Maria", "account Maria|Maria", "account Maria|Maria|failed", "account Maria|Maria|failed",
		"account Maria|nobody known|failed", "account Maria|nobody known|failed", "account Maria|Maria|failed")
	for _, s := range ok(h, service.ListSessions, service.SessionQuery{}) {
		if s.Account != "Maria" || s.From != "192.0.2.7" || s.Agent != "Firefox" {
			t.Errorf("a session of nobody: %+v", s)
		}
	}
}

// Who guesses is not listened to for a while, not even with the right password, and is told how long; then it counts again.
func TestWhoGuessesWaits(t *testing.T) {
	h := openHouse(t)
	h.claim()
	var wait *access.WaitError
	for i := range 100 {
		_, err := h.signIn("Maria", "a guess")
		if errors.As(err, &wait) {
			break
		}
		if !errors.Is(err, access.ErrWrong) || i == 99 {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	if _, err := h.signIn("Maria", good); !errors.As(err, &wait) || wait.For <= 0 {
		t.Fatalf("the right one while waiting: %v", err)
	}
	h.now = h.now.Add(wait.For)
	if in, err := h.signIn("Maria", good); err != nil || in.Secret == "" {
		t.Errorf("after %s: %v", wait.For, err)
	}
}

// With a second factor the password alone begins nothing.
func TestAPasswordIsHalfWithASecondFactor(t *testing.T) {
	h := openHouse(t)
	_, codes := h.second()
	in, err := h.signIn("Maria", good)
	if err != nil || in.Secret != "" || in.Half == "" || in.Name != "Maria" {
		t.Fatalf("%+v, %v", in, err)
	}
	if h.signedIn(in.Half) != "" {
		t.Error("the half is a session")
	}
	whole := ok(h, service.PassSecondFactor, service.SecondTry{Browser: browser(), Name: "Maria", Half: in.Half, Code: codes[0]})
	if h.signedIn(whole.Secret) != "Maria" {
		t.Error("password and code begin nothing")
	}
}

// The box is claimed by the code, a name and a good password; all else leaves it unclaimed, and the code good.
func TestWhatClaimsTheBox(t *testing.T) {
	h := openHouse(t)
	right := service.OwnerClaim{Browser: browser(), Code: service.Password(h.code()), Name: "Maria", Password: good}
	with := func(change func(c *service.OwnerClaim)) service.OwnerClaim {
		c := right
		change(&c)
		return c
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	tooWeak := func(err error) bool {
		var weak *access.WeakError
		return errors.As(err, &weak)
	}
	for name, tt := range map[string]struct {
		in   service.OwnerClaim
		want func(error) bool
	}{
		"another code":     {with(func(c *service.OwnerClaim) { c.Code = "AAAA-AAAA-AAAA" }), is(access.ErrCode)},
		"no code":          {with(func(c *service.OwnerClaim) { c.Code = "" }), is(access.ErrCode)},
		"no name":          {with(func(c *service.OwnerClaim) { c.Name = " " }), is(access.ErrName)},
		"a long name":      {with(func(c *service.OwnerClaim) { c.Name = strings.Repeat("x", 41) }), is(access.ErrName)},
		"a short password": {with(func(c *service.OwnerClaim) { c.Password = "boats" }), tooWeak},
		"the name as password": {
			with(func(c *service.OwnerClaim) { c.Name, c.Password = "Maria of the boats", "maria of the boats" }), tooWeak,
		},
	} {
		s, err := as(h, service.Visitor, service.ClaimOwner, tt.in)
		if !tt.want(err) || s != (service.Session{}) {
			t.Errorf("%s: %v", name, err)
		}
		if people := ok(h, service.ListPeople, service.None{}); len(people) != 0 {
			t.Errorf("%s: %+v", name, people)
		}
	}
	if s, err := as(h, service.Visitor, service.ClaimOwner, right); err != nil || h.signedIn(s.Secret) != "Maria" {
		t.Errorf("the right one after all of them: %v", err)
	}
}

// One's own password is changed by the one that holds; other browsers are signed out, and who has another account cannot.
func TestChangePassword(t *testing.T) {
	h := openHouse(t)
	mine := h.claim()
	elsewhere, err := h.signIn("Maria", good)
	account, err2 := h.gate.Session(t.Context(), string(mine.Secret))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	change := service.PasswordChange{Browser: browser(), Account: account, Secret: mine.Secret, Old: good, New: other}
	var weak *access.WeakError
	short, wrong := change, change
	short.New, wrong.Old = "boats", "seven small red boats"
	if _, err := as(h, service.Owner, service.ChangePassword, short); !errors.As(err, &weak) {
		t.Errorf("a short one: %v", err)
	}
	if _, err := as(h, service.Owner, service.ChangePassword, wrong); !errors.Is(err, access.ErrWrong) {
		t.Errorf("without the old one: %v", err)
	}
	tom := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: "Tom", Door: "page", Role: service.Staff})
	if err := service.ChangePassword.Act(tom, h.d, change); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by somebody else, who has heard the old one: %v", err)
	}
	if _, err := h.signIn("Maria", good); err != nil || h.signedIn(elsewhere.Secret) != "Maria" {
		t.Errorf("refused, and yet changed: %v", err)
	}
	if _, err := as(h, service.Owner, service.ChangePassword, change); err != nil {
		t.Fatal(err)
	}
	if h.signedIn(mine.Secret) != "Maria" || h.signedIn(elsewhere.Secret) != "" {
		t.Error("the browser that asked is signed out, or the other one is not")
	}
	if _, err := h.signIn("Maria", good); !errors.Is(err, access.ErrWrong) {
		t.Errorf("the former one: %v", err)
	}
	if _, err := h.signIn("Maria", other); err != nil {
		t.Errorf("the new one: %v", err)
	}
	h.noted("change password", "account Maria|Maria|failed", "account Maria|Maria|failed", "account Tom|Maria|failed", "account Maria|Maria")
}

// Guesses at the present password of an open session wait like those at the door.
func TestGuessesAtThePresentPasswordWait(t *testing.T) {
	h := openHouse(t)
	who := h.maria()
	change := service.PasswordChange{Browser: browser(), Account: who, Old: "a guess", New: other}
	var wait *access.WaitError
	for i := 0; !errors.As(service.ChangePassword.Act(servicetest.As(t.Context(), service.Owner), h.d, change), &wait); i++ {
		if i == 100 {
			t.Fatal("a hundred guesses")
		}
	}
	h.now = h.now.Add(wait.For)
	change.Old = good
	if _, err := as(h, service.Owner, service.ChangePassword, change); err != nil {
		t.Errorf("after %s: %v", wait.For, err)
	}
}

// Signing out ends the one session; a secret that is none, or over, is no error.
func TestSignOut(t *testing.T) {
	h := openHouse(t)
	h.claim()
	one, _ := h.signIn("Maria", good)
	two, err := h.signIn("Maria", good)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []service.Password{one.Secret, one.Secret, "", "none"} {
		ok(h, service.SignOut, secret)
	}
	if h.signedIn(one.Secret) != "" || h.signedIn(two.Secret) != "Maria" {
		t.Error("the wrong session is over")
	}
}

// The owner makes accounts of the staff and takes them back; nobody takes away the owner's. Whose account goes is signed out.
func TestAccountsOfTheStaff(t *testing.T) {
	h := openHouse(t)
	h.claim()
	h.now = noon.Add(time.Hour)
	tom, err := as(h, service.Owner, service.AddPerson, service.NewPerson{Name: " Tom ", Password: other})
	if err != nil || tom.Name != "Tom" || tom.Role != record.RoleStaff || !tom.Created.Equal(h.now) || !tom.LastSeen.IsZero() {
		t.Fatalf("%+v, %v", tom, err)
	}
	for _, name := range []string{"", "\t", "tom", "MARIA", "a\nb", strings.Repeat("x", 41)} {
		fails(h, service.AddPerson, service.NewPerson{Name: name, Password: other}, access.ErrName)
	}
	var weak *access.WeakError
	for _, password := range []service.Password{"", "boats", "Ann Ann Ann"} {
		_, err := as(h, service.Owner, service.AddPerson, service.NewPerson{Name: "Ann", Password: password})
		if !errors.As(err, &weak) {
			t.Errorf("a password of %d letters: %v", len(password), err)
		}
	}
	_, err = as(h, service.Staff, service.AddPerson, service.NewPerson{Name: "Ann", Password: other})
	if !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	h.now = noon.Add(2 * time.Hour)
	in, err := h.signIn("tom", other)
	people, err2 := as(h, service.Staff, service.ListPeople, service.None{})
	if err := errors.Join(err, err2); err != nil || len(people) != 2 || people[0].Name != "Maria" || people[1].Name != "Tom" ||
		!people[1].LastSeen.Equal(h.now) || people[1].Second {
		t.Errorf("%+v, %v", people, err)
	}
	fails(h, service.RemovePerson, people[0].ID, access.ErrNotAllowed)
	fails(h, service.RemovePerson, "none", store.ErrNotFound)
	if _, err := as(h, service.Staff, service.RemovePerson, tom.ID); !errors.Is(err, service.ErrRefused) || h.signedIn(in.Secret) != "Tom" {
		t.Errorf("by staff: %v", err)
	}
	if _, err := as(h, service.Owner, service.RemovePerson, tom.ID); err != nil || h.signedIn(in.Secret) != "" {
		t.Errorf("removed: %v; signed in as %q", err, h.signedIn(in.Secret))
	}
	fails(h, service.RemovePerson, tom.ID, store.ErrNotFound)
	if _, err := h.signIn("Tom", other); !errors.Is(err, access.ErrWrong) {
		t.Errorf("he is in again: %v", err)
	}
	h.noted("remove account", "user tester|"+people[0].ID+"|failed", "user tester|none|failed", "account Maria|"+tom.ID+"|failed",
		"account Maria|"+tom.ID, "user tester|"+tom.ID+"|failed")
}

// No password and no secret of a session stands in the chain or in the log of sign-ins, and where somebody sat stands in the latter.
func TestSignInsAreNotedWithoutSecrets(t *testing.T) {
	h := openHouse(t)
	session := h.claim()
	_, wrong := h.signIn("hunter2", "hunter3")
	h.now = noon.Add(time.Second)
	far := service.SignInTry{
		Browser: service.Browser{From: netip.MustParseAddr("2001:db8::1"), Agent: "a\nb=c"}, Name: "Maria", Password: "hunter4",
	}
	if _, err := as(h, service.Visitor, service.SignIn, far); !errors.Is(wrong, access.ErrWrong) || !errors.Is(err, access.ErrWrong) {
		t.Errorf("%v, %v", wrong, err)
	}
	var all strings.Builder
	if err := h.s.AuditEntries(1, func(e record.AuditEntry) error {
		fmt.Fprintln(&all, e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	events := ok(h, service.ListSecurity, 0)
	fmt.Fprintln(&all, events)
	for _, secret := range []service.Password{good, session.Secret, "hunter2", "hunter3", "hunter4"} {
		if strings.Contains(all.String(), string(secret)) {
			t.Errorf("%q is noted:\n%s", secret, &all)
		}
	}
	if e := events[0]; e.From != "2001:db8::1" || e.Agent != "abc" || e.Who != "Maria" || !e.Failed {
		t.Errorf("the last sign-in: %+v", e)
	}
}
