package service

import (
	"context"
	"errors"
	"strings"
	"time"

	"frontdesk.internal/appliance/access"
)

// ConsolePassword lets somebody into the console over SSH, once.
type ConsolePassword struct {
	Password string    `json:"password"`
	Until    time.Time `json:"until"`
}

// MakeConsolePassword makes the one password that holds; a former one holds no more.
var MakeConsolePassword = define(Op[None, ConsolePassword]{
	Name: "make-console-password", Role: Operator, Needs: needAppliance, Audit: Changes("make a one-time password of the console"),
	Run: get((*Service).makeConsolePassword),
})

func (s *Service) makeConsolePassword(_ context.Context) (ConsolePassword, error) {
	password, until := s.o.Guard.NewTicket()
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

// ReadPINState tells whether a PIN was chosen, and whether one is listened to now.
var ReadPINState = define(Op[None, PINState]{
	Name: "read-pin-state", Role: Technician, Audit: NoLine("whether a PIN is set, not which"),
	Run: get((*Service).readPINState),
})

func (s *Service) readPINState(ctx context.Context) (PINState, error) {
	set, err := s.o.Guard.PINSet(ctx)
	return PINState{OK: err == nil, Set: set, Wait: seconds(s.o.Guard.PINWait())}, err
}

// PassPIN signs in at a console's line. A wrong PIN is no error but told in the answer.
var PassPIN = define(Op[Password, PINState]{
	Name: "pass-pin", Role: Technician, Audit: Changes("sign in at the console"),
	Run: (*Service).passPIN,
})

func (s *Service) passPIN(ctx context.Context, pin Password) (PINState, error) {
	return s.pinAnswer(ctx, s.o.Guard.PassPIN(ctx, string(pin)))
}

// SetPIN chooses the PIN. One that is not good enough is no error but told in the answer.
var SetPIN = define(Op[NewPIN, PINState]{
	Name: "set-pin", Role: Technician, Audit: Changes("set the console's PIN"),
	Run: (*Service).setPIN,
})

func (s *Service) setPIN(ctx context.Context, p NewPIN) (PINState, error) {
	return s.pinAnswer(ctx, s.o.Guard.SetPIN(ctx, string(p.PIN), p.First))
}

// refused tells the audit chain that a PIN was not taken.
func (s PINState) refused() bool { return !s.OK }

// pinAnswer is how something with a PIN went.
func (s *Service) pinAnswer(ctx context.Context, err error) (PINState, error) {
	var weak *access.WeakError
	var wait *access.WaitError
	known := errors.Is(err, access.ErrPIN) || errors.Is(err, access.ErrNoPIN) || errors.Is(err, access.ErrPINSet)
	if err != nil && !known && !errors.As(err, &weak) && !errors.As(err, &wait) {
		return PINState{}, err
	}
	state, serr := s.readPINState(ctx)
	if state.OK = err == nil; err != nil {
		text := err.Error() // one of package access, in ASCII
		state.Text = strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
	}
	return state, serr
}

// seconds are whole ones, of which none is left out.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
