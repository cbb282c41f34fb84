package notify_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		kind  record.OccasionKind
		words notify.Words
		want  string
	}{
		{record.OccasionMessage, notify.Words{}, "Message from a caller"},
		{
			record.OccasionMessage, notify.Words{Name: "Anna Müller", Number: "2175550144", Said: "a toothache"},
			"Message from Anna Müller, 2175550144: a toothache",
		},
		{
			record.OccasionUrgent, notify.Words{Name: "Anna", For: "Dr. Lopez", Said: "bleeding"},
			"Message from Anna, for Dr. Lopez, urgent: bleeding",
		},
		{record.OccasionMissed, notify.Words{Number: "2175550144"}, "Missed call from a caller, 2175550144"},
	} {
		if got := (notify.Item{Kind: tt.kind, Words: &tt.words}).Line(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// open makes records with a caller who left a message, asked something, and wants to be erased.
func openRecords(t *testing.T) (*store.Store, []record.Delivery) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r, err := s.SetRecipient(record.Recipient{Name: "Maria", On: true}, "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.BeginCall(record.Call{ID: "c1", From: "+12175550123", Started: at})
	_, err2 := s.SaveRequest(record.Request{
		Caller: c.CallerID, Kind: record.RequestErase, State: record.RequestOpen, At: at, Due: at.AddDate(0, 1, 0), What: "erase Ada Byron",
	})
	_, err3 := s.SaveMessage(record.Message{CallID: "c1", At: at, Name: "Ada Byron", Number: "+12175550123", Reason: "a toothache"})
	err = errors.Join(err, err2, err3, s.AddUnanswered(record.Unanswered{CallID: "c1", At: at, Question: "Is Ada Byron in?"}))
	os, err4 := s.Occasions(10)
	if err := errors.Join(err, err4); err != nil || len(os) != 3 {
		t.Fatalf("%+v, %v", os, err)
	}
	slot := at.Add(8 * time.Hour)
	var ds []record.Delivery
	for _, o := range os {
		ds = append(ds, record.Delivery{ID: "d-" + o.ID, Occasion: o, Recipient: r.ID, Due: slot, Slot: slot})
	}
	return s, ds
}

// The day's letter is in the order in which an office deals with it, names nobody by default, and has one key.
func TestDailyLetter(t *testing.T) {
	s, ds := openRecords(t)
	to := record.Recipient{Page: "https://box.lan:8443/"}
	office := notify.Office{Name: "Bright Smile", Zone: time.UTC}
	l, err := notify.Compose(s, ds, to, office)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Bright Smile: Today: 1 message, 1 open question, 1 request about data"; l.Subject != want {
		t.Errorf("subject %q, want %q", l.Subject, want)
	}
	text := l.Text()
	for _, secret := range []string{"Ada", "555", "toothache"} {
		if strings.Contains(text+l.Subject, secret) {
			t.Errorf("it says %q:\n%s", secret, text)
		}
	}
	for _, want := range []string{"https://box.lan:8443/calls/c1", "https://box.lan:8443/requests", "(erase). It is due on 2 April"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	if again, err := notify.Compose(s, ds[1:], to, office); err != nil || again.Key != l.Key {
		t.Errorf("another key: %q, %q, %v", again.Key, l.Key, err)
	}
	for i := range ds {
		ds[i].Words = true
	}
	if l, err = notify.Compose(s, ds, to, office); err != nil || !strings.Contains(l.Text(), "a toothache") {
		t.Errorf("without words: %q, %v", l.Text(), err)
	}
	if strings.Contains(l.Text(), "erase Ada Byron") {
		t.Error("it names who asks about data and is not known")
	}
}

// What was dealt with, or erased, meanwhile is in no letter.
func TestSettledIsNotTold(t *testing.T) {
	s, ds := openRecords(t)
	ms, err := s.Messages(1, false)
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.Requests()
	if err != nil {
		t.Fatal(err)
	}
	q[0].State = record.RequestDone
	_, err = s.SaveRequest(q[0])
	if err := errors.Join(err, s.MarkDone(ms[0].ID, true)); err != nil {
		t.Fatal(err)
	}
	l, err := notify.Compose(s, ds, record.Recipient{}, notify.Office{})
	if err != nil || len(l.Items) != 1 || l.Items[0].Kind != record.OccasionQuestion {
		t.Errorf("%+v, %v", l, err)
	}
	eraseCaller(t, s, ds[0].Caller)
	if l, err := notify.Compose(s, ds, record.Recipient{}, notify.Office{}); err != nil || len(l.Items) != 0 {
		t.Errorf("%+v, %v", l, err)
	}
}

// The record of a call has a masked number unless the owner wants it whole, and no name.
func TestCallRecord(t *testing.T) {
	s, _ := openRecords(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c, err := s.BeginCall(record.Call{ID: "x", From: "+12175550142", DisplayName: "Ada", Started: at})
	if err == nil {
		c.Answered, c.Ended, c.Outcome = at.Add(time.Second), at.Add(time.Minute), record.Outcome{Result: record.ResultCompleted, Reason: "done"}
		err = s.EndCall(c)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []bool{false, true} {
		d := record.Delivery{ID: "d", Words: words, Occasion: record.Occasion{Kind: record.OccasionCall, At: c.Ended, Ref: "x", Call: "x"}}
		i, err := notify.Describe(s, d, "https://box.lan:8443", notify.Office{}, false)
		if err != nil || i.Detail == nil || i.Detail.Seconds != 59 || i.Detail.Result != record.ResultCompleted || i.Words != nil ||
			i.Link != "https://box.lan:8443/calls/x" {
			t.Fatalf("%+v, %v", i, err)
		}
		if whole := i.Detail.From == "+12175550142"; whole != words || i.Detail.From == "" || strings.Contains(i.Line(), "Ada") {
			t.Errorf("words %v: %+v, %s", words, i.Detail, i.Line())
		}
	}
	eraseCaller(t, s, c.CallerID)
	d := record.Delivery{Occasion: record.Occasion{Kind: record.OccasionCall, Ref: "x"}}
	if _, err := notify.Describe(s, d, "", notify.Office{}, false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("erased: %v", err)
	}
}
