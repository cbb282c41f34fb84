package access

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// PINRecords keep the PIN of the technician's console; *store.Store is the real one.
type PINRecords interface {
	ConsolePIN() (record.ConsolePIN, error)
	SetConsolePIN(p record.ConsolePIN) error
}

var _ PINRecords = (*store.Store)(nil)

// Length of a PIN in digits.
const (
	MinPIN = 6
	MaxPIN = 32
)

// A PIN is short, so fewer slips are free and the wait grows longer than with passwords: a million guesses take years.
const (
	freePINs = 3
	pinWait  = 5 * time.Minute // at most
)

// pinName is what wrong PINs are counted under, at whichever line.
const pinName = "console"

var (
	// ErrNoPIN says that no PIN was chosen yet.
	ErrNoPIN = errors.New("no PIN was chosen yet: frontdesk console pin sets one")
	// ErrPINSet says that there is a PIN already.
	ErrPINSet = errors.New("a PIN was chosen meanwhile: sign in with it")
	// ErrPIN says that the PIN is wrong.
	ErrPIN = errors.New("that is not the PIN")
)

// errNoPINs says that the records keep no PIN.
var errNoPINs = errors.New("there is no console here")

// CheckPIN returns a *WeakError for a PIN that is too short, is not made of digits, or is tried first by everybody.
func CheckPIN(pin string) error {
	switch {
	case strings.Trim(pin, "0123456789") != "":
		return &WeakError{"The PIN has other signs than digits."}
	case len(pin) < MinPIN:
		return &WeakError{fmt.Sprintf("The PIN is too short: use at least %d digits.", MinPIN)}
	case len(pin) > MaxPIN:
		return &WeakError{fmt.Sprintf("The PIN is too long: use at most %d digits.", MaxPIN)}
	case distinct(pin) < 3:
		return &WeakError{"The PIN has too few different digits."}
	case isRun(pin), isRepeated(pin):
		return &WeakError{"The PIN is a row of digits that everybody tries first."}
	}
	return nil
}

// isRepeated reports whether s is a shorter text two times or more.
func isRepeated(s string) bool { return strings.Contains((s + s)[1:2*len(s)-1], s) }

// PINSet reports whether a PIN was chosen.
func (g *Guard) PINSet(context.Context) (bool, error) {
	if g.pins == nil {
		return false, errNoPINs
	}
	_, err := g.pins.ConsolePIN()
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// PINWait returns how long the next PIN has to wait; 0 = not at all.
func (g *Guard) PINWait() time.Duration { return g.pinThrottle.Wait(pinName, netip.Addr{}) }

// PassPIN lets in who knows the PIN. The error is ErrNoPIN, ErrPIN or a *WaitError.
func (g *Guard) PassPIN(ctx context.Context, pin string) error {
	if g.pins == nil {
		return errNoPINs
	}
	g.pinning.Lock() // one at a time: what is waited for must not be raced
	defer g.pinning.Unlock()
	guess, err := g.pinThrottle.Try(pinName, netip.Addr{})
	if err != nil {
		return err
	}
	kept, err := g.pins.ConsolePIN()
	if err != nil {
		guess.TakeBack()
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoPIN
		}
		return err
	}
	if len(pin) > MaxPIN {
		pin = "" // is wrong, and costs no time
	}
	right, err := g.verify(ctx, kept.Hash, pin)
	if err != nil {
		guess.TakeBack()
		return err
	}
	if !right {
		return ErrPIN
	}
	guess.Passed()
	if err := g.keepAside(kept.Hash); err != nil { // of boxes whose PIN is older than the file
		g.log.Warn("the PIN is not known to repairs at the serial line", "err", err)
	}
	return nil
}

// SetPIN chooses the PIN. With first it refuses with ErrPINSet when there is one already. The error may be a *WeakError.
func (g *Guard) SetPIN(ctx context.Context, pin string, first bool) error {
	if g.pins == nil {
		return errNoPINs
	}
	if err := CheckPIN(pin); err != nil {
		return err
	}
	g.pinning.Lock()
	defer g.pinning.Unlock()
	if first {
		set, err := g.PINSet(ctx)
		if err != nil {
			return err
		}
		if set {
			return ErrPINSet
		}
	}
	hash, err := g.hash(ctx, pin)
	if err != nil {
		return err
	}
	if err := g.pins.SetConsolePIN(record.ConsolePIN{Hash: hash, Changed: g.now()}); err != nil {
		return err
	}
	g.pinThrottle.Forget()
	return g.keepAside(hash)
}
