// Package contacts asks the office's own systems who calls, and keeps what they say on the callers' cards.
//
// A system is asked for each number that calls, or it is an address book whose cards are read every few minutes: what these say of a caller
// is on the caller's card as soon as both are there, and nothing is waited for while it rings. The other way, callers are written into such
// a book where the owner wants that: only those who do not stand in it, and never over anything that the office has written, changed or
// taken away. When a caller is erased, what the box has written is taken out of the book again, and a card that the office has there of its
// own is never read any more, so that nobody comes back by it.
//
// The card is the memory: what a system has said once holds on the next call too, when the system cannot be asked, and an erasure takes it
// with the card. A call waits for an answer while it rings, for 300 ms at the most; what comes later is on the card for the next call. A
// system that was late or gone twice running is not waited for any more until it has answered in time again, so that it holds up nobody.
//
// A [Contacts] is safe for concurrent use. [Contacts.Run] has one goroutine, and one for each address book that is being read; each
// question has one, of which there are asksMost for a system.
package contacts

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/rounds"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// MaxDirectories bounds directories.
const MaxDirectories = 8

// Times and bounds of asking.
const (
	waitMost  = 300 * time.Millisecond // a caller hears it ring
	again     = 10 * time.Minute       // what a system has said of a caller is not asked for again sooner
	lateMost  = 2                      // answers running that may come late before nobody waits any more
	asksMost  = 4                      // at once of one system
	knownMost = 1000                   // callers who are remembered to have been asked for
	askedMost = 20                     // questions that are shown
	bookEvery = 5 * time.Minute        // an address book is read

	bookPatience = 15 * time.Second // for fifty cards, which may have photographs
)

// Records keep which directories there are, and what they say.
type Records interface {
	Directories() ([]record.Directory, error)
	Directory(id string) (d record.Directory, secret string, err error)
	Follow(caller, directory string, k record.Known) error
	Books
}

// Options for New.
type Options struct {
	Records  Records
	Gate     *egress.Gate
	Business func() *knowledge.Business // in effect; it is not changed
	Logger   *slog.Logger
	Now      func() time.Time                       // nil = time.Now
	After    func(d time.Duration) <-chan time.Time // nil = time.After
	Patience time.Duration                          // for one request to an address book; 0 = 15 s
}

// Contacts asks.
type Contacts struct {
	o      Options
	rounds *rounds.Rounds[record.Directory]
	asking sync.WaitGroup

	mu      sync.Mutex
	systems map[string]*system // those that are on, by the directory's ID
}

// system is what is known of a directory that is asked.
type system struct {
	record.Directory
	secret string
	slots  chan struct{} // held by who asks
	asked  map[string]time.Time
	late   int // answers running that came late, or not
	shown  []Asked
	read   time.Time // an address book was, or was tried to be
	State
}

// Asked is one question, as the owner sees it.
type Asked struct {
	At     time.Time `json:"at"`
	What   string    `json:"what"` // what was sent, with the number masked
	Answer string    `json:"answer"`
	TookMS int       `json:"took_ms"`
}

// State is how a directory is doing.
type State struct {
	Last    time.Time `json:"last,omitzero"`     // it was last spoken with; zero = not yet
	Asked   int       `json:"asked"`             // since the start
	Known   int       `json:"known"`             // answers that said who it is
	Late    int       `json:"late"`              // answers that no call has waited for
	Spared  bool      `json:"spared,omitempty"`  // calls do not wait for it: it was late or gone
	Problem string    `json:"problem,omitempty"` // why it could not be asked the last time

	Book record.BookCount `json:"book,omitzero"` // of an address book
}

// New returns contacts.
func New(o Options) *Contacts {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.Patience == 0 {
		o.Patience = bookPatience
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	about := func(d record.Directory) (string, bool) { return d.ID, d.On }
	return &Contacts{
		o: o, systems: map[string]*system{}, rounds: rounds.New(o.Gate, egress.Contacts, rounds.Settings[record.Directory]{
			List: o.Records.Directories, One: o.Records.Directory, About: about,
		}, o.Logger),
	}
}

// Changed says that directories were added, changed or removed.
func (c *Contacts) Changed() { c.rounds.Changed() }

// Run follows the settings, and reads address books, until ctx ends.
func (c *Contacts) Run(ctx context.Context) error {
	defer c.asking.Wait()
	return c.rounds.Run(ctx, c.Refresh)
}

// Refresh reads which directories are on, lets out what these need, and reads the address books among them whose time it is.
func (c *Contacts) Refresh(ctx context.Context) {
	on, ok := c.rounds.Read(c.keep)
	if !ok {
		return
	}
	c.mu.Lock()
	maps.DeleteFunc(c.systems, func(id string, _ *system) bool { return !on[id] })
	c.mu.Unlock()
	c.readBooks(ctx)
}

// keep takes the settings of a directory; what was found out with other settings is forgotten.
func (c *Contacts) keep(d record.Directory, secret string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if x := c.systems[d.ID]; x != nil && x.At.Equal(d.At) {
		return
	}
	c.systems[d.ID] = &system{Directory: d, secret: secret, slots: make(chan struct{}, asksMost), asked: map[string]time.Time{}}
}

// Look asks who calls, for the card with the ID, and returns when all systems that are waited for have answered, or it has taken long
// enough. What they say is on the card then, or later.
func (c *Contacts) Look(ctx context.Context, caller string, n record.PhoneNumber) {
	c.lookIntoBooks(caller)
	due, wait := c.due(caller)
	if len(due) == 0 {
		return
	}
	start, done := c.o.Now(), make(chan struct{}, len(due))
	waiting := 0
	for i, x := range due {
		c.asking.Go(func() {
			c.ask(context.WithoutCancel(ctx), x, start, caller, n)
			<-x.slots
			if wait[i] {
				done <- struct{}{}
			}
		})
		if wait[i] {
			waiting++
		}
	}
	if waiting == 0 {
		return
	}
	enough := c.o.After(waitMost)
	for range waiting {
		select {
		case <-done:
		case <-enough:
			return
		case <-ctx.Done():
			return
		}
	}
}

// due are the systems to be asked for a caller, each with a slot taken, and whether the call waits for it.
func (c *Contacts) due(caller string) (list []*system, wait []bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.o.Now()
	for _, x := range c.systems {
		if x.Kind != record.DirectoryLookup {
			continue
		}
		if at, ok := x.asked[caller]; ok && now.Sub(at) < again {
			continue
		}
		select {
		case x.slots <- struct{}{}:
		default: // it has more than enough to do
			continue
		}
		list, wait = append(list, x), append(wait, x.late < lateMost)
	}
	return list, wait
}

// ask asks one system for a call that waits since start, and keeps what it says.
func (c *Contacts) ask(ctx context.Context, x *system, start time.Time, caller string, n record.PhoneNumber) {
	region, staff := c.office()
	found, err := lookup.Ask(ctx, c.o.Gate, x.Directory, x.secret, n, region, staff)
	took := c.o.Now().Sub(start)
	if err == nil {
		if kept := c.o.Records.Follow(caller, x.ID, found.Known); kept != nil && !errors.Is(kept, store.ErrNotFound) { // erased meanwhile
			c.o.Logger.Error("keep what a system says of a caller", "directory", x.ID, "err", kept)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	x.note(start, took, n, found, err)
	if err == nil {
		if len(x.asked) >= knownMost {
			clear(x.asked)
		}
		x.asked[caller] = start
	}
}

// note keeps how a question went.
func (x *system) note(at time.Time, took time.Duration, n record.PhoneNumber, f lookup.Found, err error) {
	x.Last, x.State.Asked, x.Problem = at, x.State.Asked+1, ""
	a := Asked{At: at, What: strings.ReplaceAll(x.URL, lookup.Placeholder, n.Masked()), TookMS: int(took.Milliseconds())}
	switch {
	case err != nil:
		x.Problem = notify.Explain(err).Error()
		a.Answer = x.Problem
	case len(f.Known.Fields)+len(f.Known.Tags) == 0:
		a.Answer = "nobody known"
	default:
		x.State.Known++
		a.Answer = "known"
	}
	if err != nil || took > waitMost {
		x.late++
		x.Late++
	} else {
		x.late = 0
	}
	x.Spared = x.late >= lateMost
	x.shown = append(x.shown, a)
	x.shown = x.shown[max(0, len(x.shown)-askedMost):]
}

// office is where the office is, and who is there.
func (c *Contacts) office() (region string, staff lookup.Staff) {
	b := c.o.Business()
	if b != nil {
		region = b.Region
	}
	return region, Staff(b)
}

// Staff finds the person of the profile that a system means: by name, by one of the other names, or by the extension.
func Staff(b *knowledge.Business) lookup.Staff {
	return func(called string) string {
		if b == nil {
			return ""
		}
		called = strings.TrimSpace(called)
		for _, p := range b.Staff {
			for _, name := range append([]string{p.Name, p.Extension}, p.Also...) {
				if name != "" && strings.EqualFold(name, called) {
					return p.Name
				}
			}
		}
		return ""
	}
}

// State returns how a directory is doing, and what it was asked last, the newest first.
func (c *Contacts) State(id string) (State, []Asked) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.systems[id]
	if x == nil {
		return State{}, nil
	}
	var shown []Asked
	for i := range x.shown {
		shown = append(shown, x.shown[len(x.shown)-1-i])
	}
	return x.State, shown
}

// Trial is what a system says when it is tried.
type Trial struct {
	lookup.Found
	Sent   string // the address that was asked
	TookMS int
	Book   *BookTrial // of an address book
}

// Try asks a system that may be off for a number, or looks at an address book, and keeps nothing. The error is a *notify.Error.
func (c *Contacts) Try(ctx context.Context, d record.Directory, secret string, n record.PhoneNumber) (t Trial, err error) {
	defer c.rounds.Try(func() bool { c.mu.Lock(); defer c.mu.Unlock(); return len(c.systems) > 0 })()
	region, staff := c.office()
	start := c.o.Now()
	if d.Kind == record.DirectoryBook {
		t.Sent = d.URL
		t.Book, err = c.tryBook(ctx, d, secret)
	} else {
		t.Sent, _ = lookup.Address(d, n, region) // the same fault comes again below
		t.Found, err = lookup.Ask(ctx, c.o.Gate, d, secret, n, region, staff)
	}
	t.TookMS = int(c.o.Now().Sub(start).Milliseconds())
	return t, err
}
