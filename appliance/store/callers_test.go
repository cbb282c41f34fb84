package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func office(kind record.FieldKind, value string) record.Field {
	return record.Field{Kind: kind, Value: record.Personal(value), Source: record.SourceOffice}
}

// card is a new one with these fields.
func card(fields ...record.Field) (c record.Caller) {
	for _, f := range fields {
		c.Learn(f)
	}
	return c
}

func TestACardThatIsNotTaken(t *testing.T) {
	s := fresh(t)
	a, err := s.AddCaller(card(office(record.FieldNumber, "+12175550142"), office(record.FieldName, "Anna")))
	if err != nil || a.ID == "" || a.FirstSeen.IsZero() {
		t.Fatalf("%+v, %v", a, err)
	}
	chosen := card(office(record.FieldName, "Bob"))
	chosen.ID = "chosen"
	b, err := s.AddCaller(chosen)
	if err != nil || b.ID == "chosen" { // nobody chooses an ID
		t.Fatalf("%+v, %v", b, err)
	}
	before, err := s.Caller(b.ID)
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	for name, change := range map[string]func(c *record.Caller) error{
		"refused": func(c *record.Caller) error {
			c.Learn(office(record.FieldName, "Carl"))
			return refused
		},
		"taken": func(c *record.Caller) error {
			c.Learn(office(record.FieldName, "Carl"))
			c.Learn(office(record.FieldNumber, "+1 217 555 0142"))
			return nil
		},
	} {
		_, err := s.ChangeCaller(b.ID, change)
		var taken *store.TakenError
		if !errors.Is(err, refused) && (!errors.As(err, &taken) || taken.Caller != a.ID || strings.Contains(err.Error(), "5550142")) {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := s.Caller(b.ID); err != nil || now.Name != before.Name || len(now.Fields) != len(before.Fields) {
			t.Errorf("%s: it is changed all the same: %+v, %v", name, now, err)
		}
	}
	if _, err := s.ChangeCaller(b.ID, func(c *record.Caller) error { c.ID = a.ID; return nil }); err != nil {
		t.Fatal(err)
	}
	if now, err := s.Caller(a.ID); err != nil || now.Name != "Anna" {
		t.Errorf("a card was written over another one: %+v, %v", now, err)
	}
	if _, err := s.ChangeCaller("nobody", func(*record.Caller) error { t.Error("asked"); return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's card: %v", err)
	}
	if err := s.Remember("nobody", "x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's name: %v", err)
	}
	ids, err := s.CallerIDs()
	if err != nil || len(ids) != 2 || !slices.Contains(ids, a.ID) || !slices.Contains(ids, b.ID) {
		t.Errorf("%v, %v", ids, err)
	}
}

// A number that is taken off a card leads nowhere any more, and may go onto another one.
func TestANumberMovesFromCardToCard(t *testing.T) {
	s := fresh(t)
	number := office(record.FieldNumber, "+12175550142")
	a, err := s.AddCaller(card(number, office(record.FieldNumber, "+12175550143")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeCaller(a.ID, func(c *record.Caller) error { c.Forget(c.Fields[0]); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.FindCaller("+12175550142"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the number that was taken off: %v", err)
	}
	b, err := s.AddCaller(card(number))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[record.PhoneNumber]string{"+1 (217) 555-0142": b.ID, "+12175550143": a.ID} {
		if c, err := s.FindCaller(n); err != nil || c.ID != want {
			t.Errorf("%s: %s, want %s, %v", n, c.ID, want, err)
		}
	}
	for _, n := range []record.PhoneNumber{"", "anonymous", "()-", "+"} {
		if c, err := s.FindCaller(n); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %+v, %v", n, c, err)
		}
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// The name that a caller says takes the place of one that a caller said, and not of what the office knows.
func TestWhoseNameCounts(t *testing.T) {
	s := fresh(t)
	for _, tt := range []struct {
		source record.Source
		want   record.Personal
	}{
		{record.SourceSaid, "Said"}, {record.SourceCallerID, "Said"}, {record.SourceOffice, "Known"}, {record.SourceImport, "Known"},
	} {
		c, err := s.AddCaller(card(record.Field{Kind: record.FieldName, Value: "Known", Source: tt.source}))
		if err == nil {
			err = s.Remember(c.ID, "Said")
		}
		if c, cerr := s.Caller(c.ID); err != nil || cerr != nil || c.Name != tt.want {
			t.Errorf("known by %s: %q, want %q, %v, %v", tt.source, c.Name, tt.want, err, cerr)
		}
	}
}

func TestNotesOnACallAreBounded(t *testing.T) {
	s := fresh(t)
	c, err := s.BeginCall(record.Call{ID: "c", From: "+12175550142", Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if err := s.AddNote("c", record.Note{At: t0, By: "anna", Text: record.Personal(fmt.Sprint("note ", i))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddNote("c", record.Note{Text: "one more"}); !errors.Is(err, store.ErrManyNotes) {
		t.Errorf("one more: %v", err)
	}
	if err := s.AddNote("none", record.Note{Text: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("on no call: %v", err)
	}
	// They were written while the call went on: its end does not take them away, nor move it in any list.
	end := c
	end.Notes, end.CallerID, end.Started, end.Origin = nil, "somebody else", t0.Add(time.Hour), record.OriginSelfTest
	end.Ended = t0.Add(time.Minute)
	if err := s.EndCall(end); err != nil {
		t.Fatal(err)
	}
	got, err := s.Call("c")
	if err != nil || len(got.Notes) != 100 || got.CallerID != c.CallerID || !got.Started.Equal(t0) || got.Origin != c.Origin {
		t.Errorf("%d notes, %+v, %v", len(got.Notes), got, err)
	}
	if err := s.EndCall(record.Call{ID: "none"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the end of no call: %v", err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Who watches is told of what is on the disk, and of nothing that was refused.
func TestWatchersHearOfWhatIsWritten(t *testing.T) {
	s := fresh(t)
	var heard []store.Change
	s.Watch(func(c store.Change) { heard = append(heard, c) })
	last := func(want store.Change) {
		t.Helper()
		if len(heard) == 0 || heard[len(heard)-1] != want {
			t.Errorf("heard %+v, want %+v at the end", heard, want)
		}
		heard = nil
	}
	c, err := s.BeginCall(record.Call{ID: "c", From: "+12175550142", Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	last(store.Change{Call: "c"})
	if err := s.AddTurn("c", record.Turn{Heard: "x"}); err != nil {
		t.Fatal(err)
	}
	last(store.Change{Call: "c"})
	if err := s.Remember(c.CallerID, "Anna"); err != nil {
		t.Fatal(err)
	}
	last(store.Change{Caller: c.CallerID})
	m, err := s.SaveMessage(record.Message{Number: "+12175550142", Reason: "a text", Text: true})
	if err != nil {
		t.Fatal(err)
	}
	last(store.Change{Caller: c.CallerID, Text: m.ID})
	for _, refused := range []error{
		s.AddTurn("none", record.Turn{}), s.Remember("none", "x"), s.DropCall("none"), s.DropMessage("none"), s.EndCall(record.Call{ID: "none"}),
	} {
		if refused == nil {
			t.Error("not refused")
		}
	}
	if len(heard) != 0 {
		t.Errorf("heard of what was refused: %+v", heard)
	}
}

// A call that a power cut interrupted ends with the last that is known of it; one whose caller is being erased is left alone.
func TestInterruptedCallsAfterAPowerCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	answered := t0.Add(2 * time.Second)
	_, err1 := s.BeginCall(record.Call{ID: "silent", From: "+12175550142", Started: t0, Answered: answered})
	talked, err2 := s.BeginCall(record.Call{ID: "talked", From: "+12175550143", Started: t0, Answered: answered})
	gone, err3 := s.BeginCall(record.Call{ID: "gone", From: "+12175550144", Started: t0})
	err = errors.Join(err1, err2, err3, s.AddTurn("talked", record.Turn{HeardAt: t0.Add(time.Minute), SaidAt: t0.Add(61 * time.Second)}),
		s.Keys().Destroy(gone.CallerID), s.Close())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second start changes nothing more
		s, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]time.Time{"silent": answered, "talked": t0.Add(61 * time.Second)} {
			c, err := s.Call(id)
			if err != nil || !c.Ended.Equal(want) || c.Outcome.Result != record.ResultCut {
				t.Errorf("%s: %+v, %v", id, c, err)
			}
		}
		if _, err := s.Call("gone"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of who is being erased: %v", err)
		}
		if owner, err := s.OwnerOf("talked"); err != nil || owner != talked.CallerID {
			t.Errorf("%q, %v", owner, err)
		}
		if _, err := s.OwnerOf("gone"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the owner of what is being erased: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
