package access_test

import (
	"errors"
	"net/netip"
	"sync"
	"testing"

	"frontdesk.internal/appliance/access"
)

// atOnce makes n guesses at the same moment and counts those that were looked at, which are all that did not have to wait.
func atOnce(n int, guess func(i int) error) (lookedAt int) {
	var all sync.WaitGroup
	errs := make([]error, n)
	start := make(chan struct{})
	for i := range n {
		all.Go(func() { <-start; errs[i] = guess(i) })
	}
	close(start)
	all.Wait()
	for _, err := range errs {
		if _, waited := wait(err); !waited {
			lookedAt++
		}
	}
	return lookedAt
}

// Many guesses at the same time are no more than as many one after the other, at every door.
func TestGuessesAtOnce(t *testing.T) {
	const most = 5
	c := newClock() // stands still: nobody has waited
	g, _ := newGate(t, c)
	secret := claim(t, g)
	who, err := g.Session(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.SetPIN(t.Context(), "271828", false); err != nil {
		t.Fatal(err)
	}
	if _, err := g.ResetOwner(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.NewTicket()
	for name, guess := range map[string]func(i int) error{
		"sign-in": func(int) error {
			_, err := g.SignIn(t.Context(), "Maria", "blue kettle on the roof", officePC())
			return err
		},
		"sign-in, one address and many names": func(i int) error {
			_, err := g.SignIn(t.Context(), string(rune('a'+i)), "blue kettle on the roof", netip.MustParseAddr("192.0.2.40"))
			return err
		},
		"sign-in, many addresses and one name": func(i int) error {
			_, err := g.SignIn(t.Context(), "Tom", "blue kettle on the roof", netip.AddrFrom4([4]byte{10, 0, byte(i), 1}))
			return err
		},
		"sign-in, one network": func(i int) error {
			_, err := g.SignIn(t.Context(), string(rune('A'+i)), "blue kettle on the roof", netip.AddrFrom16([16]byte{0: 0x20, 1: 1, 15: byte(i)}))
			return err
		},
		"change of password": func(int) error {
			return g.ChangePassword(t.Context(), who, secret, "blue kettle on the roof", "three red shoes dance", officePC())
		},
		"claim": func(int) error {
			_, err := g.Claim(t.Context(), "AAAA-AAAA-AAAA", "Maria", good, officePC())
			return err
		},
		"PIN": func(int) error { return g.PassPIN(t.Context(), "314159") },
		"one-time password": func(int) error {
			return g.UseTicket("AAAA-AAAA-AAAA", officePC())
		},
	} {
		if n := atOnce(60, guess); n == 0 || n > most {
			t.Errorf("%s: of 60 at once %d were looked at", name, n)
		}
	}
}

// Right ones cost nothing, however many there are.
func TestRightGuessesAreTakenBack(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	who, err := g.Session(t.Context(), claim(t, g))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.SetPIN(t.Context(), "271828", false); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		secret, err := g.SignIn(t.Context(), "Maria", good, officePC())
		if err != nil {
			t.Fatal(err)
		}
		password, _ := g.NewTicket()
		if err := errors.Join(
			g.ChangePassword(t.Context(), who, secret, good, good, officePC()), g.PassPIN(t.Context(), "271828"), g.UseTicket(password, officePC()),
		); err != nil {
			t.Fatal(err)
		}
	}
}

// Who guesses in the owner's name, from wherever, does not keep out the browser in which the owner has signed in before.
func TestNobodyKeepsTheOwnerOut(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	device, err := g.Device(t.Context(), claim(t, g))
	if err != nil {
		t.Fatal(err)
	}
	guess := func() {
		for range 20 {
			_, _ = g.SignIn(t.Context(), "Maria", "blue kettle on the roof", officePC()) // is wrong or waits
		}
	}
	guess()
	if _, err := g.SignIn(t.Context(), "Maria", good, officePC()); err == nil {
		t.Fatal("guessing does not wait")
	}
	secret, err := g.SignInWith(t.Context(), device, "maria ", good, officePC())
	if err != nil {
		t.Fatalf("the owner's own browser: %v", err)
	}
	// What a guesser makes up, or has from another name, counts for nothing.
	nonce, _ := g.Device(t.Context(), secret)
	for _, forged := range []string{"", ".", nonce[:26] + ".", nonce[:len(nonce)-1] + "x", device + "0", "A" + nonce} {
		if _, err := g.SignInWith(t.Context(), forged, "Maria", good, officePC()); err == nil {
			t.Errorf("%q is taken for a browser that is known", forged)
		}
	}
	// A browser that was stolen guesses no faster.
	lookedAt := atOnce(40, func(int) error {
		_, err := g.SignInWith(t.Context(), device, "Maria", "blue kettle on the roof", officePC())
		return err
	})
	if lookedAt > 5 {
		t.Errorf("%d guesses of a browser that is known", lookedAt)
	}
	if _, err := g.Device(t.Context(), "no session"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("a device for nobody: %v", err)
	}
	// With another password, browsers of before are strangers.
	who, _ := g.Session(t.Context(), secret)
	if err := g.ChangePassword(t.Context(), who, secret, good, "three red shoes dance", officePC()); err != nil {
		t.Fatal(err)
	}
	guess()
	if _, err := g.SignInWith(t.Context(), nonce, "Maria", "three red shoes dance", officePC()); err == nil {
		t.Error("a browser of before the change of the password is known")
	}
}

// The code that the console shows lets the owner in while others guess, from the owner's own address even.
func TestTheConsoleLetsTheOwnerIn(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	claim(t, g)
	code, err := g.ResetOwner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		_, _ = g.Claim(t.Context(), "AAAA-AAAA-AAAA", "Maria", good, officePC()) // is wrong or waits
	}
	if _, waits := wait(func() error { _, err := g.Claim(t.Context(), "AAAA-AAAA-AAAA", "Maria", good, officePC()); return err }()); !waits {
		t.Error("guessing the code does not wait")
	}
	if _, err := g.Claim(t.Context(), code, "Maria", "three red shoes dance", officePC()); err != nil {
		t.Errorf("the owner with the code: %v", err)
	}
	for range 20 {
		_ = g.UseTicket("AAAA-AAAA-AAAA", officePC()) // is wrong or waits
	}
	password, _ := g.NewTicket()
	if err := g.UseTicket(password, officePC()); err != nil {
		t.Errorf("a one-time password that was made at the box: %v", err)
	}
}
