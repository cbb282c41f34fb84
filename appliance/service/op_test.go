package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// What is asked in JSON has the fields of the operation and no others; what it answers is one of its own.
func TestAnOperationIsReadFromJSON(t *testing.T) {
	t.Parallel()
	in, err := service.AddNote.Decode(strings.NewReader(`{"call":"a","text":"hello"}`))
	if note, is := in.(service.CallNote); err != nil || !is || note.Call != "a" || note.Text != "hello" {
		t.Errorf("%+v, %v", in, err)
	}
	for _, bad := range []string{"", "{", `{"call":1}`, `{"call":"a","colour":"red"}`, `"a"`, "[]"} {
		if in, err := service.AddNote.Decode(strings.NewReader(bad)); err == nil || in != nil || !strings.Contains(err.Error(), "add-note") {
			t.Errorf("%s: %+v, %v", bad, in, err)
		}
	}
	if a, is := service.AddNote.Answer().(*record.Note); !is || *a != (record.Note{}) {
		t.Errorf("%+v", a)
	}
	if f := service.HearNotice.Facts(); !f.File || f.Name != "hear-notice" || f.Long || f.Role != service.Owner {
		t.Errorf("%+v", f)
	}
	if f := service.SweepRecords.Facts(); f.File || !f.Long || f.Audit.Act != "remove what is due" {
		t.Errorf("%+v", f)
	}
	list := service.Operations()
	list[0] = nil
	if service.Operations()[0] == nil {
		t.Error("who asks for the list can change it")
	}
}

// A function for later asks at the time when it is called.
func TestAskingLater(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	count := service.CountRequests.From(h.d)
	if n, err := count(servicetest.As(t.Context(), service.Staff)); err != nil || n.Open != 0 {
		t.Errorf("%+v, %v", n, err)
	}
	h.request(record.RequestRectify)
	if n, err := count(servicetest.As(t.Context(), service.Staff)); err != nil || n.Open != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	if _, err := count(t.Context()); !errors.Is(err, service.ErrRefused) {
		t.Errorf("nobody: %v", err)
	}
}

// What goes to its end does so when whoever asked is gone; everything else may stop. Who is gone is still named in the chain.
func TestWhatGoesToItsEnd(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	ctx, gone := context.WithCancel(servicetest.As(t.Context(), service.Owner))
	gone()
	if _, err := service.EraseCaller.Do(ctx, h.d, service.Erasure{ID: h.who, Reason: "asked"}); err != nil {
		t.Errorf("an erasure: %v", err)
	}
	if _, err := h.s.Caller(h.who); err == nil {
		t.Error("the caller is there")
	}
	if jobs, err := h.s.Jobs(); err != nil || len(jobs) != 0 {
		t.Errorf("left to do: %+v, %v", jobs, err)
	}
	h.noted("erase caller", "account Maria|"+h.who)
}

// What leaves no trace is not shown, and not told as done: the answer is withheld when the chain cannot be written.
func TestWhatCannotBeNotedIsNotShown(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := openStore(t) // another box, whose chain is closed
	key, err := s.AuditKey()
	if err != nil {
		t.Fatal(err)
	}
	closed := closedStore(t)
	h.d = h.with(func(o *service.Options) {
		o.Audit = audit.New(audit.Options{Records: closed, Key: key, Heads: filepath.Join(t.TempDir(), "heads"), Now: o.Now})
	})
	if got, err := as(h, service.Staff, service.ReadCall, "a"); err == nil || got.ID != "" || len(got.TurnList) != 0 {
		t.Errorf("shown: %+v, %v", got, err)
	}
	c, err := as(h, service.Staff, service.PlayRecording, "a")
	if err == nil || c != nil {
		t.Errorf("played: %v, %v", c, err)
	}
	// What needs no line is told all the same.
	if got, err := as(h, service.Staff, service.ReadProfile, service.None{}); err != nil || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// An answer in JSON has lists where there is nothing, and never null.
func TestAnswersAreNeverNull(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Telephone: &fakePhone{}, Platform: service.Platform{Models: &library{}}})
	for _, op := range service.Operations() {
		f := op.Facts()
		if !strings.HasPrefix(f.Name, "list-") || f.Name == "list-handsets" || f.Name == "list-meanings" || f.Name == "list-sound-devices" {
			continue
		}
		in, err := op.Decode(strings.NewReader("null"))
		if err != nil {
			t.Fatal(err)
		}
		out := op.Answer()
		if err := d.Invoke(servicetest.Operator(t), op, in, out); err != nil {
			if !slices.Contains([]string{"list-backups", "list-deliveries"}, f.Name) {
				t.Errorf("%s: %v", f.Name, err)
			}
			continue
		}
		if b, err := json.Marshal(out); err != nil || strings.Contains(string(b), "null") {
			t.Errorf("%s: %s, %v", f.Name, b, err)
		}
	}
}

// What must not stop half way does not when who asked is gone: an erasure, a backup, a retention, an import that is taken back.
func TestWhatStopsWithWhoAsked(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	gone, leave := context.WithCancel(servicetest.Operator(t))
	leave()
	for _, whole := range []bool{true, false} {
		op := service.Op[service.None, bool]{
			Name: "look", Role: service.Operator, Audit: service.NoLine("it is only looked at"), Whole: whole,
			Run: func(_ *service.Service, ctx context.Context, _ service.None) (bool, error) {
				return ctx.Err() == nil, nil
			},
		}
		if goesOn, err := op.Do(gone, h.d, service.None{}); err != nil || goesOn != whole {
			t.Errorf("whole %v: it goes on: %v, %v", whole, goesOn, err)
		}
	}
	for name, whole := range map[string]bool{
		"erase-caller": service.EraseCaller.Whole, "complete-request": service.CompleteRequest.Whole, "make-backup": service.MakeBackup.Whole,
		"erase-again": service.EraseAgain.Whole, "hand-over": service.HandOver.Whole, "undo-import": service.UndoImport.Whole,
		"sweep-records": service.SweepRecords.Whole, "compact-store": service.CompactStore.Whole,
	} {
		if !whole {
			t.Errorf("%s stops half way", name)
		}
	}
}
