package service_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// A new wording is heard before it is published, and is a version with a date then; a call keeps which was in force.
func TestNoticesAreHeardBeforeTheyHold(t *testing.T) {
	h := openHouse(t)
	draft := func(n knowledge.Notices) service.Draft {
		d := ok(h, service.ReadDraft, service.None{})
		b := d.Business
		b.Notices = n
		return ok(h, service.SaveDraft, service.DraftChange{Revision: d.Revision, Section: "notices", Business: b})
	}
	publish := func(d service.Draft, unheard bool) error {
		_, err := service.PublishDraft.Do(servicetest.Operator(t), h.d, service.Publication{Revision: d.Revision, Unheard: unheard})
		return err
	}
	d := draft(knowledge.Notices{Privacy: "It stays in the office."})
	var invalid *service.InvalidError
	if err := publish(d, false); !errors.As(err, &invalid) || invalid.Problems[0].Path != "notices.privacy" {
		t.Errorf("unheard: %v", err)
	}
	c := ok(h, service.HearNotice, record.NoticePrivacy)
	var sound bytes.Buffer
	if err := service.Pour(&sound, c); err != nil || sound.Len() == 0 {
		t.Fatalf("%d bytes, %v", sound.Len(), err)
	}
	if err := publish(d, false); err != nil {
		t.Errorf("heard: %v", err)
	}
	if err := publish(draft(knowledge.Notices{Privacy: "Nobody else hears it."}), true); err != nil {
		t.Errorf("unheard by choice: %v", err)
	}
	for _, n := range ok(h, service.ListNotices, service.None{}) {
		if n.Kind != record.NoticePrivacy {
			continue
		}
		if len(n.Versions) != 2 || n.Versions[0].Text != "It stays in the office." || n.Versions[1].Text != "Nobody else hears it." ||
			n.Versions[1].Version != 2 || n.Versions[1].At.Before(noon.Add(-time.Second)) || n.Changed {
			t.Errorf("%+v", n)
		}
	}
}

// mute is a voice that is out of order.
type mute struct{ err error }

func (m mute) Speak(context.Context, string, string) ([]byte, error) { return nil, m.err }

// full is a place to write to that takes nothing.
type full struct{ err error }

func (f full) Write([]byte) (int, error) { return 0, f.err }

// A wording counts as heard when it was given out to its end, not when the voice is out of order or whoever listened went.
func TestWhatCountsAsHeard(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	broken := errors.New("the voice is not there")
	state := func(kind record.NoticeKind) service.NoticeState {
		t.Helper()
		all := ok(h, service.ListNotices, service.None{})
		return all[slices.IndexFunc(all, func(n service.NoticeState) bool { return n.Kind == kind })]
	}
	working := h.d
	h.d = h.with(func(o *service.Options) { o.Voice = mute{broken} })
	fails(h, service.HearNotice, record.NoticeAssistant, broken)
	h.d = h.with(func(o *service.Options) { o.Voice = nil })
	fails(h, service.HearNotice, record.NoticeAssistant, service.ErrNotRunning)
	h.d = working
	fails(h, service.HearNotice, "weather", store.ErrNotFound)
	c := ok(h, service.HearNotice, record.NoticeAssistant)
	gone := errors.New("the browser is gone")
	if err := service.Pour(full{gone}, c); !errors.Is(err, gone) || c.Type() != "audio/wav" {
		t.Errorf("%v", err)
	}
	if state(record.NoticeAssistant).Heard {
		t.Error("it was not heard")
	}
	if got := string(poured(t, ok(h, service.HearNotice, record.NoticeAssistant))); got != "RIFF" {
		t.Errorf("%q", got)
	}
	if !state(record.NoticeAssistant).Heard || state(record.NoticePrivacy).Heard {
		t.Error("what was heard, and only that, counts")
	}
	if _, err := as(h, service.Staff, service.HearNotice, record.NoticeAssistant); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
}

// Every kind of notice is listed with its versions, also before one was in force; only what is in force becomes a version.
func TestTheVersionsOfNotices(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	list := ok(h, service.ListNotices, service.None{})
	if len(list) != len(record.NoticeKinds()) {
		t.Fatalf("%+v", list)
	}
	for _, n := range list {
		if n.Versions == nil || n.Changed || (n.Draft == "") != (n.Kind == record.NoticePrivacy) {
			t.Errorf("%+v", n)
		}
	}
	versions := func() map[record.NoticeKind]int {
		t.Helper()
		out := map[record.NoticeKind]int{}
		for _, n := range ok(h, service.ListNotices, service.None{}) {
			out[n.Kind] = len(n.Versions)
		}
		return out
	}
	publish := func(change func(b *knowledge.Business)) {
		t.Helper()
		b := h.biz
		change(&b)
		ok(h, service.PublishProfile, b)
	}
	publish(func(b *knowledge.Business) { b.Notices.Privacy = "It stays in the office." })
	first := versions()
	if first[record.NoticeAssistant] != 1 || first[record.NoticePrivacy] != 1 || first[record.NoticeRecording] != 0 {
		t.Errorf("while nothing is recorded: %v", first)
	}
	ok(h, service.SetRecordingSettings, record.RecordingSettings{Mode: record.RecordingAnnounce})
	publish(func(b *knowledge.Business) { b.Notices.Privacy = "It stays in the office." })
	ok(h, service.SetRecordingSettings, record.RecordingSettings{Mode: record.RecordingAsk})
	publish(func(b *knowledge.Business) { b.Notices.Privacy = "It stays in the office." })
	again := versions()
	if again[record.NoticeAssistant] != 1 || again[record.NoticePrivacy] != 1 || again[record.NoticeRecording] != 2 {
		t.Errorf("announced, and then asked: %v", again)
	}
}
