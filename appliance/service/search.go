package service

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/search"
	"frontdesk.internal/appliance/store"
)

// CallSearch chooses calls by words.
type CallSearch struct {
	Text   string    // all words must be there, in what was said, messages and names; digits also as part of a number
	Since  time.Time // started then or later
	Before time.Time // started earlier
	Skip   int       // so many of the newest are left out
	Limit  int       // at most so many; 0 or more than MaxList = 50
}

// Where says what part of a call a word was found in.
type Where string

// The parts of a call in which words are found.
const (
	InHeard   Where = "heard"   // what the caller said
	InSaid    Where = "said"    // what was said to the caller
	InMessage Where = "message" // what the caller left
	InCaller  Where = "caller"  // name or number
	InNote    Where = "note"    // what the office wrote on it
)

// FoundCall is a call with the place where it fits.
type FoundCall struct {
	record.Call
	Name  record.Personal `json:"name,omitempty"` // of the caller
	Where Where           `json:"where,omitempty"`
	Text  record.Personal `json:"text,omitempty"` // around the first word that fits
}

// FoundCalls is the answer to a search.
type FoundCalls struct {
	Calls []FoundCall `json:"calls"` // newest first
	// Texts are messages that fit and came in no call, newest first; only on the first page.
	Texts    []record.Message `json:"texts,omitempty"`
	Total    int              `json:"total"`    // how many fit in all
	Complete bool             `json:"complete"` // false while the older calls are still being read after a start
}

// searching is the index and what it does not know yet.
type searching struct {
	index search.Index // of calls
	texts search.Index // of messages that came in no call

	mu       sync.Mutex
	dirty    map[string]bool            // calls that were written since the index saw them
	callers  map[string]bool            // callers whose cards were
	written  map[string]bool            // messages that came in no call
	textsOf  map[string]map[string]bool // caller → messages in texts
	complete bool
}

// indexBatch is how many calls are read at a time while the index is made.
const indexBatch = 200

// maxDirty bounds what is put off until somebody searches.
const maxDirty = 500

// RunIndex makes the index that SearchCalls finds calls by, and keeps it until ctx ends. It reads all calls once, newest first, in small
// steps. Without it nothing is found. It keeps up, too, what takes long to sum up.
func (s *Service) RunIndex(ctx context.Context) error {
	wake := make(chan struct{}, 1)
	s.o.Records.Watch(func(c store.Change) {
		s.searching.mu.Lock()
		defer s.searching.mu.Unlock()
		if c.Call != "" {
			s.searching.dirty = noted(s.searching.dirty, c.Call)
		}
		if c.Caller != "" {
			s.searching.callers = noted(s.searching.callers, c.Caller)
			s.noContact.change(c.Caller)
		}
		if c.Text != "" {
			s.searching.written = noted(s.searching.written, c.Text)
		}
		if len(s.searching.dirty) > maxDirty || len(s.searching.written) > maxDirty {
			select {
			case wake <- struct{}{}:
			default:
			}
		}
	})
	s.noContact.tell(true)
	defer s.noContact.tell(false)
	if err := s.o.Records.Texts(func(m record.Message) error { s.putText(m); return ctx.Err() }); err != nil {
		return err
	}
	before := time.Time{}
	for ctx.Err() == nil {
		cs, err := s.o.Records.Calls(store.Filter{Before: before, Limit: indexBatch})
		if err != nil {
			return err
		}
		for _, c := range cs {
			if err := s.indexCall(c.ID); err != nil {
				return err
			}
		}
		if len(cs) < indexBatch {
			break
		}
		before = cs[len(cs)-1].Started
		if !before.Equal(cs[0].Started) { // else more calls began in one moment than fit a batch: the rest of them is left out
			before = before.Add(1) // those of the same moment are read again
		}
	}
	figures, over := s.summed.keptUp()
	defer over()
	due, over := s.due.keptUp()
	defer over()
	s.refreshSum()
	s.refreshDue(ctx)
	s.searching.mu.Lock()
	s.searching.complete = ctx.Err() == nil
	s.searching.mu.Unlock()
	again := time.NewTicker(againSum)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
			if err := s.catchUp(); err != nil {
				return err
			}
		case <-figures:
			s.refreshSum()
		case <-due:
			s.refreshDue(ctx)
		case <-again.C:
			if s.summed.long() {
				s.refreshSum()
			}
			if s.due.long() {
				s.refreshDue(ctx)
			}
		}
	}
}

func noted(m map[string]bool, id string) map[string]bool {
	if m == nil {
		m = map[string]bool{}
	}
	m[id] = true
	return m
}

// indexCall puts a call into the index as it is now, or takes it out when it is gone.
func (s *Service) indexCall(id string) error {
	f, err := s.o.Records.Full(id)
	if errors.Is(err, store.ErrNotFound) {
		s.searching.index.Drop(id)
		return nil
	}
	if err != nil {
		return err
	}
	if f.Call.Origin == record.OriginSelfTest {
		return nil
	}
	doc := search.Doc{ID: id, At: f.Call.Started, Numbers: []string{f.Call.From.Digits()}}
	doc.Texts = append(doc.Texts, string(f.Call.DisplayName), string(f.Caller.Name))
	for _, t := range f.Turns {
		doc.Texts = append(doc.Texts, string(t.Heard), string(t.Mended), t.Said)
	}
	for _, n := range f.Call.Notes {
		doc.Texts = append(doc.Texts, string(n.Text))
	}
	for _, m := range f.Messages {
		doc.Texts = append(doc.Texts, string(m.Name), string(m.Reason), string(m.BestTime), m.For)
		doc.Numbers = append(doc.Numbers, m.Number.Digits(), m.Second.Digits())
	}
	s.searching.index.Put(doc)
	return nil
}

// putText puts a message that came in no call into the index.
func (s *Service) putText(m record.Message) {
	s.searching.texts.Put(search.Doc{
		ID: m.ID, At: m.At, Texts: []string{string(m.Name), string(m.Reason)}, Numbers: []string{m.Number.Digits()},
	})
	s.searching.mu.Lock()
	defer s.searching.mu.Unlock()
	if s.searching.textsOf == nil {
		s.searching.textsOf = map[string]map[string]bool{}
	}
	s.searching.textsOf[m.CallerID] = noted(s.searching.textsOf[m.CallerID], m.ID)
}

// catchUp puts into the index what was written since.
func (s *Service) catchUp() error {
	s.searching.mu.Lock()
	dirty, callers, written := s.searching.dirty, s.searching.callers, s.searching.written
	s.searching.dirty, s.searching.callers, s.searching.written = nil, nil, nil
	for id := range callers {
		for m := range s.searching.textsOf[id] {
			written = noted(written, m)
		}
		delete(s.searching.textsOf, id)
	}
	s.searching.mu.Unlock()
	for id := range written {
		switch m, err := s.o.Records.Message(id); {
		case errors.Is(err, store.ErrNotFound):
			s.searching.texts.Drop(id)
		case err != nil:
			return err
		case m.CallID == "":
			s.putText(m)
		}
	}
	for id := range callers {
		cs, err := s.o.Records.Calls(store.Filter{Caller: id})
		if err != nil {
			return err
		}
		for _, c := range cs {
			dirty = noted(dirty, c.ID)
		}
	}
	for id := range dirty {
		if err := s.indexCall(id); err != nil {
			return err
		}
	}
	return nil
}

// SearchCalls finds calls by words and digits.
var SearchCalls = define(Op[CallSearch, FoundCalls]{
	Name: "search-calls", Role: Staff, Audit: Reads("search calls"),
	Run: (*Service).searchCalls,
})

func (s *Service) searchCalls(ctx context.Context, q CallSearch) (FoundCalls, error) {
	out := FoundCalls{Calls: []FoundCall{}}
	if err := s.catchUp(); err != nil {
		return out, err
	}
	if q.Limit <= 0 || q.Limit > MaxList {
		q.Limit = 50
	}
	ids, total := s.searching.index.Find(search.Query{Text: q.Text, Since: q.Since, Before: q.Before, Skip: q.Skip, Limit: q.Limit})
	out.Total = total
	s.searching.mu.Lock()
	out.Complete = s.searching.complete
	s.searching.mu.Unlock()
	if q.Skip == 0 && q.Before.IsZero() && q.Text != "" {
		texts, _ := s.searching.texts.Find(search.Query{Text: q.Text, Since: q.Since, Limit: q.Limit})
		for _, id := range texts {
			m, err := s.o.Records.Message(id)
			if errors.Is(err, store.ErrNotFound) {
				continue // erased a moment ago
			}
			if err != nil {
				return out, err
			}
			out.Texts = append(out.Texts, m)
		}
	}
	words := search.Words(q.Text)
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		f, err := s.o.Records.Full(id)
		if errors.Is(err, store.ErrNotFound) {
			continue // erased a moment ago
		}
		if err != nil {
			return out, err
		}
		out.Calls = append(out.Calls, foundIn(f, words))
	}
	return out, nil
}

// foundIn says where in a call the first of the words is.
func foundIn(f store.Full, words []string) FoundCall {
	out := FoundCall{Call: f.Call, Name: f.Caller.Name}
	if out.Name == "" {
		out.Name = f.Call.DisplayName
	}
	for _, w := range words {
		for _, m := range f.Messages {
			if t, ok := around(string(m.Reason), w); ok {
				out.Where, out.Text = InMessage, t
				return out
			}
		}
		for _, n := range f.Call.Notes {
			if t, ok := around(string(n.Text), w); ok {
				out.Where, out.Text = InNote, t
				return out
			}
		}
		for _, t := range f.Turns {
			for _, words := range []record.Personal{t.Words(), t.Heard} {
				if s, ok := around(string(words), w); ok {
					out.Where, out.Text = InHeard, s
					return out
				}
			}
		}
		for _, t := range f.Turns {
			if s, ok := around(t.Said, w); ok {
				out.Where, out.Text = InSaid, s
				return out
			}
		}
	}
	out.Where = InCaller
	return out
}

// aroundWords is how many words before and after the one that was looked for are shown.
const aroundWords = 8

// around returns the piece of a text around the first word that begins with prefix.
func around(text, prefix string) (record.Personal, bool) {
	words := strings.Fields(text)
	for i, w := range words {
		for _, part := range search.Words(w) {
			if !strings.HasPrefix(part, prefix) {
				continue
			}
			from, to := max(0, i-aroundWords), min(len(words), i+aroundWords+1)
			s := strings.Join(words[from:to], " ")
			if from > 0 {
				s = "… " + s
			}
			if to < len(words) {
				s += " …"
			}
			return record.Personal(s), true
		}
	}
	return "", false
}
