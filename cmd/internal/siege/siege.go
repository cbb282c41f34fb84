// Package siege attacks a box as somebody in its network could, to measure how it holds: it guesses at every door, sends what costs much to
// read, takes places and says nothing, and floods whatever listens. It knows nothing that such a person would not know, but for two tokens
// that it holds: the attacks on roles, and files that cost time, are those of somebody who works in the office.
//
// Attackers have addresses of their own on the loopback interface (127.0.2.0/24), or the telephone system's (127.0.0.1) with other ports.
// [Run] starts their goroutines and waits for all of them.
package siege

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
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

// counts are those of one kind, while it goes on.
type counts struct{ sent, refused, in atomic.Uint64 }

// attack is one kind.
type attack struct {
	name string
	by   int // attackers at once; 0 = as many as the target says
	run  func(ctx context.Context, t Target, i int, n *counts) error
}

// attacks are all kinds.
func attacks() []attack {
	return []attack{
		{"calls_guessed", 1, guessedCalls},
		{"calls_not_acknowledged", 1, unacknowledged},
		{"texts", 1, texts},
		{"sip_of_strangers", 0, strangers},
		{"sip_garbage", 0, garbage},
		{"sip_as_the_pbx", 1, asThePBX},
		{"rtp", 1, audio},
		{"sign_ins", 0, signIns},
		{"sign_ins_as_owner", 0, signInsAsOwner},
		{"codes", 1, codes},
		{"page_idle", 0, idle(func(t Target) string { return t.Page }, 50)},
		{"page_slow", 0, slow},
		{"page_requests", 0, requests},
		{"page_uploads", 0, uploads},
		{"ssh_idle", 0, idle(func(t Target) string { return t.SSH }, 25)},
		{"contacts_that_cost_time", 1, contacts},
		{"roles", 1, roles},
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

// stranger is the address of the i-th attacker.
func stranger(i int) net.IP { return net.IPv4(127, 0, 2, byte(1+i%250)) }
