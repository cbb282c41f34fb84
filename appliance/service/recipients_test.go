package service_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// What a recipient may be is told by field, in words that say what to do.
func TestRecipientsAreChecked(t *testing.T) {
	h := openHouse(t)
	ctx := servicetest.As(t.Context(), service.Owner)
	mail := record.Recipient{
		Name: "Maria", Via: record.ViaEmail, On: true, Server: "mail.lan:587", To: "maria@example.com, tom@example.com", From: "fd@example.com",
	}
	hook := record.Recipient{Name: "CRM", Via: record.ViaWebhook, On: true, Server: "https://crm.lan/hook"}
	change := func(r record.Recipient, fn func(*record.Recipient)) record.Recipient { fn(&r); return r }
	for _, tt := range []struct {
		r           record.Recipient
		secret, bad string // the field that is wrong; "" = none
	}{
		{mail, "", ""},
		{hook, "", ""},
		{change(mail, func(r *record.Recipient) { r.Server = "" }), "", "server"},
		{change(mail, func(r *record.Recipient) { r.To = "maria" }), "", "to"},
		{change(mail, func(r *record.Recipient) { r.From = "" }), "", "from"},
		{change(mail, func(r *record.Recipient) { r.User = "fd" }), "", "secret"},
		{change(mail, func(r *record.Recipient) { r.Security = "rot13" }), "", "security"},
		{change(mail, func(r *record.Recipient) { r.Security, r.Auth = record.SecurityNone, "plain" }), "", "auth"},
		{change(mail, func(r *record.Recipient) { r.CA = "hello" }), "", "ca"},
		{change(mail, func(r *record.Recipient) { r.Name = " " }), "", "name"},
		{change(mail, func(r *record.Recipient) { r.Quiet.From = "22:00" }), "", "quiet"},
		{change(mail, func(r *record.Recipient) { r.Quiet = record.Quiet{From: "22", To: "8"} }), "", "quiet"},
		{change(mail, func(r *record.Recipient) { r.Daily = "noon" }), "", "daily"},
		{change(mail, func(r *record.Recipient) { r.Tells = map[record.OccasionKind]record.When{"birthday": "daily"} }), "", "tells"},
		{change(mail, func(r *record.Recipient) { r.Page = "http://box" }), "", "page"},
		{change(hook, func(r *record.Recipient) { r.Server = "http://crm.lan" }), "", "server"},
		{change(hook, func(r *record.Recipient) { r.Server = "https://u:p@crm.lan" }), "", "server"},
		{hook, "short", "secret"},
		{change(hook, func(r *record.Recipient) { r.Via = record.ViaNtfy }), "", "to"},
		{change(hook, func(r *record.Recipient) { r.Via = record.ViaGotify }), "", "secret"},
		{change(hook, func(r *record.Recipient) { r.Via, r.To = record.ViaMatrix, "#room" }), "x", "to"},
		{record.Recipient{Name: "x", Via: record.ViaTelephone, To: "20 1"}, "", "to"},
		{record.Recipient{Name: "x", Via: record.ViaMQTT, Server: "broker", To: "a/#"}, "", "to"},
	} {
		got, err := service.AddRecipient.Do(ctx, h.d, service.RecipientEdit{Recipient: tt.r, Secret: service.Password(tt.secret)})
		var invalid *service.InvalidError
		switch {
		case tt.bad == "" && (err != nil || got.ID == "" || got.Sends == "" || len(got.Tells) == 0):
			t.Errorf("%+v: %+v, %v", tt.r, got, err)
		case tt.bad != "" && (!errors.As(err, &invalid) || invalid.Problems[0].Path != tt.bad):
			t.Errorf("%+v: %v, want something about %s", tt.r, err, tt.bad)
		}
	}
}

// A secret is told when the box has made it, and never again; one that was typed goes to no other server.
func TestRecipientSecrets(t *testing.T) {
	h := openHouse(t)
	ctx := servicetest.As(t.Context(), service.Owner)
	hook := ok(h, service.AddRecipient, service.RecipientEdit{
		Recipient: record.Recipient{Name: "CRM", Via: record.ViaWebhook, On: true, Server: "https://crm.lan/hook"},
	})
	if !strings.HasPrefix(hook.Secret, "whsec_") || len(hook.Secret) < 40 || !hook.HasSecret {
		t.Errorf("made %q", hook.Secret)
	}
	e := service.RecipientEdit{Recipient: record.Recipient{
		Name: "Maria", Via: record.ViaEmail, On: true, Server: "mail.lan:587", To: "m@example.com", From: "f@example.com", User: "fd",
	}, Secret: "hunter2hunter2"}
	mail := ok(h, service.AddRecipient, e)
	if mail.Secret != "" {
		t.Error("what was typed is told again")
	}
	e.ID, e.Secret, e.Name = mail.ID, "", "Maria Lopez"
	if got := ok(h, service.ChangeRecipient, e); got.Name != "Maria Lopez" || !got.HasSecret {
		t.Errorf("%+v", got)
	}
	e.Server = "evil.example:587"
	var invalid *service.InvalidError
	if _, err := service.ChangeRecipient.Do(ctx, h.d, e); !errors.As(err, &invalid) || invalid.Problems[0].Path != "secret" {
		t.Errorf("the secret goes to another server: %v", err)
	}
	bundle := ok(h, service.MakeSupportBundle, service.None{})
	for name, content := range unpack(t, bundle) {
		for _, text := range []string{hook.Secret, "hunter2hunter2", "m@example.com"} {
			if strings.Contains(content, text) {
				t.Errorf("%s is in the support bundle, in %s", text, name)
			}
		}
	}
}

// What was sent can be looked at as long as it is kept, and a dead letter is tried again; somebody who is erased is in neither.
func TestDeliveriesAreShown(t *testing.T) {
	h := openHouse(t)
	id, letter := h.deadLetter()
	dead := ok(h, service.ListDeliveries, service.DeliveryFilter{Recipient: id, State: record.DeliveryDead})
	if len(dead) != 1 || dead[0].ID != letter || !strings.Contains(dead[0].Says, "a toothache") {
		t.Fatalf("%+v", dead)
	}
	if st := ok(h, service.ListRecipients, service.None{}); len(st) != 1 || st[0].Dead != 1 || st[0].Waiting != 0 {
		t.Errorf("%+v", st)
	}
	if n := ok(h, service.RetryDeliveries, service.Resending{Recipient: id}); n != 1 {
		t.Errorf("%d are tried again", n)
	}
	ok(h, service.EraseCaller, service.Erasure{ID: dead[0].Caller})
	for _, state := range record.DeliveryStates() {
		if left := ok(h, service.ListDeliveries, service.DeliveryFilter{Recipient: id, State: state}); len(left) != 0 {
			t.Errorf("%s: %+v", state, left)
		}
	}
}

// The telephone of the settings file is changed there alone.
func TestRecipientOfTheSettings(t *testing.T) {
	h := openHouse(t)
	ctx := servicetest.As(t.Context(), service.Owner)
	r, err := h.s.SetRecipient(record.Recipient{ID: "text_to", Via: record.ViaTelephone, To: "201", Settings: true, On: true}, "")
	if err != nil {
		t.Fatal(err)
	}
	e := telephoneEdit()
	e.ID = r.ID
	var invalid *service.InvalidError
	if _, err := service.ChangeRecipient.Do(ctx, h.d, e); !errors.As(err, &invalid) {
		t.Errorf("changed: %v", err)
	}
	if err := service.RemoveRecipient.Act(ctx, h.d, r.ID); !errors.As(err, &invalid) {
		t.Errorf("removed: %v", err)
	}
	if err := service.RemoveRecipient.Act(ctx, h.d, "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
