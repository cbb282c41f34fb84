// Package calendar keeps the office's calendars at hand: which times are free, and how a caller gets one.
//
// What is busy is read in the background, every minute, and kept in memory: an offer never waits for the network. Only what changes a
// calendar is done in the call, with a deadline. A time is taken in three steps: the calendar is read once more, the entry is put where
// none may be yet, and the calendar is read again; who finds another entry then takes the own one back. So two calls never keep one
// time, be they of this box or of two. An entry whose answer was lost is taken back as soon as the server can be reached; nothing is
// promised meanwhile. A calendar that could not be read for a while is not offered by.
//
// Callers' appointments are kept nowhere but in the calendar: their entries hold the number by which the next call finds them, and the
// office may move or remove them like any other.
//
// [Diary.Run] has one goroutine, and one for each calendar that is being read. A Diary is safe for concurrent use.
package calendar

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/calendar/caldav"
	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/rounds"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// MaxCalendars bounds calendars, and with them the goroutines that read.
const MaxCalendars = 32

// Times of reading and writing.
const (
	staleAfter = 15 * time.Minute // what was read then is not offered by any more
	writeIn    = 6 * time.Second  // a caller is waiting
)

// Errors of taking a time.
var (
	// ErrTaken says that the time, or the appointment, is not there any more.
	ErrTaken = caldav.ErrTaken
	// ErrUnknown says that there is no such calendar, or it is off.
	ErrUnknown = errors.New("there is no such calendar")
)

// Records keep which calendars there are.
type Records interface {
	Calendars() ([]record.Calendar, error)
	Calendar(id string) (c record.Calendar, secret string, err error)
}

// Visits keep what was made for callers, and what became of it; *store.Store is the real one.
type Visits interface {
	AddVisit(v record.Visit) error
	// ChangeVisit keeps a change, unless change answers false.
	ChangeVisit(id string, change func(v *record.Visit) bool) (record.Visit, error)
	// Visits returns those that end after a moment.
	Visits(after time.Time) ([]record.Visit, error)
}

// Options for New.
type Options struct {
	Records  Records
	Visits   Visits // nil = nothing is remembered of what was made
	Gate     *egress.Gate
	Business func() *knowledge.Business // in effect; it is not changed
	Logger   *slog.Logger
	Now      func() time.Time // nil = time.Now
}

// Diary offers times and takes them.
type Diary struct {
	o      Options
	rounds *rounds.Rounds[record.Calendar]
	// writing is held by the one who changes a calendar.
	writing chan struct{}

	mu       sync.Mutex
	books    map[string]*book // by the calendar's ID
	doubtful []doubt
}

// book is what is known of a calendar.
type book struct {
	record.Calendar
	secret     string
	busy       []caldav.Object
	unreadable int
	tag        string    // of the calendar when it was read
	read       time.Time // when it was last seen to be like that; zero = never
	to         time.Time // to where it was read
	problem    string    // why it could not be read the last time
}

// doubt is an entry that may be there though nobody was told so.
type doubt struct{ calendar, path string }

// New returns a diary.
func New(o Options) *Diary {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	about := func(c record.Calendar) (string, bool) { return c.ID, c.On }
	return &Diary{
		o: o, writing: make(chan struct{}, 1), books: map[string]*book{},
		rounds: rounds.New(o.Gate, egress.Calendar, rounds.Settings[record.Calendar]{
			List: o.Records.Calendars, One: o.Records.Calendar, About: about,
		}, o.Logger),
	}
}

// Changed says that calendars were added, changed or removed: they are read at once.
func (d *Diary) Changed() { d.rounds.Changed() }

// Run reads the calendars until ctx ends.
func (d *Diary) Run(ctx context.Context) error { return d.rounds.Run(ctx, d.Refresh) }

// Refresh reads every calendar that is on, and lets out what these need.
func (d *Diary) Refresh(ctx context.Context) {
	on, ok := d.rounds.Read(d.keep)
	if !ok {
		return
	}
	d.mu.Lock()
	maps.DeleteFunc(d.books, func(id string, _ *book) bool { return !on[id] })
	d.mu.Unlock()
	if len(on) == 0 {
		return
	}
	var reading sync.WaitGroup
	for id := range on {
		reading.Go(func() { d.readOne(ctx, id) })
	}
	reading.Wait()
	d.settle(ctx)
}

// keep notes the settings of a calendar; when it is another one, what was read of it is forgotten.
func (d *Diary) keep(c record.Calendar, secret string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := d.books[c.ID]
	if b == nil || b.URL != c.URL || b.User != c.User {
		b = &book{}
		d.books[c.ID] = b
	}
	b.Calendar, b.secret = c, secret
}

// snapshot is a copy of what is known of a calendar.
func (d *Diary) snapshot(id string) (book, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b := d.books[id]; b != nil {
		return *b, true
	}
	return book{}, false
}

// window is what is read: from yesterday to as far as is offered.
func (d *Diary) window(now time.Time) ics.Window {
	return ics.Window{From: now.Add(-day), To: now.Add((ahead + 2) * day), Home: d.home()}
}

func (d *Diary) home() *time.Location {
	return d.o.Business().Location()
}

// readOne reads a calendar, when anything in it has changed.
func (d *Diary) readOne(ctx context.Context, id string) {
	b, ok := d.snapshot(id)
	if !ok {
		return
	}
	r := reading{at: d.o.Now()}
	r.w = d.window(r.at)
	r.busy, r.tag, r.same, r.err = d.look(ctx, b, r.w)
	if ctx.Err() == nil && d.take(id, b, r) {
		d.compare(id, r)
	}
}

// reading is what came of reading a calendar.
type reading struct {
	at   time.Time // when it began
	w    ics.Window
	busy caldav.Busy
	tag  string
	same bool // as it was before
	err  error
}

// take keeps what was read of a calendar that was b before. It reports whether that is all of it, and newer than what was known.
func (d *Diary) take(id string, b book, r reading) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.books[id]
	if was == nil || was.URL != b.URL {
		return false
	}
	was.problem = ""
	switch {
	case r.err != nil:
		was.problem = notify.Explain(r.err).Error()
		d.o.Logger.Warn("a calendar could not be read", "calendar", id, "fault", was.problem)
	case r.same:
		was.read = r.at
	case was.read.After(b.read): // somebody has written meanwhile: what was read may be older
	default:
		was.busy, was.unreadable, was.tag, was.read, was.to = r.busy.Objects, r.busy.Unreadable, r.tag, r.at, r.w.To
		return true
	}
	return false
}

// look asks whether a calendar is as it was, and reads it when it is not.
func (d *Diary) look(ctx context.Context, b book, w ics.Window) (busy caldav.Busy, tag string, same bool, err error) {
	c, err := caldav.New(d.o.Gate, b.Calendar, b.secret)
	if err != nil {
		return busy, "", false, err
	}
	seen, err := c.Look(ctx)
	if err != nil {
		return busy, "", false, err
	}
	if !seen.Calendar {
		return busy, "", false, &notify.Error{Fault: notify.FaultSetting, Err: errors.New("no calendar at the address")}
	}
	if seen.Tag != "" && seen.Tag == b.tag && w.To.Sub(b.to) < day {
		return busy, seen.Tag, true, nil
	}
	busy, err = c.Read(ctx, w)
	return busy, seen.Tag, false, err
}

// fresh reports whether a calendar was read lately.
func (b *book) fresh(now time.Time) bool { return !b.read.IsZero() && now.Sub(b.read) < staleAfter }

// spans are when a calendar is busy, without one appointment.
func (b *book) spans(without string) (out []span) {
	for _, o := range b.busy {
		for _, e := range o.Events {
			if without == "" || e.UID != without {
				out = append(out, span{e.Start, e.End})
			}
		}
	}
	return out
}

// InForce reports whether times can be offered at all.
func (d *Diary) InForce() bool {
	b := d.o.Business()
	now := d.o.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, x := range d.books {
		if x.fresh(now) && (x.For == "" || person(b, x.For) != nil) {
			return true
		}
	}
	return false
}

// person finds one of the staff by name.
func person(b *knowledge.Business, name string) *knowledge.Person {
	i := slices.IndexFunc(b.Staff, func(p knowledge.Person) bool { return strings.EqualFold(p.Name, name) })
	if i < 0 {
		return nil
	}
	return &b.Staff[i]
}

// candidate is a calendar that a time may be taken in, with whose it is and when that one is busy.
type candidate struct {
	id, name string
	person   *knowledge.Person
	busy     []span
}

// candidates are the calendars that fit a wish. A calendar of the whole office says when nobody can be seen; it is written into when no
// other one takes the service. When it is not known, nothing is.
func (d *Diary) candidates(b *knowledge.Business, w record.Wish, now time.Time) (out []candidate) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var office []span
	others := false
	for _, x := range d.books {
		switch {
		case !x.WholeOffice():
			others = others || x.Takes(w.Service)
		case !x.fresh(now):
			return nil
		default:
			office = append(office, x.spans(w.Move)...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.books)) {
		x := d.books[id]
		p := person(b, x.For)
		switch {
		case !x.fresh(now), x.For != "" && p == nil, !x.Takes(w.Service):
		case len(w.Calendars) > 0 && !slices.Contains(w.Calendars, id):
		case w.Person != "" && !strings.EqualFold(w.Person, x.For): // also: the office's, for somebody whom no calendar knows
		case w.Person == "" && others && x.WholeOffice() && len(w.Calendars) == 0:
		case x.WholeOffice():
			out = append(out, candidate{id: id, busy: slices.Clone(office)})
		case p == nil:
			out = append(out, candidate{id: id, busy: append(x.spans(w.Move), office...)})
		default:
			out = append(out, candidate{id: id, name: p.Name, person: p, busy: append(x.spans(w.Move), office...)})
		}
	}
	return out
}

// Offer returns up to three free times near what is wished; none when there are none, or the calendar is not known. It asks nobody.
func (d *Diary) Offer(w record.Wish) []record.Slot {
	if w.Length <= 0 || w.Length > day/2 {
		return nil
	}
	b, now := d.o.Business(), d.o.Now()
	var slots []record.Slot
	for _, c := range d.candidates(b, w, now) {
		for _, s := range free(b, c.person, c.busy, w.Length, now) {
			slots = append(slots, record.Slot{Start: s.from, End: s.to, Calendar: c.id, Person: c.name})
		}
	}
	slices.SortStableFunc(slots, func(a, b record.Slot) int { return a.Start.Compare(b.Start) })
	return choose(slots, w, b.Location())
}

// State is how a calendar is doing.
type State struct {
	Read       time.Time // last; zero = not yet
	Entries    int       // in the next weeks
	Unreadable int       // of them, which do not count as busy
	Problem    string    // why it could not be read the last time
	InForce    bool      // times are offered by it
}

// State returns how a calendar is doing.
func (d *Diary) State(id string) State {
	b, ok := d.snapshot(id)
	if !ok {
		return State{}
	}
	s := State{Read: b.read, Unreadable: b.unreadable, Problem: b.problem, InForce: b.fresh(d.o.Now())}
	for _, o := range b.busy {
		s.Entries += len(o.Events)
	}
	return s
}

// Sight is what a calendar shows when it is tried.
type Sight struct {
	caldav.Seen
	Entries    int
	Unreadable int
}

// Try looks at a calendar that may be off. The error is a *notify.Error.
func (d *Diary) Try(ctx context.Context, c record.Calendar, secret string) (Sight, error) {
	defer d.rounds.Try(func() bool { d.mu.Lock(); defer d.mu.Unlock(); return len(d.books) > 0 })()
	client, err := caldav.New(d.o.Gate, c, secret)
	if err != nil {
		return Sight{}, err
	}
	seen, err := client.Look(ctx)
	if err != nil {
		return Sight{}, err
	}
	s := Sight{Seen: seen}
	if !seen.Calendar {
		s.Others, err = client.Find(ctx)
		return s, err
	}
	busy, err := client.Read(ctx, d.window(d.o.Now()))
	for _, o := range busy.Objects {
		s.Entries += len(o.Events)
	}
	s.Unreadable = busy.Unreadable
	return s, err
}
