package store

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// rawCard writes a card as it was written before numbers had one form.
func (t *txn) rawCard(c record.Caller) error {
	if err := t.keys.Make(c.ID); err != nil {
		return err
	}
	for _, f := range c.Fields {
		if f.Kind != record.FieldNumber {
			continue
		}
		key, err := t.numberKey(record.PhoneNumber(f.Value))
		if err := errors.Join(err, t.set(bByNumber, key, []byte(c.ID)), t.set(bNumbersOf, join([]byte(c.ID), key), nil)); err != nil {
			return err
		}
	}
	seen := timeKey(c.LastSeen)
	return errors.Join(t.set(bSeenAt, []byte(c.ID), seen), t.set(bSeen, join(seen, []byte(c.ID)), nil),
		put(t, bCallers, []byte(c.ID), c.ID, c))
}

// The migration finds the cards that a number typed by hand has doubled and joins them; nothing of either is lost, and doing it
// again changes nothing.
func TestNumbersAreBroughtIntoOneForm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	before := len(migrations) - 1
	s, err := Open(path, Options{steps: migrations[:before]})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	card := func(id string, calls int, tag record.Tag, fields ...record.Field) record.Caller {
		c := record.Caller{ID: id, FirstSeen: at, LastSeen: at, Calls: calls, Marks: []record.Mark{{Tag: tag}}}
		for _, f := range fields {
			c.Learn(f)
		}
		return c
	}
	number := func(v string) record.Field {
		return record.Field{Kind: record.FieldNumber, Value: record.Personal(v), Source: record.SourceOffice}
	}
	name := func(v string, from record.Source) record.Field {
		return record.Field{Kind: record.FieldName, Value: record.Personal(v), Source: from}
	}
	if _, err := s.PublishProfile(knowledge.Business{Region: "US"}); err != nil {
		t.Fatal(err)
	}
	err = s.update("write old cards", func(t *txn) error {
		return errors.Join(
			t.tx.Bucket(bMeta).Delete(keyPlan),
			t.rawCard(card("typed", 0, record.TagBlocked, number("(217) 555-0614"), name("Ada Byron", record.SourceOffice))),
			t.rawCard(card("called", 3, record.TagRestricted, number("+12175550614"), name("Ada", record.SourceSaid))),
			t.rawCard(card("other", 1, record.TagVIP, number("+13125550144"))),
			// Three of one person, by two numbers, of which no two cards have the same.
			t.rawCard(card("a", 0, record.TagVIP, number("415.555.0101"), number("415 555 0102"))),
			t.rawCard(card("b", 2, record.TagMinor, number("+14155550101"))),
			t.rawCard(card("c", 1, record.TagAsked, number("14155550102"))),
			t.keepCall(record.Call{ID: "k", CallerID: "called", From: "+12175550614", Started: at}),
		)
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ids, err := s.CallerIDs()
		if err != nil || len(ids) != 3 {
			t.Fatalf("cards %q, %v", ids, err)
		}
		ada, err := s.FindCaller("+12175550614")
		if err != nil || ada.ID != "typed" || ada.Name != "Ada Byron" || !ada.Has(record.TagBlocked) || !ada.Has(record.TagRestricted) ||
			ada.Calls != 3 || len(ada.Numbers()) != 1 {
			t.Errorf("%+v, %v", ada, err)
		}
		if k, err := s.Call("k"); err != nil || k.CallerID != "typed" {
			t.Errorf("%+v, %v", k, err)
		}
		for _, n := range []record.PhoneNumber{"+14155550101", "+14155550102"} {
			if c, err := s.FindCaller(n); err != nil || c.ID != "b" || len(c.Numbers()) != 2 || len(c.Marks) != 3 {
				t.Errorf("%s: %+v, %v", n, c, err)
			}
		}
		if c, err := s.FindCaller("3125550144"); err != nil || c.ID != "other" {
			t.Errorf("%+v, %v", c, err)
		}
		if jobs, err := s.Jobs(); err != nil || len(jobs) != 3 {
			t.Errorf("%+v, %v", jobs, err)
		}
		if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
			t.Errorf("%+v, %v", rep, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
