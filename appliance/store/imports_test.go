package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func contact(name, number string) []record.Field {
	return []record.Field{
		{Kind: record.FieldName, Value: record.Personal(name)}, {Kind: record.FieldNumber, Value: record.Personal(number)},
		{Kind: record.FieldNote, Value: "from the list"},
	}
}

func TestAnImportIsTakenBackAsItCame(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "frontdesk.db"))
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	known, err := s.BeginCall(record.Call{ID: "call-1", From: "+12175550142", Started: at, Answered: at})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remember(known.CallerID, "Ada as she said"); err != nil {
		t.Fatal(err)
	}
	before, err := s.Caller(known.CallerID)
	if err != nil {
		t.Fatal(err)
	}
	var list [][]record.Field
	list = append(list, contact("Ada of the list", "+12175550142"))
	for i := range 1200 {
		list = append(list, contact(fmt.Sprintf("Person %d", i), fmt.Sprintf("+1312%07d", 5550000+i)))
	}
	list = append(list, contact("Person 0 again", "+13125550000"))
	steps := 0
	b, err := s.ImportContacts(context.Background(), record.ImportBatch{File: "list.csv"}, list, func(int) { steps++ })
	if err != nil || b.New != 1200 || b.Merged != 2 || b.State != record.ImportDone || steps != 3 {
		t.Fatalf("%+v, %v, %d steps", b, err, steps)
	}
	ada, err := s.Caller(known.CallerID)
	if err != nil || ada.Name != "Ada as she said" || len(ada.Values(record.FieldNote)) != 1 {
		t.Errorf("what is known counts: %+v, %v", ada, err)
	}
	late, err := s.BeginCall(record.Call{ID: "call-2", From: "+13125550007", Started: at, Answered: at})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := s.Caller(late.CallerID); err != nil || c.Name != "Person 7" {
		t.Errorf("a contact calls: %+v, %v", c, err)
	}
	if err := s.UndoImport(b.ID); err != nil {
		t.Fatal(err)
	}
	if ada, err = s.Caller(known.CallerID); err != nil || fmt.Sprint(ada.Fields) != fmt.Sprint(before.Fields) {
		t.Errorf("after the undo %+v, want %+v, %v", ada.Fields, before.Fields, err)
	}
	ids, err := s.CallerIDs()
	if err != nil || len(ids) != 2 { // who has called stays, without what the list said
		t.Errorf("%d cards are left, %v", len(ids), err)
	}
	if c, err := s.FindCaller("+13125550007"); err != nil || c.ID != late.CallerID || c.Name != "" {
		t.Errorf("who has called is %+v, %v", c, err)
	}
	if _, err := s.FindCaller("+13125550008"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a contact that was taken back: %v", err)
	}
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if list, err := s.Imports(); err != nil || len(list) != 1 || list[0].State != record.ImportUndone {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.UndoInterrupted(); err != nil {
		t.Error(err)
	}
}

// What was noted of a person on a card counts after the undo as before: the number by which the card is found stays.
func TestAnUndoLeavesWhatIsInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, err := store.Open(path, store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	const first, second = "+13125550001", "+13125550002"
	tag := func(c string, x record.Tag) error {
		_, err := s.ChangeCaller(c, func(c *record.Caller) error { c.SetTag(record.Mark{Tag: x, At: now}, true); return nil })
		return err
	}
	uses := map[string]func(c string) error{
		"restricted": func(c string) error { return tag(c, record.TagRestricted) },
		"blocked":    func(c string) error { return tag(c, record.TagBlocked) },
		"called": func(string) error {
			_, err := s.BeginCall(record.Call{From: second, Started: now})
			return err
		},
		"wrote": func(string) error {
			_, err := s.SaveMessage(record.Message{Number: second, Text: true, At: now})
			return err
		},
		"refused to be recorded": func(c string) error {
			_, err := s.AddConsent(record.Consent{Caller: c, Kind: record.ConsentRecording, State: record.ConsentRefused, At: now})
			return err
		},
		"asked for something": func(c string) error {
			_, err := s.SaveRequest(record.Request{Caller: c, Kind: record.RequestAccess, At: now})
			return err
		},
		"held": func(c string) error {
			return s.SetHold(record.Hold{Caller: c, Reason: "a law suit", Until: now.AddDate(1, 0, 0), At: now})
		},
		"noted by the office": func(c string) error {
			_, err := s.ChangeCaller(c, func(c *record.Caller) error {
				c.Learn(record.Field{Kind: record.FieldNote, Value: "speaks Dutch", Source: record.SourceOffice, At: now})
				return nil
			})
			return err
		},
	}
	for what, use := range uses {
		for _, known := range []bool{false, true} { // whether the card was there before the import
			now = now.Add(time.Hour)
			if known {
				if _, err := s.BeginCall(record.Call{From: first, Started: now}); err != nil {
					t.Fatal(err)
				}
			}
			now = now.Add(time.Hour)
			row := append(contact("Ada of the list", first), record.Field{Kind: record.FieldNumber, Value: second})
			idle := contact("Bob of the list", "+13125550003")
			b, err := s.ImportContacts(t.Context(), record.ImportBatch{File: "list.csv"}, [][]record.Field{row, idle}, nil)
			if err != nil {
				t.Fatal(err)
			}
			card, err := s.FindCaller(second)
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Hour)
			if err := errors.Join(use(card.ID), s.UndoImport(b.ID)); err != nil {
				t.Fatal(err)
			}
			c, err := s.FindCaller(second)
			if err != nil || c.ID != card.ID || c.Name == "Ada of the list" {
				t.Errorf("%s, known before %v: found is %+v, %v", what, known, c, err)
			}
			if _, err := s.FindCaller("+13125550003"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: what nobody used is there: %v", what, err)
			}
			if err := s.DropHold(card.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Fatal(err)
			}
			job, err := s.Erase(card.ID, "test", "test")
			if err := errors.Join(err, s.FinishJob(job)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		s, err := store.Open(filepath.Join(b.TempDir(), "frontdesk.db"), store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		var list [][]record.Field
		for i := range 100_000 {
			list = append(list, contact(fmt.Sprintf("Person %d", i), fmt.Sprintf("+1312%07d", i)))
		}
		began := time.Now()
		if _, err := s.ImportContacts(context.Background(), record.ImportBatch{File: "list.csv"}, list, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/100000")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// An import that nobody waits for any more ends, and is taken back.
func TestAnImportThatNobodyWaitsFor(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "records.db"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var list [][]record.Field
	for i := range 1200 {
		list = append(list, []record.Field{{Kind: record.FieldName, Value: record.Personal(fmt.Sprint("Person ", i))}})
	}
	_, err := s.ImportContacts(ctx, record.ImportBatch{File: "list.csv"}, list, func(done int) {
		if done > 500 {
			t.Errorf("went on to %d", done)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if batches, err := s.Imports(); err != nil || len(batches) != 1 || batches[0].State != record.ImportUndone {
		t.Errorf("%+v, %v", batches, err)
	}
}
