package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"frontdesk.internal/appliance/access"
)

// PINs are the technician's way in at a serial line; *access.Gate is the real one.
type PINs interface {
	PINSet(ctx context.Context) (bool, error)
	PINWait() time.Duration
	PassPIN(ctx context.Context, pin string) error
	SetPIN(ctx context.Context, pin string, first bool) error
}

// Tickets are one-time passwords for the console over SSH; *access.Gate is the real one.
type Tickets interface {
	NewTicket() (password string, until time.Time)
}

var (
	_ PINs    = (*access.Gate)(nil)
	_ Tickets = (*access.Gate)(nil)
)

// ConsolePassword lets somebody into the console over SSH, once.
type ConsolePassword struct {
	Password string    `json:"password"`
	Until    time.Time `json:"until"`
}

// NewConsolePassword makes the one password that holds; a former one holds no more.
func (d *Service) NewConsolePassword(ctx context.Context) (ConsolePassword, error) {
	if d.tickets == nil || !d.live().Running { // it is kept in memory
		return ConsolePassword{}, ErrNotHere
	}
	password, until := d.tickets.NewTicket()
	d.acted(ctx, "make a one-time password of the console", nil)
	return ConsolePassword{password, until}, nil
}

// PINState tells how the sign-in at a console's line stands.
type PINState struct {
	OK   bool   `json:"ok"`             // what was asked for was done: signed in, or the PIN was set
	Set  bool   `json:"set"`            // a PIN was chosen
	Wait int    `json:"wait,omitempty"` // seconds in which no PIN is listened to
	Text string `json:"text,omitempty"` // why not, in a plain sentence
}

// NewPIN is a PIN that is to be set.
type NewPIN struct {
	PIN   Password `json:"pin"`
	First bool     `json:"first,omitempty"` // only when there is none yet
}

// PINState tells whether a PIN was chosen, and whether one is listened to now.
func (d *Service) PINState(ctx context.Context) (PINState, error) {
	if d.pins == nil {
		return PINState{}, errNoGate
	}
	set, err := d.pins.PINSet(ctx)
	return PINState{OK: err == nil, Set: set, Wait: seconds(d.pins.PINWait())}, err
}

// PassPIN signs in at a console's line. A wrong PIN is no error but told in the answer.
func (d *Service) PassPIN(ctx context.Context, pin Password) (PINState, error) {
	if d.pins == nil {
		return PINState{}, errNoGate
	}
	return d.pinAnswer(ctx, "sign in at the console", d.pins.PassPIN(ctx, string(pin)))
}

// SetPIN chooses the PIN. One that is not good enough is no error but told in the answer.
func (d *Service) SetPIN(ctx context.Context, p NewPIN) (PINState, error) {
	if d.pins == nil {
		return PINState{}, errNoGate
	}
	return d.pinAnswer(ctx, "set the console's PIN", d.pins.SetPIN(ctx, string(p.PIN), p.First))
}

// pinAnswer notes how something with a PIN went, and makes the answer of it.
func (d *Service) pinAnswer(ctx context.Context, what string, err error) (PINState, error) {
	d.acted(ctx, what, err)
	var weak *access.WeakError
	var wait *access.WaitError
	refused := errors.Is(err, access.ErrPIN) || errors.Is(err, access.ErrNoPIN) || errors.Is(err, access.ErrPINSet)
	if err != nil && !refused && !errors.As(err, &weak) && !errors.As(err, &wait) {
		return PINState{}, err
	}
	s, serr := d.PINState(ctx)
	if s.OK = err == nil; err != nil {
		s.Text = sentence(err.Error())
	}
	return s, serr
}

// sentence makes one of an error's text.
func sentence(s string) string {
	if s == "" {
		return s
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// doorKey finds the door in a context.
type doorKey struct{}

// WithDoor says through which door somebody came, such as "console ttyS0" or "ssh": acts are logged with it.
func WithDoor(ctx context.Context, door string) context.Context {
	door = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" .:-_/", r) {
			return r
		}
		return -1
	}, door)
	return context.WithValue(ctx, doorKey{}, door[:min(len(door), maxDoor)])
}

// maxDoor bounds the name of a door, in bytes.
const maxDoor = 40

// Door returns what WithDoor said; "" = not known.
func Door(ctx context.Context) string {
	door, _ := ctx.Value(doorKey{}).(string)
	return door
}

// acted logs that somebody did something that matters, through which door, and how it went. It names nobody.
func (d *Service) acted(ctx context.Context, what string, err error) {
	door := Door(ctx)
	if door == "" {
		door = "unknown"
	}
	if err != nil {
		d.log.WarnContext(ctx, "refused or failed", "act", what, "door", door, "err", err)
		return
	}
	d.log.InfoContext(ctx, "done", "act", what, "door", door)
}
