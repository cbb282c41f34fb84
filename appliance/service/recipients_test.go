package service_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/notify"
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
		{record.Recipient{Name: "x", Via: record.ViaSyslog, Server: "tls://log.example", On: true}, "", ""},
		{record.Recipient{Name: "x", Via: record.ViaSyslog, Server: "udp://192.168.1.9:514"}, "", ""},
		{record.Recipient{Name: "x", Via: record.ViaSyslog, Server: "udp://log.example"}, "", "server"},
		{record.Recipient{Name: "x", Via: record.ViaSyslog, Server: "log.lan"}, "", "server"},
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

// letters is a notifier that notes what it is told, and fails by err.
type letters struct {
	err     error
	sent    []notify.Target
	changed int
}

func (l *letters) Test(_ context.Context, to notify.Target) error {
	l.sent = append(l.sent, to)
	return l.err
}
func (l *letters) Changed() { l.changed++ }

// A letter for a test goes with the secret that is kept, also to somebody who is switched off, and what became of it is told in a sentence.
func TestALetterForATest(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	l := &letters{}
	h.d = h.with(func(o *service.Options) { o.Notifier = l })
	e := service.RecipientEdit{Recipient: record.Recipient{Name: "CRM", Via: record.ViaWebhook, Server: "https://crm.lan/hook"}}
	hook := ok(h, service.AddRecipient, e)
	got, err := as(h, service.Technician, service.TestRecipient, hook.ID)
	if err != nil || !got.OK || got.Text != "It was taken: look whether it came." || got.Code != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if len(l.sent) != 1 || l.sent[0].Secret != hook.Secret || !l.sent[0].On || l.sent[0].ID != hook.ID {
		t.Errorf("%+v", l.sent)
	}
	if r := ok(h, service.ReadRecipient, hook.ID); r.On {
		t.Error("the test has switched it on")
	}
	l.err = &notify.Error{Fault: "the server refused it", Code: 403}
	if got = ok(h, service.TestRecipient, hook.ID); got.OK || got.Code != 403 || got.Text != "Not sent: the server refused it (403)." {
		t.Errorf("%+v", got)
	}
	l.err = context.DeadlineExceeded
	fails(h, service.TestRecipient, hook.ID, context.DeadlineExceeded)
	fails(h, service.TestRecipient, "none", store.ErrNotFound)
	if _, err := as(h, service.Staff, service.TestRecipient, hook.ID); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	h.d = h.with(func(o *service.Options) { o.Notifier = nil })
	fails(h, service.TestRecipient, hook.ID, service.ErrNotRunning)
	if len(l.sent) != 3 {
		t.Errorf("%d letters", len(l.sent))
	}
}

// Who is told is changed without its way, keeps what is left out, and the notifier hears of each change and of none that was refused.
func TestARecipientIsChanged(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	l := &letters{}
	h.d = h.with(func(o *service.Options) { o.Notifier = l })
	id := h.recipient()
	e := telephoneEdit()
	e.ID, e.To, e.Via, e.Settings = id, "202", record.ViaEmail, true
	got, err := as(h, service.Owner, service.ChangeRecipient, e)
	if err != nil || got.To != "202" || got.Via != record.ViaTelephone || got.Settings || got.By != "Maria" || !got.At.Equal(noon) ||
		len(got.Tells) != len(record.DefaultTells()) {
		t.Errorf("%+v, %v", got, err)
	}
	e.Tells = map[record.OccasionKind]record.When{record.OccasionUrgent: record.WhenAtOnce}
	if got = ok(h, service.ChangeRecipient, e); len(got.Tells) != 1 || !strings.HasPrefix(got.Sends, "At once: urgent messages.") {
		t.Errorf("%+v", got)
	}
	bad := e
	bad.To = "20 2"
	invalid(h, service.ChangeRecipient, bad, "to")
	bad.ID = "none"
	fails(h, service.ChangeRecipient, bad, store.ErrNotFound)
	if now := ok(h, service.ReadRecipient, id); now.To != "202" || len(now.Tells) != 1 {
		t.Errorf("refused, and now %+v", now)
	}
	fails(h, service.ReadRecipient, "none", store.ErrNotFound)
	ok(h, service.RemoveRecipient, id)
	fails(h, service.RemoveRecipient, id, store.ErrNotFound)
	if l.changed != 4 {
		t.Errorf("told of %d changes", l.changed)
	}
	h.noted("change recipient", "account Maria|"+id, "user tester|"+id, "user tester|"+id+"|failed", "user tester|none|failed")
	h.noted("remove recipient", "user tester|"+id, "user tester|"+id+"|failed")
}

// There is a bound, which is told; one that is removed makes room.
func TestAsManyRecipientsAsThereMayBe(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	var ids []string
	for range notify.MaxRecipients {
		ids = append(ids, h.recipient())
	}
	invalid(h, service.AddRecipient, telephoneEdit(), "")
	list := ok(h, service.ListRecipients, service.None{})
	for i, r := range list {
		if r.ID != ids[i] {
			t.Fatalf("%d: %s, want %s", i, r.ID, ids[i])
		}
	}
	ok(h, service.RemoveRecipient, ids[3])
	h.recipient()
	if n := len(ok(h, service.ListRecipients, service.None{})); n != notify.MaxRecipients {
		t.Errorf("%d", n)
	}
}

// What a recipient is sent stands in a sentence or two, which tell what goes when, what is held back and what it says of callers.
func TestWhatARecipientIsSent(t *testing.T) {
	t.Parallel()
	tells := func(kv ...string) map[record.OccasionKind]record.When {
		out := map[record.OccasionKind]record.When{}
		for i := 0; i < len(kv); i += 2 {
			out[record.OccasionKind(kv[i])] = record.When(kv[i+1])
		}
		return out
	}
	urgent, message, missed := string(record.OccasionUrgent), string(record.OccasionMessage), string(record.OccasionMissed)
	now, daily, never := string(record.WhenAtOnce), string(record.WhenDaily), string(record.WhenNever)
	for want, r := range map[string]record.Recipient{
		"Nothing: it is switched off.":      {Tells: tells(urgent, now)},
		"Nothing: it is told of nothing.":   {On: true, Tells: tells(urgent, never)},
		"At once: urgent messages. Without": {On: true, Tells: tells(urgent, now, message, never)},
		"At once: urgent messages; daily at 17:30: messages, missed calls. Without": {
			On: true, Daily: "17:30", Tells: tells(urgent, now, message, daily, missed, daily),
		},
		"Daily at 08:00: messages. Between 18:00 and 07:00 only what is urgent. Only messages for Tom. With callers' names": {
			On: true, Daily: "08:00", Tells: tells(message, daily), Quiet: record.Quiet{From: "18:00", To: "07:00"}, For: "Tom", Words: true,
		},
		"At once: urgent messages. Without names, numbers and words of callers, with a link to the page.": {
			On: true, Tells: tells(urgent, now), Page: "https://box.lan",
		},
	} {
		if got := service.Sends(r); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ".") {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Dead letters are tried again one by one or all at once, in their old order, and the notifier hears of it.
func TestDeadLettersAreTriedAgain(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	l := &letters{}
	h.d = h.with(func(o *service.Options) { o.Notifier = l })
	id, letter := h.deadLetter()
	l.changed = 0
	fails(h, service.RetryDeliveries, service.Resending{Recipient: id, Delivery: "none"}, store.ErrNotFound)
	fails(h, service.RetryDeliveries, service.Resending{Recipient: "none"}, store.ErrNotFound)
	invalid(h, service.ListDeliveries, service.DeliveryFilter{Recipient: id, State: "lost"}, "state")
	fails(h, service.ListDeliveries, service.DeliveryFilter{Recipient: "none"}, store.ErrNotFound)
	if l.changed != 0 {
		t.Errorf("told of %d changes", l.changed)
	}
	n, err := as(h, service.Technician, service.RetryDeliveries, service.Resending{Recipient: id, Delivery: letter})
	if err != nil || n != 1 || l.changed != 1 {
		t.Errorf("%d, %v, told %d times", n, err, l.changed)
	}
	waiting := ok(h, service.ListDeliveries, service.DeliveryFilter{Recipient: id, State: record.DeliveryWaiting})
	if len(waiting) != 1 || waiting[0].ID != letter || waiting[0].Attempts != 0 || waiting[0].Problem != "" || !waiting[0].Due.Equal(noon) {
		t.Errorf("%+v", waiting)
	}
	if n := ok(h, service.RetryDeliveries, service.Resending{Recipient: id}); n != 0 {
		t.Errorf("%d more", n)
	}
	// What a message said is told as long as it is kept.
	for _, m := range ok(h, service.ListMessages, service.MessageFilter{Limit: 1}) {
		if err := h.s.DropMessage(m.ID); err != nil {
			t.Fatal(err)
		}
	}
	waiting = ok(h, service.ListDeliveries, service.DeliveryFilter{Recipient: id, State: record.DeliveryWaiting})
	if len(waiting) != 1 || waiting[0].Says != "What it was about is not kept any more." {
		t.Errorf("%+v", waiting)
	}
	if st := ok(h, service.ReadRecipient, id); st.Waiting != 1 || st.Dead != 0 || !st.Last.IsZero() {
		t.Errorf("%+v", st)
	}
	d := waiting[0].Delivery
	d.State, d.Sent = record.DeliverySent, noon.Add(time.Minute)
	if err := h.s.SettleDelivery(d); err != nil {
		t.Fatal(err)
	}
	if st := ok(h, service.ReadRecipient, id); st.Waiting != 0 || !st.Last.Equal(d.Sent) {
		t.Errorf("%+v", st)
	}
	if sent := ok(h, service.ListDeliveries, service.DeliveryFilter{Recipient: id}); len(sent) != 1 || sent[0].ID != letter {
		t.Errorf("sent ones are listed where nothing else is asked for: %+v", sent)
	}
}

// Another server is another one whatever the port; the same one keeps the secret, however it is written.
func TestTheSecretStaysWithItsServer(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	e := service.RecipientEdit{Recipient: record.Recipient{
		Name: "Phone", Via: record.ViaGotify, On: true, Server: "https://push.lan/", Tells: record.DefaultTells(),
	}, Secret: "token of the server"}
	e.ID = ok(h, service.AddRecipient, e).ID
	e.Secret = ""
	for server, stays := range map[string]bool{
		"https://push.lan:8443/x": true, "https://PUSH.lan": true, "https://push.lan.evil.example": false, "https://other.lan/push.lan": false,
	} {
		e.Server = server
		if stays {
			if got := ok(h, service.ChangeRecipient, e); !got.HasSecret {
				t.Errorf("%s: the secret is gone", server)
			}
			continue
		}
		invalid(h, service.ChangeRecipient, e, "secret")
	}
	e.Server, e.Secret = "https://other.lan", "another token"
	if got := ok(h, service.ChangeRecipient, e); got.Server != "https://other.lan" {
		t.Errorf("%+v", got)
	}
	if _, secret, err := h.s.Recipient(e.ID); err != nil || secret != "another token" {
		t.Errorf("%q, %v", secret, err)
	}
}
