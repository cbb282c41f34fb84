package access_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/store"
)

// app is what an authenticator app shows.
func app(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// twoFactors gives the owner a second factor.
func twoFactors(t *testing.T, g *access.Guard, c *clock) (who access.Identity, session, secret string, recovery []string) {
	t.Helper()
	session = claim(t, g)
	who, err := g.Session(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	e, err := g.NewSecond(who, "Frontdesk")
	if err != nil {
		t.Fatal(err)
	}
	if recovery, err = g.ConfirmSecond(t.Context(), who, session, e.Key, good, app(t, e.Secret, c.now()), officePC()); err != nil {
		t.Fatal(err)
	}
	return who, session, e.Secret, recovery
}

// half signs in with the password.
func half(t *testing.T, g *access.Guard) string {
	t.Helper()
	var second *access.SecondError
	if secret, err := g.SignIn(t.Context(), "Maria", good, officePC()); secret != "" || !errors.As(err, &second) {
		t.Fatalf("the password alone: %q, %v", secret, err)
	}
	return second.Half
}

// With a second factor the password alone lets nobody in; each code counts once, and the box's own code lets in who has lost all.
func TestTheSecondFactor(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	_, first, secret, recovery := twoFactors(t, g, c)
	if _, err := g.Session(t.Context(), first); err != nil {
		t.Errorf("the session in which it was set up: %v", err)
	}
	pass := func(code string) error { _, err := g.PassSecond(t.Context(), half(t, g), code, officePC()); return err }
	if err := pass(app(t, secret, c.now())); !errors.Is(err, access.ErrSecondCode) {
		t.Errorf("the code by which it was confirmed counts again: %v", err)
	}
	c.pass(time.Minute)
	code := app(t, secret, c.now())
	if err := pass(code); err != nil {
		t.Errorf("the next code: %v", err)
	}
	if err := pass(code); !errors.Is(err, access.ErrSecondCode) {
		t.Errorf("the same code again: %v", err)
	}
	if err := pass(recovery[3]); err != nil {
		t.Errorf("a code for recovery: %v", err)
	}
	if err := pass(recovery[3]); !errors.Is(err, access.ErrSecondCode) {
		t.Errorf("the same again: %v", err)
	}
	c.pass(2 * time.Hour)
	h := half(t, g)
	c.pass(6 * time.Minute)
	if _, err := g.PassSecond(t.Context(), h, app(t, secret, c.now()), officePC()); !errors.Is(err, access.ErrNoSecond) {
		t.Errorf("too late: %v", err)
	}
	h = half(t, g)
	tries := 0
	for range 20 {
		_, err := g.PassSecond(t.Context(), h, "000000", officePC())
		if _, waits := wait(err); waits {
			break
		}
		tries++
	}
	if tries > 5 {
		t.Errorf("%d codes were looked at", tries)
	}
	reset, err := g.ResetOwner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Claim(t.Context(), reset, "Maria", good, officePC()); err != nil {
		t.Errorf("the one-time code: %v", err)
	}
	if _, err := g.SignIn(t.Context(), "Maria", good, officePC()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// Nobody sets it up, or ends it, without the password.
func TestTheSecondFactorNeedsThePassword(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	session := claim(t, g)
	who, err := g.Session(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	e, err := g.NewSecond(who, "Frontdesk")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		key, password, code string
		want                error
	}{
		"wrong password": {e.Key, "x", app(t, e.Secret, c.now()), access.ErrWrong},
		"wrong code":     {e.Key, good, "000000", access.ErrSecondCode},
		"another key":    {"x", good, app(t, e.Secret, c.now()), access.ErrNoSecond},
	} {
		if _, err := g.ConfirmSecond(t.Context(), who, session, tt.key, tt.password, tt.code, officePC()); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if since, _, err := g.Second(who.Account); err != nil || !since.IsZero() {
		t.Errorf("it is in force: %v, %v", since, err)
	}
	c.pass(time.Hour)
	g2, _ := newGate(t, c)
	who, _, secret, _ := twoFactors(t, g2, c)
	c.pass(time.Minute)
	if err := g2.DropSecond(t.Context(), who, "x", app(t, secret, c.now()), officePC()); !errors.Is(err, access.ErrWrong) {
		t.Errorf("dropped with a wrong password: %v", err)
	}
	if err := g2.DropSecond(t.Context(), who, good, app(t, secret, c.now()), officePC()); err != nil {
		t.Error(err)
	}
	if _, err := g2.SignIn(t.Context(), "Maria", good, officePC()); err != nil {
		t.Errorf("the password alone: %v", err)
	}
}

// Sessions are listed, and ended by whom they belong to.
func TestSessionsAreListedAndEnded(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	mine := claim(t, g)
	if _, err := g.AddStaff(t.Context(), "Tom", "seven small blue boats"); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Minute)
	toms, err := g.SignIn(t.Context(), "Tom", "seven small blue boats", officePC())
	if err != nil {
		t.Fatal(err)
	}
	if err := g.NoteBrowser(toms, officePC(), "Firefox"); err != nil {
		t.Fatal(err)
	}
	all, err := g.Sessions("", mine)
	if err != nil || len(all) != 2 || all[0].Account != "Tom" || all[0].From != "192.0.2.7" || all[0].Agent != "Firefox" || !all[1].Mine {
		t.Fatalf("%+v, %v", all, err)
	}
	tom, err := g.Named("tom")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Revoke(t.Context(), tom.Account, all[1].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Tom ends the owner's: %v", err)
	}
	if err := g.Revoke(t.Context(), "", all[0].ID); err != nil {
		t.Error(err)
	}
	if _, err := g.Session(t.Context(), toms); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after it was ended: %v", err)
	}
}
