package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// activity is the one with a purpose that has these words.
func activity(p service.Processing, words string) (service.Activity, bool) {
	i := slices.IndexFunc(p.Activities, func(a service.Activity) bool { return strings.Contains(a.Purpose, words) })
	if i < 0 {
		return service.Activity{}, false
	}
	return p.Activities[i], true
}

// The record of processing is made of the settings: what is set stands in it, and what is not is said to be missing.
func TestTheRecordOfProcessing(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	p := ok(h, service.ReadProcessing, service.None{})
	if !p.Made.Equal(noon) || !strings.HasPrefix(p.Controller, h.biz.Name+", ") || len(p.Missing) != 0 {
		t.Errorf("%+v", p)
	}
	for words, basis := range map[string]record.Basis{
		"answer the telephone": record.BasisInterest, "take messages": record.BasisContract, "who calls again": record.BasisInterest,
		"rights were kept": record.BasisObligation,
	} {
		if a, there := activity(p, words); !there || a.Basis != basis || a.Whose == "" || a.What == "" {
			t.Errorf("%s: %+v", words, a)
		}
	}
	// Recording is an activity as long as it is on, by consent.
	if _, there := activity(p, "hear again"); there {
		t.Error("recording is off")
	}
	ok(h, service.SetRecordingSettings, record.RecordingSettings{Mode: record.RecordingAsk, KeepDays: 12})
	p = ok(h, service.ReadProcessing, service.None{})
	if a, there := activity(p, "hear again"); !there || a.Basis != record.BasisConsent {
		t.Errorf("recording: %+v", a)
	}
	if p.Keeping["recordings"] != "12 days after the call" || p.Keeping["messages"] != "180 days after they were dealt with" {
		t.Errorf("%+v", p.Keeping)
	}
	ok(h, service.SetRetention, record.Retention{Transcripts: 0, Calls: 30})
	p = ok(h, service.ReadProcessing, service.None{})
	if p.Keeping["what was said"] != "until it is asked to be erased" || p.Keeping["that there was a call"] != "30 days after it" {
		t.Errorf("%+v", p.Keeping)
	}
	if _, err := as(h, service.Staff, service.ReadProcessing, service.None{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
}

// Who is told of messages with the callers' words gets data; a telephone of the office is in the house, and everything else may not be.
func TestWhoGetsDataStandsInTheRecord(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	add := func(r record.Recipient, secret service.Password) {
		t.Helper()
		ok(h, service.AddRecipient, service.RecipientEdit{Recipient: r, Secret: secret})
	}
	within := "None. Nothing leaves the office."
	add(record.Recipient{Name: "Counter", Via: record.ViaTelephone, To: "201", On: true, Words: true}, "")
	add(record.Recipient{Name: "Quiet CRM", Via: record.ViaWebhook, Server: "https://a.lan/x", On: true}, "")
	add(record.Recipient{Name: "Old CRM", Via: record.ViaWebhook, Server: "https://b.lan/x", Words: true}, "")
	p := ok(h, service.ReadProcessing, service.None{})
	if len(p.Recipients) != 3 || p.Recipients[2] != "Who is told of messages by telephone: Counter" || p.Transfers != within {
		t.Errorf("%q, %q", p.Recipients, p.Transfers)
	}
	add(record.Recipient{Name: "CRM", Via: record.ViaWebhook, Server: "https://crm.lan/x", On: true, Words: true}, "")
	p = ok(h, service.ReadProcessing, service.None{})
	if len(p.Recipients) != 4 || !strings.HasSuffix(p.Recipients[3], "by webhook: CRM") || p.Transfers == within {
		t.Errorf("%q, %q", p.Recipients, p.Transfers)
	}
}

// For people it is one text with all of it in it.
func TestTheRecordOfProcessingAsAText(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	p := ok(h, service.ReadProcessing, service.None{})
	text := p.Text()
	for _, want := range append([]string{"made 2 March 2026", p.Controller, "Ground: legitimate interest", p.Transfers}, append(p.Measures,
		p.Recipients...)...) {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	for what, long := range p.Keeping {
		if !strings.Contains(text, "  "+what+": "+long+"\n") {
			t.Errorf("how long %s is not in it", what)
		}
	}
	if strings.Contains(text, "Missing") || strings.Index(text, "messages: ") > strings.Index(text, "recordings: ") {
		t.Errorf("%s", text)
	}
	// Without a profile everything of the business is missing.
	s := openStore(t)
	bare, err := service.ReadProcessing.Get(servicetest.Operator(t), servicetest.New(t, service.Options{Records: s}))
	if err != nil || bare.Controller != "" || len(bare.Missing) != 5 ||
		!strings.Contains(bare.Text(), "Missing in the profile: name of the business, street, city, telephone, e-mail\n") {
		t.Errorf("%+v, %v", bare, err)
	}
}
