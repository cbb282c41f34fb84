package service_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
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
