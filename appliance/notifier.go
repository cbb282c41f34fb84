package appliance

import (
	"context"
	"errors"
	"os"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/email"
	"frontdesk.internal/appliance/notify/hook"
	"frontdesk.internal/appliance/notify/mqtt"
	"frontdesk.internal/appliance/notify/syslog"
	"frontdesk.internal/appliance/notify/texting"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/verdict"
)

const (
	lampEvery = 3 * time.Second // how often open messages are counted, whatever door deals with one
	// mailboxSubscribers is how many telephones may have themselves told of messages.
	mailboxSubscribers = 16
	troubleLook        = 20 * time.Second // how often the state of the box is looked at for what somebody is told of
)

// textRecipient is the recipient that [sip] text_to makes.
const textRecipient = "text_to"

// openNotifier makes the notifier.
func (a *Appliance) openNotifier() error {
	if err := settingsRecipient(a.store, a.cfg.SIP.TextTo); err != nil {
		return err
	}
	web := &hook.Client{Gate: a.out}
	a.notifier = notify.New(notify.Options{
		Records: a.store, Office: a.office, Ways: a.openWays, Logger: a.log.With("part", "notify"),
		Senders: map[record.Via]notify.Sender{
			record.ViaEmail: &email.Sender{Gate: a.out}, record.ViaWebhook: web.Webhook(), record.ViaNtfy: web.Ntfy(),
			record.ViaGotify: web.Gotify(), record.ViaMatrix: web.Matrix(), record.ViaMQTT: &mqtt.Sender{Gate: a.out},
			record.ViaSyslog:    &syslog.Sender{Gate: a.out, Host: hostname()},
			record.ViaTelephone: texting.Sender{Phone: func() texting.Texter { return a.phone }},
		},
	})
	return nil
}

// hostname is the box as the network knows it; "" = nobody knows.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

// settingsRecipient keeps the telephone that the settings file names for texts as a recipient, and no other.
func settingsRecipient(s *store.Store, extension string) error {
	if extension == "" {
		if err := s.DropRecipient(textRecipient); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	}
	_, err := s.SetRecipient(record.Recipient{
		ID: textRecipient, Name: "telephone " + extension, Via: record.ViaTelephone, To: extension, On: true, Words: true, Settings: true,
		Tells: map[record.OccasionKind]record.When{
			record.OccasionUrgent: record.WhenAtOnce, record.OccasionMessage: record.WhenAtOnce, record.OccasionRequest: record.WhenAtOnce,
		},
	}, "")
	return err
}

// office is the office as letters speak of it.
func (a *Appliance) office() notify.Office {
	b, _ := a.Business()
	o := notify.Office{Name: b.Name, Zone: time.Local}
	if b.TimeZone != "" {
		o.Zone = b.Location()
	}
	return o
}

// openWays lets out what the recipients that are on need, and nothing else.
func (a *Appliance) openWays(rs []record.Recipient) {
	used := map[record.Via]bool{}
	for _, r := range rs {
		used[r.Via] = used[r.Via] || r.On
	}
	for _, way := range record.Vias() {
		switch {
		case way == record.ViaTelephone: // it goes the way of the calls
		case used[way]:
			a.out.Allow(egress.Purpose(way))
		default:
			a.out.Deny(egress.Purpose(way))
		}
	}
}

// showLamp tells the PBX how many messages are open, until ctx ends.
func (a *Appliance) showLamp(ctx context.Context) error {
	if !a.cfg.SIP.MessageLamp {
		return nil
	}
	every := time.NewTicker(lampEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-every.C:
			if n, err := a.store.CountOpen(); err == nil {
				a.phone.ShowWaiting(n)
			}
		}
	}
}

// tellOfTroubles notes what somebody is told of about the box itself, until ctx ends.
func (a *Appliance) tellOfTroubles(ctx context.Context) error {
	tick := time.NewTicker(troubleLook)
	defer tick.Stop()
	var troubles notify.Troubles
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case now := <-tick.C:
			a.judgeRecipients()
			for _, text := range troubles.News(now, a.health.List()) {
				if err := a.store.Occur(record.Occasion{Kind: record.OccasionHealth, Text: text}); err != nil {
					a.log.Error("note what somebody is to be told", "err", err)
				}
			}
		}
	}
}

// failsAfter is how many attempts a recipient may fail before somebody has to know.
const failsAfter = 3

// judgeRecipients sets the condition of those who cannot be told.
func (a *Appliance) judgeRecipients() {
	rs, err := a.store.Recipients()
	if err != nil {
		a.log.Error("read recipients", "err", err)
		return
	}
	var failing []string
	for _, r := range rs {
		next, err := a.store.Deliveries(r.ID, record.DeliveryWaiting, 1)
		if err == nil && r.On && len(next) > 0 && next[0].Attempts >= failsAfter && next[0].Problem != "" {
			failing = append(failing, r.Name+": "+next[0].Problem)
		}
	}
	a.set(condTold, verdict.Told(failing))
}

// errNoRoom says that a text is not kept: what little room is left is for those who speak.
var errNoRoom = errors.New("the disk is almost full")

// keepText keeps a text that somebody has sent to the extension as a message: one that was written instead of spoken.
func (a *Appliance) keepText(_ context.Context, t phone.Text) error {
	if a.sparing.spare.Load() {
		return errNoRoom
	}
	b, _ := a.Business()
	_, err := a.store.SaveMessage(record.Message{
		At: time.Now(), Name: t.Name, Number: numbering.E164(t.From, b.Region), NumberFrom: "text", Reason: t.Body, Urgency: record.Normal,
		Text: true,
	})
	return err
}
