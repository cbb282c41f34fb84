package privacy

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// RetainedRecords is what the sweep needs of the records; *store.Store is the real one.
type RetainedRecords interface {
	Retention() (record.Retention, error)
	OldCalls(t time.Time, fn func(o store.Old) error) error
	OldMessages(t time.Time) ([]store.Old, error)
	OldVisits(t time.Time) ([]store.Old, error)
	Callers(limit int) ([]record.Caller, error)
	CallerIDs() ([]string, error)
	Caller(id string) (record.Caller, error)
	Hold(caller string) (record.Hold, error)
	Bare(caller string) (bool, error)
	DropTranscript(call string) error
	DropCall(call string) error
	DropMessage(id string) error
	DropVisit(id string) error
}

var _ RetainedRecords = (*store.Store)(nil)

// DueKind is a kind of thing whose time is over.
type DueKind string

// The kinds.
const (
	DueRecording  DueKind = "recording"
	DueTranscript DueKind = "transcript"
	DueCall       DueKind = "call"
	DueMessage    DueKind = "message"
	DueVisit      DueKind = "appointment"
	DueCaller     DueKind = "caller"
)

// Due is one thing whose time is over, or would be if nothing held it.
type Due struct {
	Kind   DueKind   `json:"kind"`
	ID     string    `json:"id"`
	Caller string    `json:"caller"`
	Since  time.Time `json:"since"`          // from when its time counts
	Held   string    `json:"held,omitempty"` // why it stays: the reason of a legal hold
}

// sweep finds what is due at a moment.
type sweep struct {
	kept  RetainedRecords
	at    time.Time
	rule  record.Retention
	cards map[string]judged
	due   []Due
}

// judged is what the card of a caller says about keeping.
type judged struct {
	minor bool
	held  string
}

// Due lists everything whose time is over at a moment: now, or next week to see what will go. recordings are the days that
// recordings are kept for, made those that there are.
func (p *Officer) Due(kept RetainedRecords, at time.Time, recordings int, made map[string]time.Time) ([]Due, error) {
	rule, err := kept.Retention()
	if err != nil {
		return nil, err
	}
	s := &sweep{kept: kept, at: at, rule: rule, cards: map[string]judged{}, due: []Due{}}
	if err := s.calls(recordings, made); err != nil {
		return nil, err
	}
	if err := s.messages(); err != nil {
		return nil, err
	}
	if err := s.visits(); err != nil {
		return nil, err
	}
	return s.due, s.callers()
}

// over reports whether something's time is over that is kept for a number of days; of minors a shorter one counts.
func (s *sweep) over(since time.Time, days int, minor bool) bool {
	if minor && s.rule.Minors > 0 && (days == 0 || s.rule.Minors < days) {
		days = s.rule.Minors
	}
	return days > 0 && since.AddDate(0, 0, days).Before(s.at)
}

// card looks a caller up once.
func (s *sweep) card(id string) (judged, error) {
	if j, ok := s.cards[id]; ok {
		return j, nil
	}
	var j judged
	c, err := s.kept.Caller(id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return j, err
	}
	j.minor = err == nil && c.Has(record.TagMinor)
	h, err := s.kept.Hold(id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return j, err
	}
	if err == nil && h.Holds(s.at) {
		j.held = h.Reason
	}
	s.cards[id] = j
	return j, nil
}

func (s *sweep) add(kind DueKind, o store.Old, j judged) {
	s.due = append(s.due, Due{Kind: kind, ID: o.ID, Caller: o.Caller, Since: o.At, Held: j.held})
}

func (s *sweep) calls(recordings int, made map[string]time.Time) error {
	return s.kept.OldCalls(s.at, func(o store.Old) error {
		j, err := s.card(o.Caller)
		if err != nil {
			return err
		}
		_, recorded := made[o.ID]
		gone := s.over(o.At, s.rule.Calls, j.minor)
		if recorded && (gone || s.over(o.At, recordings, j.minor)) {
			s.add(DueRecording, o, j)
		}
		switch {
		case gone:
			s.add(DueCall, o, j)
		case o.Turns > 0 && s.over(o.At, s.rule.Transcripts, j.minor):
			s.add(DueTranscript, o, j)
		}
		return nil
	})
}

func (s *sweep) messages() error {
	list, err := s.kept.OldMessages(s.at)
	if err != nil {
		return err
	}
	for _, o := range list {
		j, err := s.card(o.Caller)
		if err != nil {
			return err
		}
		if s.over(o.At, s.rule.Messages, j.minor) {
			s.add(DueMessage, o, j)
		}
	}
	return nil
}

// visits finds appointments that were over long ago.
func (s *sweep) visits() error {
	list, err := s.kept.OldVisits(s.at)
	if err != nil {
		return err
	}
	for _, o := range list {
		j, err := s.card(o.Caller)
		if err != nil {
			return err
		}
		if s.over(o.At, record.VisitDays, j.minor) {
			s.add(DueVisit, o, j)
		}
	}
	return nil
}

// callers finds the cards of people of whom nothing else is kept, and which nobody has used for the time of their kind. Cards with
// a tag stay.
func (s *sweep) callers() error {
	ids, err := s.kept.CallerIDs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		c, err := s.kept.Caller(id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		since, days := s.lifeOf(c)
		minor := c.Has(record.TagMinor)
		if !s.over(since, days, minor) || len(c.Marks) > 0 && !minor {
			continue
		}
		if bare, err := s.kept.Bare(id); err != nil || !bare {
			if err != nil {
				return err
			}
			continue
		}
		j, err := s.card(id)
		if err != nil {
			return err
		}
		s.add(DueCaller, store.Old{ID: id, Caller: id, At: since}, j)
	}
	return nil
}

// lifeOf is from when on and for how many days a card is kept: from the last call, or from when something was written on it last;
// of the kinds of what is on it that which is kept longest counts, 0 = for ever.
func (s *sweep) lifeOf(c record.Caller) (since time.Time, days int) {
	const unknown = -1
	days, since = unknown, c.FirstSeen
	if c.LastSeen.After(since) {
		since = c.LastSeen
	}
	for _, f := range c.Fields {
		if f.At.After(since) {
			since = f.At
		}
		kind := s.rule.Callers
		switch f.Source {
		case record.SourceImport:
			kind = s.rule.Imported
		case record.SourceAPI:
			kind = s.rule.Pushed
		case record.SourceOffice, record.SourceRequest:
			kind = s.rule.Office
		case record.SourceCallerID, record.SourceSaid, record.SourceKeyed, record.SourceLookup:
		}
		if kind == 0 || days != 0 && kind > days {
			days = kind
		}
	}
	if days == unknown {
		days = s.rule.Callers
	}
	return since, days
}

// ByRetention is who has erased whose time was over.
const ByRetention = store.ByRetention

// Swept is what a sweep has removed.
type Swept struct {
	Removed map[DueKind]int `json:"removed"`
	Held    int             `json:"held"` // that stayed because of a legal hold
}

// Sweep removes everything that is due, but what a legal hold keeps. The file is to be compacted afterwards.
func (p *Officer) Sweep(ctx context.Context, kept RetainedRecords, due []Due) (Swept, error) {
	s := Swept{Removed: map[DueKind]int{}}
	for _, d := range due {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		h, err := kept.Hold(d.Caller) // one may have been put on it in between
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return s, err
		}
		if err == nil && h.Holds(p.o.Now()) {
			s.Held++
			continue
		}
		if err := p.remove(kept, d); err != nil {
			return s, err
		}
		s.Removed[d.Kind]++
	}
	return s, nil
}

func (p *Officer) remove(kept RetainedRecords, d Due) error {
	var err error
	switch d.Kind {
	case DueRecording:
		if p.o.Recordings != nil {
			err = p.o.Recordings.Remove(d.ID)
		}
	case DueTranscript:
		err = kept.DropTranscript(d.ID)
	case DueCall:
		err = kept.DropCall(d.ID)
	case DueMessage:
		err = kept.DropMessage(d.ID)
	case DueVisit:
		err = kept.DropVisit(d.ID)
	case DueCaller:
		err = p.eraseCard(d.Caller, "its time was over", ByRetention)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
