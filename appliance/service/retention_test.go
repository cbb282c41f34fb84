package service_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// How long things are kept is the default until the owner says otherwise, with who and when; what cannot be changes nothing.
func TestHowLongThingsAreKept(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if got := ok(h, service.ReadRetention, service.None{}); got != record.DefaultRetention() {
		t.Errorf("a new box: %+v", got)
	}
	set := record.Retention{Transcripts: 1, Calls: 3660, Messages: 0, Callers: 10, Security: 400, By: "somebody else"}
	want := set
	want.By, want.At = "Maria", noon
	if got, err := as(h, service.Owner, service.SetRetention, set); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, change := range []func(r *record.Retention, n int){
		func(r *record.Retention, n int) { r.Transcripts = n }, func(r *record.Retention, n int) { r.Calls = n },
		func(r *record.Retention, n int) { r.Messages = n }, func(r *record.Retention, n int) { r.Callers = n },
		func(r *record.Retention, n int) { r.Imported = n }, func(r *record.Retention, n int) { r.Pushed = n },
		func(r *record.Retention, n int) { r.Office = n }, func(r *record.Retention, n int) { r.Minors = n },
		func(r *record.Retention, n int) { r.Security = n },
	} {
		for _, n := range []int{-1, 3661} {
			bad := set
			change(&bad, n)
			invalid(h, service.SetRetention, bad, "days")
		}
	}
	if _, err := as(h, service.Staff, service.SetRetention, set); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if got := ok(h, service.ReadRetention, service.None{}); got != want {
		t.Errorf("refused, and now %+v", got)
	}
}

// due are the kinds and IDs of what is due, with what holds it.
func due(list []privacy.Due) map[string]string {
	out := map[string]string{}
	for _, d := range list {
		out[fmt.Sprint(d.Kind, " ", d.ID)] = d.Held
	}
	return out
}

// What is due is told ahead, by the clock of the house, and removed when it is: neither before nor what is held, and what is not due stays.
func TestWhatIsDueIsRemoved(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	ok(h, service.SetRetention, record.Retention{Transcripts: 10, Calls: 20, Messages: 5})
	ok(h, service.MarkMessage, service.MessageMark{ID: h.message, Done: true})
	h.now = noon.AddDate(0, 0, 2)
	if list := due(ok(h, service.PreviewRetention, record.Retention{Transcripts: 1})); len(list) != 2 || !has(list, "transcript a") {
		t.Errorf("if words were kept for a day: %v", list)
	}
	if list := ok(h, service.PreviewRetention, record.Retention{Transcripts: 3}); len(list) != 0 {
		t.Errorf("if words were kept for three days: %v", list)
	}
	h.now = noon
	if r := ok(h, service.ReadRetention, service.None{}); r.Transcripts != 10 {
		t.Errorf("a preview has changed what is kept: %+v", r)
	}
	if list := ok(h, service.ListDue, 0); len(list) != 0 {
		t.Errorf("due at once: %+v", list)
	}
	if list := due(ok(h, service.ListDue, 6)); len(list) != 1 || !has(list, "message "+h.message) {
		t.Errorf("in 6 days: %v", list)
	}
	if list := due(ok(h, service.ListDue, 11)); len(list) != 3 || !has(list, "transcript a") || !has(list, "transcript b") {
		t.Errorf("in 11 days: %v", list)
	}
	if list := due(ok(h, service.ListDue, -50)); len(list) != 0 {
		t.Errorf("fifty days ago: %v", list)
	}
	h.now = noon.AddDate(0, 0, 11)
	swept, err := as(h, service.Owner, service.SweepRecords, service.None{})
	if err != nil || swept.Removed[privacy.DueTranscript] != 2 || swept.Removed[privacy.DueMessage] != 1 || swept.Held != 0 {
		t.Errorf("%+v, %v", swept, err)
	}
	for _, id := range []string{"a", "b"} {
		if c := ok(h, service.ReadCall, id); len(c.TurnList) != 0 || c.Forgotten.IsZero() || len(c.MessageList) != 1 {
			t.Errorf("%s: %+v", id, c)
		}
	}
	fails(h, service.ReadMessage, h.message, store.ErrNotFound)
	// A hold keeps the calls beyond their time, and says why.
	ok(h, service.HoldCaller, record.Hold{Caller: h.who, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)})
	h.now = noon.AddDate(0, 0, 45)
	for what, why := range due(ok(h, service.ListDue, 0)) {
		if why != "a law suit" && what != "recording a" {
			t.Errorf("%s is held by %q", what, why)
		}
	}
	if swept = ok(h, service.SweepRecords, service.None{}); swept.Removed[privacy.DueCall] != 0 || swept.Held < 2 {
		t.Errorf("held, and %+v", swept)
	}
	ok(h, service.ReleaseCaller, h.who)
	if swept = ok(h, service.SweepRecords, service.None{}); swept.Removed[privacy.DueCall] != 2 {
		t.Errorf("let go, and %+v", swept)
	}
	fails(h, service.ReadCall, "a", store.ErrNotFound)
	// The line in the chain says how many.
	if lines := h.chain("remove what is due"); len(lines) != 3 || lines[0] != "account Maria|3" {
		t.Errorf("%q", lines)
	}
}

func has(m map[string]string, key string) bool {
	_, ok := m[key]
	return ok
}

// A document that was removed can be had back until its time is over, and is gone with the sweep after that.
func TestASweepDropsRemovedDocuments(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	id := h.document()
	ok(h, service.RemoveDocument, id)
	h.now = noon.Add(service.RestoreWithin)
	ok(h, service.SweepRecords, service.None{})
	if _, err := h.s.Document(id); err != nil {
		t.Errorf("gone while it can be had back: %v", err)
	}
	h.now = h.now.Add(time.Second)
	ok(h, service.SweepRecords, service.None{})
	if _, err := h.s.Document(id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}
}

// A folder of recordings that cannot be read is told, and nothing is removed meanwhile.
func TestASweepThatCannotSeeTheRecordings(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.now = noon.AddDate(30, 0, 0)
	broken := errors.New("the folder cannot be read")
	h.d = h.with(func(o *service.Options) { o.Recordings = unreadable{err: broken} })
	fails(h, service.ListDue, 0, broken)
	fails(h, service.SweepRecords, service.None{}, broken)
	if c := ok(h, service.ReadCall, "a"); len(c.TurnList) != 1 {
		t.Errorf("%+v", c)
	}
	h.noted("remove what is due", "user tester|0|failed")
}

// unreadable are recordings in a folder that cannot be listed.
type unreadable struct {
	sounds
	err error
}

func (u unreadable) Made() (map[string]time.Time, error) { return nil, u.err }
