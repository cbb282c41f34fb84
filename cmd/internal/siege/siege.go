// Package siege attacks a box as somebody in its network could, to measure how it holds: it guesses at every door, sends what costs much to
// read, takes places and says nothing, and floods whatever listens. It knows nothing that such a person would not know, but for two tokens
// that it holds: the attacks on roles, and files that cost time, are those of somebody who works in the office.
//
// Attackers have addresses of their own, by default on the loopback interface (127.0.2.0/24), or the telephone system's with other ports.
// [Run] starts their goroutines and waits for all of them.
package siege

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Target is what an attacker knows.
type Target struct {
	SIP       netip.AddrPort `json:"sip"`
	PBX       netip.AddrPort `json:"pbx"` // that the box is registered at
	Extension string         `json:"extension"`
	RTPMin    uint16         `json:"rtp_min"`
	RTPMax    uint16         `json:"rtp_max"`
	Page      string         `json:"page"`       // host:port
	SSH       string         `json:"ssh"`        // host:port
	Owner     string         `json:"owner"`      // the owner's name
	OwnersKey string         `json:"owners_key"` // a token that sends files that cost time
	StaffKey  string         `json:"staff_key"`  // a token that would do what staff may not
	Objector  string         `json:"objector"`   // the card of somebody who objects to the assistant
	Attackers int            `json:"attackers"`  // of each kind

	// Page6 and SSH6 are the same doors by IPv6; "" = there are none.
	Page6 string `json:"page6,omitempty"`
	SSH6  string `json:"ssh6,omitempty"`
	// Strangers are the attackers' own addresses, and Strangers6 those by IPv6; nil = 127.0.2.0/24, and none.
	Strangers  []netip.Addr `json:"strangers,omitempty"`
	Strangers6 []netip.Addr `json:"strangers6,omitempty"`
	// Part is which attackers run here: those who have the telephone system's address must be where it is.
	Part Part `json:"part,omitempty"`
}

// Part is some of the attackers.
type Part string

// The parts.
const (
	Everybody     Part = ""
	BesideThePBX  Part = "pbx"       // who has the telephone system's address, as other programs on its machine do
	FromElsewhere Part = "elsewhere" // who has addresses of his own
)

// door is an address of a door, and that of the i-th attacker by the same protocol: every other one comes by IPv6 where there is any.
func (t Target) door(i int, door, door6 string) (at string, from netip.Addr) {
	if door6 != "" && len(t.Strangers6) > 0 && i%2 > 0 {
		return door6, t.Strangers6[i/2%len(t.Strangers6)]
	}
	return door, t.stranger(i)
}

func (t Target) page(i int) (at string, from netip.Addr) { return t.door(i, t.Page, t.Page6) }
func (t Target) ssh(i int) (at string, from netip.Addr)  { return t.door(i, t.SSH, t.SSH6) }

// stranger is the address of the i-th attacker by IPv4.
func (t Target) stranger(i int) netip.Addr {
	if n := len(t.Strangers); n > 0 {
		return t.Strangers[i%n]
	}
	return netip.AddrFrom4([4]byte{127, 0, 2, byte(1 + i%250)})
}

// caller is the address of the i-th attacker by the protocol of the telephone.
func (t Target) caller(i int) netip.Addr {
	if n := len(t.Strangers6); n > 0 && t.SIP.Addr().Is6() {
		return t.Strangers6[i%n]
	}
	return t.stranger(i)
}

// Count is what became of one kind of attack. What is not counted as refused or let in got no answer, or one that says nothing.
type Count struct {
	Sent    uint64 `json:"sent"`
	Refused uint64 `json:"refused"`
	In      uint64 `json:"in"` // did what must not be done
}

// Tally has the counts by kind.
type Tally map[string]Count

// In is how much was done that must not be.
func (t Tally) In() (n uint64) {
	for c := range maps.Values(t) {
		n += c.In
	}
	return n
}

// Add adds the counts of other attackers.
func (t Tally) Add(more Tally) {
	for kind, n := range more {
		c := t[kind]
		t[kind] = Count{c.Sent + n.Sent, c.Refused + n.Refused, c.In + n.In}
	}
}

// counts are those of one kind, while it goes on.
type counts struct{ sent, refused, in atomic.Uint64 }

// attack is one kind.
type attack struct {
	name string
	by   int // attackers at once; 0 = as many as the target says
	at   func(i int) Part
	run  func(ctx context.Context, t Target, i int, n *counts) error
}

// attacks are all kinds.
func attacks() []attack {
	pbx, elsewhere := func(int) Part { return BesideThePBX }, func(int) Part { return FromElsewhere }
	return []attack{
		{"calls_guessed", 1, pbx, guessedCalls},
		{"calls_not_acknowledged", 1, pbx, unacknowledged},
		{"texts", 1, pbx, texts},
		{"sip_of_strangers", 0, elsewhere, strangers},
		{"sip_garbage", 0, garbageFrom, garbage},
		{"sip_as_the_pbx", 1, pbx, asThePBX},
		{"rtp", 1, elsewhere, audio},
		{"sign_ins", 0, elsewhere, signIns},
		{"sign_ins_as_owner", 0, elsewhere, signInsAsOwner},
		{"codes", 1, elsewhere, codes},
		{"page_idle", 0, elsewhere, idle(Target.page, 50)},
		{"page_slow", 0, elsewhere, slow},
		{"page_requests", 0, elsewhere, requests},
		{"page_uploads", 0, elsewhere, uploads},
		{"ssh_idle", 0, elsewhere, idle(Target.ssh, 25)},
		{"contacts_that_cost_time", 1, elsewhere, contacts},
		{"roles", 1, elsewhere, roles},
	}
}

// Run attacks until ctx ends, and returns what was sent and what became of it. An error is a fault of the attackers' own.
func Run(ctx context.Context, t Target) (Tally, error) {
	var mu sync.Mutex
	var errs []error
	var all sync.WaitGroup
	live := map[string]*counts{}
	for _, a := range attacks() {
		n := &counts{}
		live[a.name] = n
		by := a.by
		if by == 0 {
			by = max(1, t.Attackers)
		}
		for i := range by {
			if t.Part != Everybody && t.Part != a.at(i) {
				continue
			}
			all.Go(func() {
				if err := a.run(ctx, t, i, n); err != nil && ctx.Err() == nil {
					mu.Lock()
					defer mu.Unlock()
					errs = append(errs, fmt.Errorf("%s: %w", a.name, err))
				}
			})
		}
	}
	all.Wait()
	done := Tally{}
	for name, n := range live {
		done[name] = Count{Sent: n.sent.Load(), Refused: n.refused.Load(), In: n.in.Load()}
	}
	return done, errors.Join(errs...)
}

// every calls do at a steady rate until ctx ends or do fails.
func every(ctx context.Context, d time.Duration, do func(i int) error) error {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for i := 0; ; i++ {
		if err := do(i); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
