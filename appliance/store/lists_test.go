package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Whatever is asked for, a list holds what the plain reading of the filter says: property over made-up calls and filters. Several calls
// begin in one moment, and some before 1970, as with a clock that was not set.
func TestCallsAreThoseOfTheFilter(t *testing.T) {
	s := fresh(t)
	r := rand.New(rand.NewPCG(17, 1))
	moment := func() time.Time {
		if r.IntN(20) == 0 {
			return time.Unix(-int64(r.IntN(1000)), 0).UTC()
		}
		return t0.Add(time.Duration(r.IntN(40)) * time.Minute)
	}
	var all []record.Call
	var callers []string
	for i := range 150 {
		c := record.Call{
			ID: fmt.Sprintf("c%03d", i), Started: moment(), From: record.PhoneNumber(fmt.Sprintf("+1217555%04d", r.IntN(6))),
			Origin: []record.Origin{record.OriginLine, record.OriginLine, record.OriginLine, record.OriginSelfTest}[r.IntN(4)],
		}
		c, err := s.BeginCall(c)
		if err != nil {
			t.Fatal(err)
		}
		if c.Origin == record.OriginSelfTest && c.CallerID != "" {
			t.Errorf("the box's own call has a caller: %+v", c)
		}
		all = append(all, c)
		if c.CallerID != "" && !slices.Contains(callers, c.CallerID) {
			callers = append(callers, c.CallerID)
		}
	}
	slices.SortFunc(all, func(a, b record.Call) int { // newest first; in one moment the greater ID is the newer one
		if c := b.Started.Compare(a.Started); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	for range 400 {
		f := store.Filter{Limit: r.IntN(12), Tests: r.IntN(5) == 0}
		if r.IntN(2) == 0 {
			f.Since = moment()
		}
		if r.IntN(2) == 0 {
			f.Before = moment()
		}
		if !f.Tests && r.IntN(3) == 0 {
			f.Caller = callers[r.IntN(len(callers))]
		}
		var want []string
		for _, c := range all {
			if f.Tests != (c.Origin == record.OriginSelfTest) || f.Caller != "" && c.CallerID != f.Caller ||
				!f.Since.IsZero() && c.Started.Before(f.Since) || !f.Before.IsZero() && !c.Started.Before(f.Before) ||
				f.Limit > 0 && len(want) == f.Limit {
				continue
			}
			want = append(want, c.ID)
		}
		cs, err := s.Calls(f)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range cs {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v:\n got %v\nwant %v", f, got, want)
		}
	}
	for _, since := range []time.Time{{}, t0, t0.Add(39 * time.Minute), t0.Add(time.Hour)} {
		want := 0
		for _, c := range all {
			if c.Origin != record.OriginSelfTest && !c.Started.Before(since) {
				want++
			}
		}
		if n, err := s.CountCalls(since); err != nil || n != want {
			t.Errorf("since %v: %d calls, want %d, %v", since, n, want, err)
		}
	}
	if cs, err := s.Calls(store.Filter{Caller: "nobody"}); err != nil || len(cs) != 0 {
		t.Errorf("of nobody: %+v, %v", cs, err)
	}
}

// A list of one caller holds nothing of another one whose ID begins in the same way.
func TestListsOfOneCallerOnly(t *testing.T) {
	s := fresh(t)
	var full []store.Full
	for i, id := range []string{"ab", "abc", "a"} {
		full = append(full, store.Full{
			Call:     record.Call{ID: "call-" + id, Started: t0.Add(time.Duration(i) * time.Minute), Ended: t0.Add(time.Hour)},
			Caller:   record.Caller{ID: id, FirstSeen: t0, LastSeen: t0},
			Turns:    []record.Turn{{Heard: record.Personal(id)}},
			Messages: []record.Message{{ID: "m" + id, CallID: "call-" + id, At: t0, Reason: record.Personal(id)}},
		})
	}
	if err := s.Import(full); err != nil {
		t.Fatal(err)
	}
	for _, f := range full {
		id := f.Caller.ID
		cs, err := s.Calls(store.Filter{Caller: id})
		if err != nil || len(cs) != 1 || cs[0].ID != f.Call.ID {
			t.Errorf("%s: %+v, %v", id, cs, err)
		}
		ms, err := s.MessagesOfCaller(id)
		if err != nil || len(ms) != 1 || string(ms[0].Reason) != id {
			t.Errorf("%s: %+v, %v", id, ms, err)
		}
		ts, err := s.Turns(f.Call.ID)
		if err != nil || len(ts) != 1 || string(ts[0].Heard) != id {
			t.Errorf("%s: %+v, %v", id, ts, err)
		}
		if ms, err := s.MessagesOf(f.Call.ID); err != nil || len(ms) != 1 || ms[0].ID != "m"+id {
			t.Errorf("%s: %+v, %v", id, ms, err)
		}
	}
	cs, err := s.Callers(2)
	if err != nil || len(cs) != 2 {
		t.Errorf("%d callers, %v", len(cs), err)
	}
}

// Imported again, a call is what it is now: in the lists once, with the turns it has now, on the card it belongs to now.
func TestACallThatIsImportedAgainReplacesTheFormer(t *testing.T) {
	s := fresh(t)
	turns := func(n int) (ts []record.Turn) {
		for i := range n {
			ts = append(ts, record.Turn{Heard: record.Personal(fmt.Sprint("words ", i))})
		}
		return ts
	}
	was := store.Full{
		Call: record.Call{ID: "c", Started: t0, Ended: t0.Add(time.Minute)}, Caller: record.Caller{ID: "a", FirstSeen: t0, LastSeen: t0},
		Turns: turns(5),
	}
	now := store.Full{
		Call:   record.Call{ID: "c", Started: t0.Add(time.Hour), Ended: t0.Add(2 * time.Hour)},
		Caller: record.Caller{ID: "b", FirstSeen: t0, LastSeen: t0.Add(time.Hour)}, Turns: turns(2),
	}
	for _, f := range []store.Full{was, was, now} {
		if err := s.Import([]store.Full{f}); err != nil {
			t.Fatal(err)
		}
	}
	cs, err := s.Calls(store.Filter{})
	if err != nil || len(cs) != 1 || !cs[0].Started.Equal(now.Call.Started) || cs[0].CallerID != "b" {
		t.Errorf("%+v, %v", cs, err)
	}
	if n, err := s.CountCalls(time.Time{}); err != nil || n != 1 {
		t.Errorf("%d calls, %v", n, err)
	}
	if cs, err := s.Calls(store.Filter{Caller: "a"}); err != nil || len(cs) != 0 {
		t.Errorf("on the former card: %+v, %v", cs, err)
	}
	if ts, err := s.Turns("c"); err != nil || len(ts) != 2 {
		t.Errorf("%d turns, %v", len(ts), err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestMessagesByStateAndOrder(t *testing.T) {
	now := t0
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var ids []string
	for i := range 20 {
		now = t0.Add(time.Duration(i) * time.Minute)
		m, err := s.SaveMessage(record.Message{At: now, CallID: fmt.Sprint("c", i%3), Reason: record.Personal(fmt.Sprint(i))})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.ID)
		if i%4 == 0 {
			if err := s.MarkDone(m.ID, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	open, err := s.Messages(0, false)
	if err != nil || len(open) != 15 || open[0].ID != ids[19] || slices.ContainsFunc(open, func(m record.Message) bool { return m.Done }) {
		t.Errorf("%d open, %v", len(open), err)
	}
	if n, err := s.CountOpen(); err != nil || n != 15 {
		t.Errorf("%d are counted, %v", n, err)
	}
	if ms, err := s.Messages(3, true); err != nil || len(ms) != 3 || ms[0].ID != ids[19] || ms[2].ID != ids[17] {
		t.Errorf("the newest three: %+v, %v", ms, err)
	}
	of, err := s.MessagesOf("c1")
	if err != nil || len(of) != 7 || of[0].ID != ids[1] || of[6].ID != ids[19] {
		t.Errorf("of a call, in order: %d, %v", len(of), err)
	}
	// Done and open again: the moment goes, too.
	for _, done := range []bool{true, true, false} {
		if err := s.MarkDone(ids[1], done); err != nil {
			t.Fatal(err)
		}
		m, err := s.Message(ids[1])
		if err != nil || m.Done != done || m.DoneAt.IsZero() == done {
			t.Errorf("done %v: %+v, %v", done, m, err)
		}
	}
	if err := s.MarkDone("nothing", true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a message that is not there: %v", err)
	}
	if _, err := s.Message("nothing"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a message that is not there: %v", err)
	}
	old, err := s.OldMessages(t0.Add(9 * time.Minute))
	if err != nil || len(old) != 3 { // 0, 4 and 8
		t.Errorf("%+v, %v", old, err)
	}
	if old, err = s.OldMessages(t0); err != nil || len(old) != 0 {
		t.Errorf("%+v, %v", old, err)
	}
}

func TestTextsAreThoseOfNoCall(t *testing.T) {
	s := fresh(t)
	var want []string
	for i := range 6 {
		m := record.Message{At: t0, Number: "+12175550142", Reason: record.Personal(fmt.Sprint(i)), Text: true}
		if i%3 == 0 {
			m.CallID, m.Text = "c", false
		}
		m, err := s.SaveMessage(m)
		if err != nil {
			t.Fatal(err)
		}
		if m.Text {
			want = append([]string{m.ID}, want...)
		}
	}
	var got []string
	if err := s.Texts(func(m record.Message) error { got = append(got, m.ID); return nil }); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, want %v, %v", got, want, err)
	}
	enough := errors.New("enough")
	n := 0
	if err := s.Texts(func(record.Message) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("ended after %d: %v", n, err)
	}
}

// More than one transaction's worth of old calls: each is told of once, the oldest first; those that go on are left out.
func TestOldCallsInBatches(t *testing.T) {
	s := fresh(t)
	var full []store.Full
	const many = 1203
	for i := range many {
		c := record.Call{ID: fmt.Sprintf("c%04d", i), Started: t0.Add(time.Duration(i/3) * time.Second), Ended: t0.Add(time.Hour)}
		if i%100 == 50 {
			c.Ended = time.Time{}
		}
		full = append(full, store.Full{Call: c, Turns: make([]record.Turn, i%3)})
	}
	if err := s.Import(full); err != nil {
		t.Fatal(err)
	}
	for _, end := range []time.Time{t0, t0.Add(time.Second), t0.Add(200 * time.Second), t0.Add(time.Hour)} {
		var want []string
		for _, f := range full {
			if f.Call.Started.Before(end) && !f.Call.Ended.IsZero() {
				want = append(want, f.Call.ID)
			}
		}
		var got []string
		err := s.OldCalls(end, func(o store.Old) error {
			if i := len(got); i < len(want) && o.Turns != slices.IndexFunc(full, func(f store.Full) bool { return f.Call.ID == o.ID })%3 {
				t.Errorf("%s has %d turns", o.ID, o.Turns)
			}
			got = append(got, o.ID)
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("before %v: %d calls, want %d, %v", end, len(got), len(want), err)
		}
	}
	// What is looked at may be removed meanwhile.
	n := 0
	if err := s.OldCalls(t0.Add(time.Hour), func(o store.Old) error { n++; return s.DropCall(o.ID) }); err != nil || n != many-12 {
		t.Errorf("%d, %v", n, err)
	}
	if left, err := s.CountCalls(time.Time{}); err != nil || left != 12 {
		t.Errorf("%d are left, %v", left, err)
	}
	enough := errors.New("enough")
	full[0].Call.Ended = t0.Add(time.Minute)
	if err := s.Import(full[:1]); err != nil {
		t.Fatal(err)
	}
	if err := s.OldCalls(t0.Add(time.Hour), func(store.Old) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsOverIsRemoved(t *testing.T) {
	s := fresh(t)
	c, err := s.BeginCall(record.Call{ID: "c", From: "+12175550142", Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	m, merr := s.SaveMessage(record.Message{CallID: "c", Reason: "ring back"})
	if err := errors.Join(merr, s.AddTurn("c", record.Turn{Heard: "words"}), s.EndCall(c)); err != nil {
		t.Fatal(err)
	}
	if bare, err := s.Bare(c.CallerID); err != nil || bare {
		t.Errorf("bare %v, %v", bare, err)
	}
	if err := s.DropTranscript("c"); err != nil {
		t.Fatal(err)
	}
	f, err := s.Full("c")
	if err != nil || len(f.Turns) != 0 || f.Call.Forgotten.IsZero() || len(f.Messages) != 1 {
		t.Errorf("without a transcript: %+v, %v", f, err)
	}
	if err := s.DropCall("c"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Full("c"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the call: %v", err)
	}
	if got, err := s.Message(m.ID); err != nil || got.Reason != "ring back" { // it stands for itself
		t.Errorf("the message: %+v, %v", got, err)
	}
	if bare, err := s.Bare(c.CallerID); err != nil || bare {
		t.Errorf("with a message: bare %v, %v", bare, err)
	}
	if err := s.DropMessage(m.ID); err != nil {
		t.Fatal(err)
	}
	if bare, err := s.Bare(c.CallerID); err != nil || !bare {
		t.Errorf("bare %v, %v", bare, err)
	}
	for what, err := range map[string]error{
		"transcript": s.DropTranscript("c"), "call": s.DropCall("c"), "message": s.DropMessage(m.ID),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s, again: %v", what, err)
		}
	}
	if n, err := s.CountOpen(); err != nil || n != 0 {
		t.Errorf("%d open, %v", n, err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestEditionsInPages(t *testing.T) {
	s := fresh(t)
	if es, err := s.Editions(0, 0); err != nil || len(es) != 0 {
		t.Errorf("%+v, %v", es, err)
	}
	for i := range 7 {
		e := store.Edition{Business: knowledge.Business{Name: fmt.Sprint("name ", i+1)}, Note: fmt.Sprint(i + 1), Version: 99}
		if v, err := s.PublishEdition(e, nil); err != nil || v != i+1 {
			t.Fatalf("version %d, %v", v, err)
		}
	}
	versions := func(before, limit int) string {
		es, err := s.Editions(before, limit)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range es {
			if e.At.IsZero() || !e.Asked || e.Business.Name != fmt.Sprint("name ", e.Version) {
				t.Errorf("%+v", e)
			}
			out = append(out, fmt.Sprint(e.Version))
		}
		return strings.Join(out, " ")
	}
	for _, tt := range []struct {
		before, limit int
		want          string
	}{
		{0, 0, "7 6 5 4 3 2 1"}, {0, 2, "7 6"}, {6, 2, "5 4"}, {1, 5, ""}, {2, 5, "1"}, {8, 1, "7"}, {100, 1, "7"},
	} {
		if got := versions(tt.before, tt.limit); got != tt.want {
			t.Errorf("before %d, %d of them: %q, want %q", tt.before, tt.limit, got, tt.want)
		}
	}
	if e, err := s.Edition(3); err != nil || e.Note != "3" {
		t.Errorf("%+v, %v", e, err)
	}
	for _, v := range []int{0, 8, -1} {
		if _, err := s.Edition(v); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("version %d: %v", v, err)
		}
	}
}

// The draft changes in the same moment as the profile, and says from which version it begins.
func TestADraftGoesWithItsEdition(t *testing.T) {
	s := fresh(t)
	if _, err := s.Draft(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no draft: %v", err)
	}
	d := store.Draft{Revision: 4, Changed: map[string]int{"hours": 4}, Business: knowledge.Business{Name: "draft"}}
	if err := s.SaveDraft(d); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Draft(); err != nil || got.Revision != 4 || got.Business.Name != "draft" || got.Changed["hours"] != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	clean := store.Draft{Revision: 5, Clean: true}
	v, err := s.PublishEdition(store.Edition{Business: d.Business}, &clean)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Draft(); err != nil || got.Base != v || !got.Clean || got.Revision != 5 {
		t.Errorf("%+v, %v", got, err)
	}
	if clean.Base != 0 {
		t.Error("what the caller handed over was changed")
	}
	if took, err := s.WithdrawUnasked(); err != nil || took {
		t.Errorf("an edition that was asked for is withdrawn: %v, %v", took, err)
	}
}
