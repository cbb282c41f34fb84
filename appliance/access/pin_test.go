package access_test

import (
	"errors"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
)

func TestCheckPIN(t *testing.T) {
	for pin, good := range map[string]bool{
		"": false, "12345": false, "000000": false, "123456": false, "654321": false, "456789": false, "121212": false, "123123": false,
		"112211": false, "27493a": false, "27 931": false, "２７４９３１": false, "274931": true, "9081726354": true,
		"000000000000000000000000000000274": false,
	} {
		if err := access.CheckPIN(pin); (err == nil) != good {
			t.Errorf("CheckPIN(%q) = %v", pin, err)
		}
	}
}

func TestPIN(t *testing.T) {
	c := newClock()
	g, _ := newGate(t, c)
	if set, err := g.PINSet(t.Context()); err != nil || set {
		t.Fatalf("PINSet() = %v, %v", set, err)
	}
	if err := g.PassPIN(t.Context(), "274931"); !errors.Is(err, access.ErrNoPIN) {
		t.Errorf("without a PIN: %v", err)
	}
	var weak *access.WeakError
	if err := g.SetPIN(t.Context(), "123456", true); !errors.As(err, &weak) {
		t.Errorf("a weak PIN: %v", err)
	}
	if err := g.SetPIN(t.Context(), "274931", true); err != nil {
		t.Fatal(err)
	}
	if err := g.SetPIN(t.Context(), "274932", true); !errors.Is(err, access.ErrPINSet) {
		t.Errorf("a second first PIN: %v", err)
	}
	if err := g.PassPIN(t.Context(), "274931"); err != nil {
		t.Error(err)
	}
	for range 3 {
		if err := g.PassPIN(t.Context(), "000000"); !errors.Is(err, access.ErrPIN) {
			t.Errorf("a wrong PIN: %v", err)
		}
	}
	w, throttled := wait(g.PassPIN(t.Context(), "274931"))
	if !throttled || w != 5*time.Second || g.PINWait() != w {
		t.Fatalf("after three wrong ones the right one waits %v, %v", w, throttled)
	}
	c.pass(w)
	if err := g.PassPIN(t.Context(), "1"); !errors.Is(err, access.ErrPIN) {
		t.Error(err)
	}
	if w := g.PINWait(); w != 10*time.Second {
		t.Errorf("the fourth wrong one waits %v", w)
	}
	for range 20 {
		c.pass(g.PINWait())
		_ = g.PassPIN(t.Context(), "1")
	}
	if w := g.PINWait(); w != 5*time.Minute {
		t.Errorf("the longest wait is %v", w)
	}
	// Who may set the PIN without knowing it, by the socket, is let in again at once.
	if err := g.SetPIN(t.Context(), "835162", false); err != nil {
		t.Fatal(err)
	}
	if err := g.PassPIN(t.Context(), "835162"); err != nil {
		t.Error(err)
	}
}
