package access_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

const good = "purple kettle on the roof"

// officePC is where most attempts come from.
func officePC() netip.Addr { return netip.MustParseAddr("192.0.2.7") }

// clock is a time that a test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time       { return c.t }
func (c *clock) pass(d time.Duration) { c.t = c.t.Add(d) }
func newClock() *clock                { return &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }
func wait(err error) (time.Duration, bool) {
	var w *access.WaitError
	if errors.As(err, &w) {
		return w.For, true
	}
	return 0, false
}

func newGate(t *testing.T, c *clock) (*access.Guard, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return access.New(access.Options{Records: s, Dir: dir, Now: c.now, Known: func() []string { return []string{"Bright Smile Dental"} }}), dir
}

// claim makes the owner's account.
func claim(t *testing.T, g *access.Guard) string {
	t.Helper()
	code, err := g.Code(t.Context())
	if err != nil || code == "" {
		t.Fatalf("Code() = %q, %v", code, err)
	}
	secret, err := g.Claim(t.Context(), code, "Maria", good, officePC())
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestFirstRun(t *testing.T) {
	c := newClock()
	g, dir := newGate(t, c)
	if fresh, err := g.Fresh(); err != nil || !fresh {
		t.Fatalf("Fresh() = %v, %v", fresh, err)
	}
	code, err := g.Code(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "first-run-code"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the code: %v, %v; want mode 0600", info, err)
	}
	if again, err := g.Code(t.Context()); err != nil || again != code {
		t.Errorf("the code changed from %q to %q, %v", code, again, err)
	}
	if _, err := g.Claim(t.Context(), "AAAA-AAAA-AAAA", "Maria", good, officePC()); !errors.Is(err, access.ErrCode) {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := g.Claim(t.Context(), code, "Maria", "short", officePC()); err == nil {
		t.Error("a weak password was taken")
	}
	secret, err := g.Claim(t.Context(), strings.ToLower(strings.ReplaceAll(code, "-", " ")), " Maria ", good, officePC())
	if err != nil {
		t.Fatalf("the code in small letters and with spaces: %v", err)
	}
	who, err := g.Session(t.Context(), secret)
	if err != nil || who.Name != "Maria" || !who.Owner() {
		t.Errorf("Session() = %+v, %v", who, err)
	}
	if _, err := g.Claim(t.Context(), code, "Eve", good, officePC()); !errors.Is(err, access.ErrOwnerExists) {
		t.Errorf("the code worked twice: %v", err)
	}
	if code, err := g.Code(t.Context()); err != nil || code != "" {
		t.Errorf("there is a code after the first run: %q, %v", code, err)
	}
}

func TestSignIn(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	first := claim(t, g)
	for name, try := range map[string][2]string{
		"wrong password": {"Maria", "blue kettle on the roof"},
		"unknown name":   {"Eve", good},
		"no name":        {"", good},
		"no password":    {"Maria", ""},
		"endless":        {"Maria", strings.Repeat("x", 1<<20)},
	} {
		if _, err := g.SignIn(t.Context(), try[0], try[1], netip.Addr{}); !errors.Is(err, access.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	second, err := g.SignIn(t.Context(), "MARIA", good, officePC())
	if err != nil || second == first {
		t.Fatalf("SignIn() = %v; the secret is new: %v", err, second != first)
	}
	if err := g.SignOut(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Session(t.Context(), first); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after signing out: %v", err)
	}
	if _, err := g.Session(t.Context(), second); err != nil {
		t.Errorf("the other session: %v", err)
	}
	for _, bad := range []string{"", "x", strings.Repeat("x", 1000), "\x00"} {
		if _, err := g.Session(t.Context(), bad); !errors.Is(err, access.ErrNoSession) {
			t.Errorf("Session(%.10q): %v", bad, err)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	idle := claim(t, g)
	c.pass(access.IdleLimit + time.Minute)
	if _, err := g.Session(t.Context(), idle); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after %v without use: %v", access.IdleLimit, err)
	}
	used, err := g.SignIn(t.Context(), "Maria", good, officePC())
	if err != nil {
		t.Fatal(err)
	}
	for passed := time.Duration(0); passed < access.TotalLimit-access.IdleLimit; passed += access.IdleLimit / 2 {
		if _, err := g.Session(t.Context(), used); err != nil {
			t.Fatalf("used twice a day, after %v: %v", passed, err)
		}
		c.pass(access.IdleLimit / 2)
	}
	c.pass(access.IdleLimit)
	if _, err := g.Session(t.Context(), used); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after %v: %v", access.TotalLimit, err)
	}
}

func TestGuessingIsSlow(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	claim(t, g)
	guesses := 0
	for range 50 {
		_, err := g.SignIn(t.Context(), "Maria", "blue kettle on the roof", officePC())
		if w, throttled := wait(err); throttled {
			if guesses < 5 {
				t.Fatalf("throttled after %d guesses", guesses)
			}
			if _, right := g.SignIn(t.Context(), "Maria", good, officePC()); right == nil {
				t.Fatal("the right password is taken while guesses wait: a guesser would notice")
			}
			c.pass(w)
			continue
		}
		guesses++
	}
	if took := c.t.Sub(newClock().t); took < time.Duration(guesses-5)*time.Minute {
		t.Errorf("%d guesses took %v only", guesses, took)
	}
	// From somewhere else the owner waits half a minute at the most.
	_, err := g.SignIn(t.Context(), "Maria", good, netip.MustParseAddr("192.0.2.9"))
	if w, throttled := wait(err); throttled {
		if w > 30*time.Second {
			t.Errorf("the owner is locked out for %v", w)
		}
		c.pass(w)
		_, err = g.SignIn(t.Context(), "Maria", good, netip.MustParseAddr("192.0.2.9"))
	}
	if err != nil {
		t.Error(err)
	}
}

func TestThrottleByAddress(t *testing.T) {
	c := newClock()
	th := access.NewThrottle(c.now)
	for i := range 20 {
		th.Failed(string(rune('a'+i)), netip.MustParseAddr("2001:db8::1"))
	}
	if th.Wait("new", netip.MustParseAddr("2001:db8::2")) == 0 {
		t.Error("a neighbour of the same network does not wait")
	}
	if w := th.Wait("new", netip.MustParseAddr("2001:db8:1::2")); w != 0 {
		t.Errorf("another network waits %v", w)
	}
	c.pass(time.Hour)
	if w := th.Wait("new", netip.MustParseAddr("2001:db8::2")); w != 0 {
		t.Errorf("an hour later the wait is %v", w)
	}
	for i := range 10000 {
		th.Failed(strings.Repeat("x", i%100)+string(rune(i)), netip.Addr{})
	}
}

func TestReset(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	secret := claim(t, g)
	if wanted, err := g.CodeWanted(); err != nil || wanted {
		t.Errorf("CodeWanted() = %v, %v", wanted, err)
	}
	code, err := g.ResetOwner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if wanted, err := g.CodeWanted(); err != nil || !wanted {
		t.Errorf("after a reset CodeWanted() = %v, %v", wanted, err)
	}
	if _, err := g.Session(t.Context(), secret); err != nil {
		t.Errorf("the owner was signed out before the new password: %v", err)
	}
	const another = "green bicycle under water"
	if _, err := g.Claim(t.Context(), code, "Maria L", another, officePC()); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Session(t.Context(), secret); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("a session from before the reset: %v", err)
	}
	if _, err := g.SignIn(t.Context(), "Maria L", another, officePC()); err != nil {
		t.Error(err)
	}
	people, err := g.People(t.Context())
	if err != nil || len(people) != 1 {
		t.Errorf("People() = %v, %v; want the owner alone", people, err)
	}
}

func TestStaff(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	owner, err := g.Session(t.Context(), claim(t, g))
	if err != nil {
		t.Fatal(err)
	}
	person, err := g.AddStaff(t.Context(), "Tom", "seven small blue boats")
	if err != nil || person.Role != record.RoleStaff {
		t.Fatalf("AddStaff() = %+v, %v", person, err)
	}
	if _, err := g.AddStaff(t.Context(), "tom", "seven small red boats"); !errors.Is(err, access.ErrName) {
		t.Errorf("the same name twice: %v", err)
	}
	secret, err := g.SignIn(t.Context(), "Tom", "seven small blue boats", officePC())
	if err != nil {
		t.Fatal(err)
	}
	tom, err := g.Session(t.Context(), secret)
	if err != nil || tom.Owner() {
		t.Fatalf("Session() = %+v, %v", tom, err)
	}
	if err := g.RemoveStaff(t.Context(), owner.Account); !errors.Is(err, access.ErrNotAllowed) {
		t.Errorf("the owner's account was removed: %v", err)
	}
	other, err := g.SignIn(t.Context(), "Tom", "seven small blue boats", officePC())
	if err != nil {
		t.Fatal(err)
	}
	if err := g.ChangePassword(t.Context(), tom, secret, "wrong", "nine small blue boats", officePC()); !errors.Is(err, access.ErrWrong) {
		t.Errorf("a wrong old password: %v", err)
	}
	if err := g.ChangePassword(t.Context(), tom, secret, "seven small blue boats", "nine small blue boats", officePC()); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Session(t.Context(), secret); err != nil {
		t.Errorf("the session that changed the password: %v", err)
	}
	if _, err := g.Session(t.Context(), other); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("another session after a new password: %v", err)
	}
	if err := g.RemoveStaff(t.Context(), person.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Session(t.Context(), secret); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after the account was removed: %v", err)
	}
}

func TestPasswords(t *testing.T) {
	for _, weak := range []string{
		"", "short", "password12345", "Passw0rd!!!!", "aaaaaaaaaaaa", "1234567890123", "qwertyuiop", "qwertzuiopasdf", "brightsmile2026",
		"Bright Smile Dental", "frontdesk123", "Maria12345678", "P@ssword2026!", "abcdefghijkl", "987654321098", strings.Repeat("ab", 200),
		"bad\xff\xfecharacters",
	} {
		var w *access.WeakError
		if err := access.CheckPassword(weak, "Bright Smile Dental", "Maria"); !errors.As(err, &w) || w.Why == "" {
			t.Errorf("%.30q was taken: %v", weak, err)
		}
	}
	for _, strong := range []string{
		good, "Zw9#kTr4!pLq", "drei kleine Igel im Gras", "соль и море вместе", "my dental chair is haunted by owls",
	} {
		if err := access.CheckPassword(strong, "Bright Smile Dental", "Maria"); err != nil {
			t.Errorf("%q: %v", strong, err)
		}
	}
}

func TestHash(t *testing.T) {
	h := access.Hash(good)
	if h == access.Hash(good) {
		t.Error("two hashes of one password are the same: there is no salt")
	}
	if ok, err := access.Verify(h, good); !ok || err != nil {
		t.Errorf("Verify() = %v, %v", ok, err)
	}
	if ok, err := access.Verify(h, good+" "); ok || err != nil {
		t.Errorf("another password: %v, %v", ok, err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(access.Hash("x"), "x")
	f.Add("$argon2id$v=19$m=99999999,t=9999,p=255$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "x")
	f.Add("", "")
	f.Fuzz(func(_ *testing.T, hash, secret string) {
		_, _ = access.Verify(hash, secret) // no panic, and no more memory than is allowed
	})
}

func FuzzCheckPassword(f *testing.F) {
	f.Add(good, "Bright Smile")
	f.Fuzz(func(_ *testing.T, password, known string) { _ = access.CheckPassword(password, known) })
}

func TestSpoken(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 second", time.Second: "1 second", 1500 * time.Millisecond: "2 seconds", time.Minute: "60 seconds", 61 * time.Second: "2 minutes",
	} {
		if got := access.Spoken(d); got != want {
			t.Errorf("Spoken(%v) = %q, want %q", d, got, want)
		}
	}
}
