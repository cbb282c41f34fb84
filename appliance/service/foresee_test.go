package service_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// What would happen on a call stands in sentences: by the hours, the rules, the settings and the caller's card.
func TestACallIsForeseen(t *testing.T) {
	s := openStore(t)
	now := service.Runtime{Running: true, Phone: service.Phone{State: "registered"}}
	monday := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	d := servicetest.New(t, service.Options{
		Records: s, Runtime: func() service.Runtime { return now }, Now: func() time.Time { return monday },
	})
	foresee := func(in service.Foresight) string {
		t.Helper()
		got, err := service.ForeseeCall.Do(servicetest.Operator(t), d, in)
		if err != nil {
			t.Fatal(err)
		}
		return got.Text + " " + strings.Join(got.Steps, " ")
	}
	want := func(text string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(text, p) {
				t.Errorf("%q does not say %q", text, p)
			}
		}
	}
	want(foresee(service.Foresight{}), "nothing is published yet")
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Name, b.TimeZone, b.Region = "Hillside Dental", "UTC", "US"
	b.Hours.Monday, b.Hours.Sunday = "8:00-17:00", ""
	b.Staff[0].Name, b.Staff[0].Extension = "Dr. Patel", "201"
	b.Transfer.Extension, b.Transfer.Next, b.Transfer.Always, b.Transfer.Announce = "201", []string{"209"}, false, true
	b.Emergency.Words, b.Emergency.Extension = []string{"knocked out"}, ""
	publish := func() {
		t.Helper()
		if _, err := s.PublishProfile(*b); err != nil {
			t.Fatal(err)
		}
	}
	publish()
	want(foresee(service.Foresight{}), "answers for Hillside Dental", "put through", "open then, until today 17:00", "is not recorded",
		"put through to Dr. Patel (201), who hears first who calls", "then it rings at extension 209", "“knocked out”", "urgent message")
	sunday := monday.AddDate(0, 0, 6)
	want(foresee(service.Foresight{At: sunday}), "leaves a message", "It is closed then", "Outside opening hours nobody is put through")
	b.Staff[0].Away, b.Transfer.Next = "2026-03-04", nil
	publish()
	want(foresee(service.Foresight{}), "Nobody can be put through to")
	if err := s.SetRecordingSettings(record.RecordingSettings{Mode: record.RecordingAnnounce}); err != nil {
		t.Fatal(err)
	}
	now.Phone.State = "failed"
	want(foresee(service.Foresight{}), "Just now no call comes in", "told that the call is recorded")
	for i, x := range []struct {
		tag  record.Tag
		text string
	}{
		{record.TagUnrecorded, "the card of this number says so"}, {record.TagAsked, "is asked whether"},
		{record.TagObjects, "does not take the call"}, {record.TagProtected, "does not take the call"}, {record.TagBlocked, "is refused"},
	} {
		last := strconv.Itoa(i)
		card := record.Caller{}
		card.Learn(record.Field{Kind: record.FieldNumber, Value: record.Personal("+1217555010" + last)})
		c, err := s.AddCaller(card)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ChangeCaller(c.ID, func(c *record.Caller) error {
			c.SetTag(record.Mark{Tag: x.tag}, true)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want(foresee(service.Foresight{Number: record.PhoneNumber("(217) 555-010" + last)}), x.text)
	}
}
