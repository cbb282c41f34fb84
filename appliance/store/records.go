package store

import (
	"bytes"
	"errors"
	"time"

	"frontdesk.internal/appliance/record"
)

// BeginCall keeps a call that has begun and returns it with its caller. Callers are found by the digits of their number; each withheld
// number is a caller of its own. Calls that came over no line have no caller; those of the box to itself are in a list of their own.
func (s *Store) BeginCall(c record.Call) (record.Call, error) {
	if c.ID == "" {
		c.ID = s.ids.next(s.now())
	}
	err := s.update("begin call", func(t *txn) error {
		if c.Origin == record.OriginLine {
			caller, err := t.caller(c)
			if err != nil {
				return err
			}
			c.CallerID = caller.ID
		}
		if err := t.set(bRunning, []byte(c.ID), nil); err != nil {
			return err
		}
		return t.keepCall(c)
	})
	s.changed(err, Change{Call: c.ID})
	return c, err
}

// caller finds or makes the caller of c and counts the call.
func (t *txn) caller(c record.Call) (record.Caller, error) {
	who, err := t.byNumber(c.From)
	switch {
	case err == nil:
		who.Calls++
		if c.Started.After(who.LastSeen) {
			who.LastSeen = c.Started
		}
		return who, t.keepCard(&who)
	case !errors.Is(err, ErrNotFound):
		return who, err
	}
	who = record.Caller{FirstSeen: c.Started, LastSeen: c.Started, Calls: 1}
	who.Learn(record.Field{
		Kind: record.FieldNumber, Value: record.Personal(c.From), Source: record.SourceCallerID, At: c.Started, Basis: record.BasisInterest,
	})
	return t.newCard(who)
}

// ownerOfCaller is the owner of what belongs to a caller, who may be nobody.
func ownerOfCaller(id string) string {
	if id == "" {
		return house
	}
	return id
}

// keepCall writes a call and what finds it.
func (t *txn) keepCall(c record.Call) error {
	id, at := []byte(c.ID), join(timeKey(c.Started), []byte(c.ID))
	index := bByTime
	if c.Origin == record.OriginSelfTest {
		index = bTests
	}
	if err := t.set(index, at, nil); err != nil {
		return err
	}
	if c.CallerID != "" {
		if err := t.set(bByCaller, join([]byte(c.CallerID), at), nil); err != nil {
			return err
		}
	}
	return put(t, bCalls, id, ownerOfCaller(c.CallerID), c)
}

// AddTurn keeps a turn of a call; one with the same index replaces the former.
func (s *Store) AddTurn(call string, turn record.Turn) error {
	err := s.update("keep turn", func(t *txn) error {
		owner := t.ownerOf(bCalls, []byte(call))
		if owner == "" {
			return ErrNotFound
		}
		return put(t, bTurns, turnKey(call, turn.Index), owner, turn)
	})
	s.changed(err, Change{Call: call})
	return err
}

// MendTurn keeps with a turn what the caller really said, "" = as it was heard, and returns the turn.
func (s *Store) MendTurn(call string, index int, text record.Personal) (turn record.Turn, err error) {
	err = s.update("mend turn", func(t *txn) error {
		owner := t.ownerOf(bCalls, []byte(call))
		if owner == "" {
			return ErrNotFound
		}
		if turn, err = get[record.Turn](t, bTurns, turnKey(call, index)); err != nil {
			return err
		}
		turn.Mended = text
		return put(t, bTurns, turnKey(call, index), owner, turn)
	})
	s.changed(err, Change{Call: call})
	return turn, err
}

// maxNotes bounds the notes on a call.
const maxNotes = 100

// ErrManyNotes says that a call has so many notes that it takes no more.
var ErrManyNotes = errors.New("the call has 100 notes already")

// AddNote keeps a note of the office on a call.
func (s *Store) AddNote(call string, n record.Note) error {
	err := s.update("keep note", func(t *txn) error {
		c, err := get[record.Call](t, bCalls, []byte(call))
		if err != nil {
			return err
		}
		if len(c.Notes) >= maxNotes {
			return ErrManyNotes
		}
		c.Notes = append(c.Notes, n)
		return t.keepCall(c)
	})
	s.changed(err, Change{Call: call})
	return err
}

// EndCall keeps the final form of a call that was begun.
func (s *Store) EndCall(c record.Call) error {
	err := s.update("end call", func(t *txn) error {
		was, err := get[record.Call](t, bCalls, []byte(c.ID))
		if err != nil {
			return err
		}
		c.CallerID, c.Started, c.Origin = was.CallerID, was.Started, was.Origin // the indexes stand on them
		c.Notes = was.Notes                                                     // somebody may have written while it went on
		if err := t.del(bRunning, []byte(c.ID)); err != nil {
			return err
		}
		if err := t.keepCall(c); err != nil {
			return err
		}
		return t.over(c)
	})
	s.changed(err, Change{Call: c.ID})
	return err
}

// SaveMessage keeps a message and returns it with its ID. It is on the disk when this returns. One that belongs to no call belongs
// to the caller with its number, who is made when there is none.
func (s *Store) SaveMessage(m record.Message) (record.Message, error) {
	if m.ID == "" {
		m.ID = s.ids.next(s.now())
	}
	err := s.update("keep message", func(t *txn) error {
		if owner := t.ownerOf(bCalls, []byte(m.CallID)); owner != "" && owner != house {
			m.CallerID = owner
		}
		if m.CallID == "" && m.CallerID == "" && m.Number != "" {
			who, err := t.writer(m)
			if err != nil {
				return err
			}
			m.CallerID = who.ID
		}
		told := t.has(bMessages, []byte(m.ID))
		if err := t.keepMessage(m); err != nil || told {
			return err
		}
		kind := record.OccasionMessage
		if m.Urgency == record.Urgent {
			kind = record.OccasionUrgent
		}
		return t.occur(record.Occasion{Kind: kind, At: m.At, Ref: m.ID, Call: m.CallID}, ownerOfCaller(m.CallerID))
	})
	c := Change{Call: m.CallID, Caller: m.CallerID}
	if m.CallID == "" {
		c.Text = m.ID
	}
	s.changed(err, c)
	return m, err
}

// writer finds or makes the caller of a message that came in no call.
func (t *txn) writer(m record.Message) (record.Caller, error) {
	who, err := t.byNumber(m.Number)
	if !errors.Is(err, ErrNotFound) {
		return who, err
	}
	who = record.Caller{FirstSeen: m.At}
	who.Learn(record.Field{
		Kind: record.FieldNumber, Value: record.Personal(m.Number), Source: record.SourceCallerID, At: m.At, Basis: record.BasisInterest,
	})
	who.Learn(record.Field{Kind: record.FieldName, Value: m.Name, Source: record.SourceCallerID, At: m.At, Basis: record.BasisInterest})
	return t.newCard(who)
}

// MarkDone sets whether a message was dealt with.
func (s *Store) MarkDone(id string, done bool) error {
	return s.update("mark message", func(t *txn) error {
		m, err := get[record.Message](t, bMessages, []byte(id))
		if err != nil {
			return err
		}
		m.Done, m.DoneAt = done, time.Time{}
		if done {
			m.DoneAt = s.now()
		}
		return t.keepMessage(m)
	})
}

// Assign sets for whom a message is.
func (s *Store) Assign(id, who string) error {
	return s.update("assign message", func(t *txn) error {
		m, err := get[record.Message](t, bMessages, []byte(id))
		if err != nil {
			return err
		}
		m.For = who
		return t.keepMessage(m)
	})
}

// keepMessage keeps a message and what finds it.
func (t *txn) keepMessage(m record.Message) error {
	id := []byte(m.ID)
	if m.CallID != "" {
		if err := t.set(bOfCall, join([]byte(m.CallID), id), nil); err != nil {
			return err
		}
	}
	var err error
	if m.Done {
		err = t.del(bOpen, id)
	} else {
		err = t.set(bOpen, id, nil)
	}
	if err != nil {
		return err
	}
	owner := ownerOfCaller(m.CallerID)
	if err := t.own(owner, bMessages, id); err != nil {
		return err
	}
	return put(t, bMessages, id, owner, m)
}

// Change says what was written: a call with its turns and messages, or a caller's card.
type Change struct {
	Call   string // ID; "" = not of a call
	Caller string // ID; "" = not of a caller's card
	Text   string // ID of a message that came in no call; "" = none
}

// Watch has fn told of every change to calls and callers after it is on the disk, by the one who made it: fn must be
// quick. There is one watcher; a new one takes the place of the former.
func (s *Store) Watch(fn func(Change)) { s.watching.Store(&fn) }

func (s *Store) changed(err error, c Change) {
	if fn := s.watching.Load(); err == nil && fn != nil {
		(*fn)(c)
	}
}

// recover marks the calls that a power cut or a kill interrupted.
func (s *Store) recover() error {
	var ids [][]byte
	err := s.view("look for interrupted calls", func(t *txn) error {
		return t.tx.Bucket(bRunning).ForEach(func(k, _ []byte) error { ids = append(ids, bytes.Clone(k)); return nil })
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.update("recover interrupted calls", func(t *txn) error {
		for _, id := range ids {
			if err := t.del(bRunning, id); err != nil {
				return err
			}
			c, err := get[record.Call](t, bCalls, id)
			if errors.Is(err, ErrNotFound) {
				continue // its caller is being erased
			}
			if err != nil {
				return err
			}
			turns, err := t.turns(c.ID)
			if err != nil {
				return err
			}
			c.Outcome = record.Outcome{Result: record.ResultCut, Reason: "stopped"}
			c.Turns, c.Ended = len(turns), lastMoment(c, turns)
			if err := t.keepCall(c); err != nil {
				return err
			}
			if err := t.over(c); err != nil {
				return err
			}
		}
		return nil
	})
}

// over notes a call that has ended, and once more when its caller was not served.
func (t *txn) over(c record.Call) error {
	about := record.Occasion{Kind: record.OccasionMissed, At: c.Started, Ref: c.ID, Call: c.ID}
	if c.Missed() {
		if err := t.occur(about, ownerOfCaller(c.CallerID)); err != nil {
			return err
		}
	}
	if told, err := t.toldOf(record.OccasionCall); err != nil || !told || c.Origin != record.OriginLine {
		return err
	}
	about.Kind, about.At = record.OccasionCall, c.Ended
	return t.occur(about, ownerOfCaller(c.CallerID))
}

// lastMoment is the newest time that a call and its turns know.
func lastMoment(c record.Call, turns []record.Turn) time.Time {
	last := c.Started
	if c.Answered.After(last) {
		last = c.Answered
	}
	for _, t := range turns {
		for _, x := range []time.Time{t.HeardAt, t.SaidAt} {
			if x.After(last) {
				last = x
			}
		}
	}
	return last
}

// Import keeps finished calls with all that belongs to them, as a restored file has them, in one durable transaction. Calls and callers
// that are there already are replaced. Turns are numbered as they come; messages need IDs.
func (s *Store) Import(calls []Full) error {
	err := s.update("import calls", func(t *txn) error {
		var callers []string
		for _, f := range calls {
			if f.Caller.ID != "" {
				callers = append(callers, f.Caller.ID)
			}
		}
		if err := t.keys.Make(callers...); err != nil {
			return err
		}
		for _, f := range calls {
			if err := t.importCall(f); err != nil {
				return err
			}
		}
		return nil
	})
	for _, f := range calls {
		s.changed(err, Change{Call: f.Call.ID})
	}
	return err
}

func (t *txn) importCall(f Full) error {
	if was, err := get[record.Call](t, bCalls, []byte(f.Call.ID)); err == nil {
		if _, err := t.dropCall(listed{id: was.ID, at: timeKey(was.Started)}, was.CallerID); err != nil {
			return err
		}
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	owner := ownerOfCaller(f.Caller.ID)
	f.Call.CallerID = f.Caller.ID
	for i, turn := range f.Turns {
		turn.Index = i
		if err := put(t, bTurns, turnKey(f.Call.ID, i), owner, turn); err != nil {
			return err
		}
	}
	for _, m := range f.Messages {
		m.CallerID = f.Caller.ID
		if err := t.keepMessage(m); err != nil {
			return err
		}
	}
	if f.Caller.ID != "" {
		f.Caller.Learn(record.Field{
			Kind: record.FieldNumber, Value: record.Personal(f.Caller.Number), Source: record.SourceImport, At: f.Caller.FirstSeen,
		})
		f.Caller.Learn(record.Field{Kind: record.FieldName, Value: f.Caller.Name, Source: record.SourceImport, At: f.Caller.FirstSeen})
		if err := t.keepCard(&f.Caller); err != nil {
			return err
		}
	}
	return t.keepCall(f.Call)
}
