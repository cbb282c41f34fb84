package notify_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/email"
	"frontdesk.internal/appliance/notify/hook"
	"frontdesk.internal/appliance/notify/mqtt"
	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/appliance/notify/syslog"
	"frontdesk.internal/appliance/notify/texting"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

var update = flag.Bool("update", false, "draw CONNECTORS.md anew")

// condition is what may be the matter with the other side, or with the box.
type condition string

const (
	works       condition = "works"
	refused     condition = "refused"
	slow        condition = "slow"
	gone        condition = "gone"
	garbage     condition = "garbage"
	credentials condition = "credentials wrong"
	certificate condition = "certificate wrong"
	diskFull    condition = "disk full"
	erased      condition = "erased meanwhile"
)

func conditions() []condition {
	return []condition{works, refused, slow, gone, garbage, credentials, certificate, diskFull, erased}
}

// counterpart is the other end of a connector under a condition.
type counterpart struct {
	to     record.Recipient
	secret string
	got    func() []string // keys or texts that came, each as often as it came
	sender notify.Sender   // of the telephone
	never  string          // why the condition cannot be
}

// connector makes counterparts. taken is called while the other side has a letter and has not answered.
type connector struct {
	via   record.Via
	start func(t *testing.T, c condition, taken func()) counterpart
}

func connectors() []connector {
	return []connector{
		{record.ViaEmail, startMail}, {record.ViaWebhook, startHook(record.ViaWebhook)}, {record.ViaNtfy, startHook(record.ViaNtfy)},
		{record.ViaGotify, startHook(record.ViaGotify)}, {record.ViaMatrix, startHook(record.ViaMatrix)}, {record.ViaMQTT, startBroker},
		{record.ViaSyslog, startCollector},
		{record.ViaTelephone, startTelephone}, {via: viaCalendar}, {via: viaLookup}, {via: viaBook},
		{via: viaSpeech}, {via: viaText},
	}
}

func startMail(t *testing.T, c condition, taken func()) counterpart {
	t.Helper()
	cert, ca := notifytest.Certificate(t)
	s := &notifytest.SMTP{TLS: cert, Users: map[string]string{"fd": "hunter2"}, Accepted: func(notifytest.Mail) { taken() }}
	if c == refused {
		s.Answer = func(verb string) string { return map[string]string{"RCPT": "550 5.1.1 nobody here"}[verb] }
	}
	s.Start(t)
	out := counterpart{
		to: record.Recipient{
			Server: s.Addr(), Security: record.SecurityStartTLS, CA: ca, From: "fd@example.com", To: "maria@example.com", User: "fd",
		},
		secret: "hunter2",
		got: func() (keys []string) {
			for _, m := range s.Mails() {
				keys = append(keys, strings.TrimPrefix(strings.TrimSuffix(m.Header.Get("Message-ID"), "@frontdesk.internal>"), "<"))
			}
			return keys
		},
	}
	return spoil(t, c, out, func(a string) string { return a })
}

func startBroker(t *testing.T, c condition, taken func()) counterpart {
	t.Helper()
	cert, ca := notifytest.Certificate(t)
	m := &notifytest.MQTT{TLS: cert, Users: map[string]string{"fd": "hunter2"}, Accepted: func(p notifytest.Published) {
		if !p.Retain {
			taken()
		}
	}}
	if c == refused {
		m.Code = 2 // it does not like our name
	}
	m.Start(t)
	out := counterpart{
		to: record.Recipient{Server: m.Addr(), Security: record.SecurityTLS, CA: ca, To: "office/frontdesk", User: "fd"}, secret: "hunter2",
		got: func() (keys []string) {
			for _, p := range m.Got() {
				var letter struct{ ID string }
				if err := json.Unmarshal([]byte(p.Body), &letter); err == nil && p.Topic == "office/frontdesk" {
					keys = append(keys, letter.ID)
				}
			}
			return keys
		},
	}
	if c == garbage {
		junk := &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
		l := notifytest.Listen(t)
		go notifytest.Serve(t, l, func(c net.Conn) {
			_, _ = tls.Server(c, junk).Write([]byte("hello?\r\n"))
			_, _ = io.Copy(io.Discard, c)
		})
		out.to.Server = l.Addr().String()
		return out
	}
	return spoil(t, c, out, func(a string) string { return a })
}

// startCollector takes messages with their length before them, over TLS.
func startCollector(t *testing.T, c condition, taken func()) counterpart {
	t.Helper()
	out := counterpart{}
	switch c {
	case refused:
		out.never = "syslog has no answer"
		return out
	case credentials:
		out.never = "nobody signs in"
		return out
	}
	cert, ca := notifytest.Certificate(t)
	var mu sync.Mutex
	var keys []string
	l := notifytest.Listen(t)
	go notifytest.Serve(t, l, func(conn net.Conn) {
		b, err := io.ReadAll(tls.Server(conn, &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}))
		if _, after, ok := strings.Cut(string(b), " id="); ok && err == nil {
			mu.Lock()
			keys = append(keys, strings.Fields(after)[0])
			mu.Unlock()
			taken()
		}
	})
	out.to = record.Recipient{Server: "tls://" + l.Addr().String(), CA: ca}
	out.got = func() []string { mu.Lock(); defer mu.Unlock(); return append([]string(nil), keys...) }
	return spoil(t, c, out, func(a string) string { return "tls://" + a })
}

// spoil makes a counterpart one of a bad network; address writes host:port as the recipient has it.
func spoil(t *testing.T, c condition, out counterpart, address func(string) string) counterpart {
	t.Helper()
	switch c {
	case slow:
		out.to.Server = address(notifytest.Hangs(t))
	case gone:
		out.to.Server = address(notifytest.Gone(t))
	case garbage:
		out.to.Server = address(notifytest.Garbage(t))
	case credentials:
		out.secret = "hunter3"
	case certificate:
		_, out.to.CA = notifytest.Certificate(t)
	}
	return out
}

// silent is a log that nobody reads, for servers that complain of what tests do to them.
func silent(s *httptest.Server) { s.Config.ErrorLog = log.New(io.Discard, "", 0) }

func startHook(via record.Via) func(t *testing.T, c condition, taken func()) counterpart {
	return func(t *testing.T, c condition, taken func()) counterpart {
		t.Helper()
		cert, ca := notifytest.Certificate(t)
		var mu sync.Mutex
		var keys []string
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c == garbage {
				if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
					_, _ = conn.Write([]byte("\x00\x01 hello?\r\n\r\n"))
					_ = conn.Close()
				}
				return
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			key, ok := admit(via, r, body)
			switch {
			case !ok:
				w.WriteHeader(http.StatusUnauthorized)
				return
			case c == refused:
				w.WriteHeader(http.StatusGone)
				return
			}
			mu.Lock()
			keys = append(keys, key)
			mu.Unlock()
			taken()
			_, _ = io.WriteString(w, `{"id":1}`)
		}))
		s.TLS = &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
		silent(s)
		s.StartTLS()
		t.Cleanup(s.Close)
		out := counterpart{
			to: record.Recipient{Server: s.URL, CA: ca, To: "!room"}, secret: "hunter2",
			got: func() []string { mu.Lock(); defer mu.Unlock(); return append([]string(nil), keys...) },
		}
		if c == garbage {
			return out
		}
		return spoil(t, c, out, func(a string) string { return "https://" + a })
	}
}

// admit checks the credentials as the server of a way does, and returns the letter's key, or what stands for it.
func admit(via record.Via, r *http.Request, body []byte) (key string, ok bool) {
	switch via {
	case record.ViaWebhook:
		id := r.Header.Get("webhook-id")
		var at int64
		_, err := fmt.Sscan(r.Header.Get("webhook-timestamp"), &at)
		fresh := time.Since(time.Unix(at, 0)).Abs() < 5*time.Minute
		return id, err == nil && fresh && r.Header.Get("webhook-signature") == hook.Sign([]byte("hunter2"), id, time.Unix(at, 0), body)
	case record.ViaMatrix:
		parts := strings.Split(r.URL.EscapedPath(), "/")
		return parts[len(parts)-1], r.Header.Get("Authorization") == "Bearer hunter2" && r.Method == http.MethodPut && parts[5] == "%21room"
	case record.ViaGotify:
		return string(body), r.Header.Get("X-Gotify-Key") == "hunter2" && r.URL.Path == "/message"
	default:
		return string(body), r.Header.Get("Authorization") == "Bearer hunter2" && strings.Contains(string(body), `"topic":"!room"`)
	}
}

// pbx takes texts.
type pbx struct {
	mu    sync.Mutex
	texts []string
	fail  func(ctx context.Context) error
	taken func()
}

// SendText implements texting.Texter.
func (p *pbx) SendText(ctx context.Context, extension string, text record.Personal) error {
	if p.fail != nil {
		return p.fail(ctx)
	}
	p.mu.Lock()
	p.texts = append(p.texts, extension+" "+string(text))
	p.mu.Unlock()
	p.taken()
	return nil
}

func startTelephone(_ *testing.T, c condition, taken func()) counterpart {
	p := &pbx{taken: taken}
	status := func(n int) func(context.Context) error {
		return func(context.Context) error { return fmt.Errorf("send text: %w", &phone.RefusedError{Status: n}) }
	}
	out := counterpart{to: record.Recipient{To: "201"}, sender: texting.Sender{Phone: func() texting.Texter { return p }}}
	switch c {
	case refused:
		p.fail = status(405)
	case credentials:
		p.fail = status(403)
	case slow:
		p.fail = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	case gone:
		p.fail = func(context.Context) error { return phone.ErrNotRegistered }
	case garbage, certificate:
		out.never = "the PBX's connection is that of the calls"
	}
	out.got = func() []string { p.mu.Lock(); defer p.mu.Unlock(); return append([]string(nil), p.texts...) }
	return out
}

// fullDisk is an outbox that cannot keep what was sent until its disk has room.
type fullDisk struct {
	*store.Store
	mu   sync.Mutex
	full bool
	ran  int
}

// SettleDelivery implements notify.Outbox.
func (f *fullDisk) SettleDelivery(ds ...record.Delivery) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		f.ran++
		return fmt.Errorf("keep what became of a delivery: %w", syscall.ENOSPC)
	}
	return f.Store.SettleDelivery(ds...)
}

// hasFailed reports whether something could not be kept.
func (f *fullDisk) hasFailed() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.ran > 0 }

// room gives the disk room again.
func (f *fullDisk) room() { f.mu.Lock(); defer f.mu.Unlock(); f.full = false }

// office sends a message's letter by a connector.
type office struct {
	s    *store.Store
	box  *fullDisk
	n    *notify.Notifier
	gate *egress.Gate
	r    record.Recipient
	stop func() // waits until Run is over
}

// runOffice has a notifier run with one recipient at the counterpart.
func runOffice(t *testing.T, via record.Via, other counterpart, full bool) *office {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o := &office{s: s, box: &fullDisk{Store: s, full: full}, gate: egress.New(nil)}
	web := &hook.Client{Gate: o.gate}
	o.n = notify.New(notify.Options{
		Records: o.box, Retry: time.Hour, Patience: 2 * time.Second,
		Office: func() notify.Office { return notify.Office{Name: "Bright Smile", Zone: time.UTC} },
		Ways: func(rs []record.Recipient) {
			for _, r := range rs {
				o.gate.Allow(egress.Purpose(r.Via))
			}
		},
		Senders: map[record.Via]notify.Sender{
			record.ViaEmail: &email.Sender{Gate: o.gate}, record.ViaWebhook: web.Webhook(), record.ViaNtfy: web.Ntfy(),
			record.ViaGotify: web.Gotify(), record.ViaMatrix: web.Matrix(), record.ViaMQTT: &mqtt.Sender{Gate: o.gate},
			record.ViaSyslog: &syslog.Sender{Gate: o.gate, Host: "box"}, record.ViaTelephone: other.sender,
		},
	})
	o.r = other.to
	o.r.Name, o.r.Via, o.r.On, o.r.Tells = "Maria", via, true, record.DefaultTells()
	if o.r, err = s.SetRecipient(o.r, other.secret); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- o.n.Run(ctx) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("Run() = %v", err)
		}
	})
	t.Cleanup(o.stop)
	return o
}

// become is what comes of a message, or of an appointment.
func become(t *testing.T, k connector, c condition) string {
	t.Helper()
	switch k.via {
	case viaLookup:
		return lookUpOne(t, c)
	case viaBook:
		return readOne(t, c)
	case viaCalendar:
		return bookOne(t, c)
	case viaSpeech, viaText:
		return help(t, k.via, c)
	}
	return sendOne(t, k, c)
}

// sendOne has a message told by a connector under a condition, and returns what came of it, as the matrix says it.
func sendOne(t *testing.T, k connector, c condition) string {
	t.Helper()
	var erase func()
	other := k.start(t, c, func() {
		if c == erased {
			erase()
		}
	})
	if other.never != "" {
		return "cannot be: " + other.never
	}
	o := runOffice(t, k.via, other, c == diskFull)
	known, done := make(chan string, 1), make(chan struct{})
	erase = func() {
		defer close(done)
		eraseCaller(t, o.s, <-known)
	}
	m, err := o.s.SaveMessage(record.Message{At: time.Now(), Name: "Ada", Number: "+12175550123", Reason: "a toothache"})
	if err != nil {
		t.Fatal(err)
	}
	known <- m.CallerID
	if c == diskFull {
		wait(t, "it is sent and cannot be kept", o.box.hasFailed)
		o.box.room()
		o.n.Changed() // as the next attempt, which is an hour away here
	}
	if c == erased {
		<-done
		o.stop()
		for _, state := range record.DeliveryStates() {
			if ds, err := o.s.Deliveries(o.r.ID, state, 0); err != nil || len(ds) != 0 {
				t.Errorf("%s: %+v, %v", state, ds, err)
			}
		}
		return "nothing of it is kept"
	}
	what := ""
	wait(t, "it is sent, or cannot be", func() bool { what = outcome(t, o.s, o.r.ID); return what != "" })
	got := other.got()
	if c != works && c != diskFull {
		if len(got) != 0 {
			t.Errorf("it came all the same: %q", got)
		}
		return what
	}
	if len(got) != 1 {
		t.Fatalf("it came %d times", len(got))
	}
	ds, err := o.s.Deliveries(o.r.ID, record.DeliverySent, 0)
	if err != nil || len(ds) != 1 {
		t.Fatalf("%+v, %v", ds, err)
	}
	if k.via != record.ViaNtfy && k.via != record.ViaGotify && k.via != record.ViaTelephone && got[0] != ds[0].ID {
		t.Errorf("the key is %q, want %q", got[0], ds[0].ID)
	}
	if strings.Contains(got[0], "toothache") {
		t.Error("words are sent that nobody asked for")
	}
	if counted := o.gate.Take(); k.via != record.ViaTelephone &&
		(len(counted) == 0 || counted[0].Purpose != string(k.via) || counted[0].Sent == 0) {
		t.Errorf("the ledger says %+v", counted)
	}
	if c == diskFull {
		return "sent once, and kept when there is room"
	}
	return what
}

// eraseCaller erases a caller as the officer does.
func eraseCaller(t *testing.T, s *store.Store, caller string) {
	t.Helper()
	officer := privacy.New(privacy.Options{Records: s, Dir: t.TempDir()})
	if _, err := officer.Erase(t.Context(), caller, "asked", "owner"); err != nil {
		t.Error(err)
	}
}

// outcome is what the outbox says of its one delivery; "" = nothing yet.
func outcome(t *testing.T, s *store.Store, recipient string) string {
	t.Helper()
	for _, state := range record.DeliveryStates() {
		ds, err := s.Deliveries(recipient, state, 1)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(ds) == 0:
		case state == record.DeliverySent:
			return "sent"
		case state == record.DeliveryDead:
			return "dead letter: " + ds[0].Problem
		case ds[0].Problem != "":
			return "tried again: " + ds[0].Problem
		}
	}
	return ""
}

// wait returns when what is waited for is so.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

const head = `# Connectors

Drawn by ` + "`go test ./appliance/notify -run TestConnectors -args -update`" + ` from what happens to one message, or one appointment. The other side is a stand-in
written from the documents, see package notifytest.

- "tried again" waits, twice as long after each attempt, in its place before what came after it. A "dead letter" waits for somebody who says
  so on the page or with ` + "`frontdesk notify retry`" + `.
- A letter has one key whenever it is sent again: the Message-ID of mail, the webhook-id of a webhook, the transaction of Matrix, the id in the
  JSON of MQTT, the id of syslog. ntfy, Gotify and telephones have none: they may show one twice when the answer to it was lost.
- A calendar is written while the caller waits. What cannot be booked becomes a message, and nothing is promised; an entry whose answer was
  lost is taken back. What stands in a calendar stays there when the caller is erased.
- A system that knows callers is asked while it rings, for 300 milliseconds at the most. What it has said stays on the caller's card; after two
  answers that were late no call waits for it until one comes in time.
- An address book (CardDAV) is read every five minutes; a call asks nobody. Callers are written into it where the owner wants that, and only
  those who do not stand in it; what the office has written, changed or taken away there is never written over. When a caller is erased, what
  the box has written is taken out of the book as soon as the server can be reached; a card of the office's own about that caller is never
  read again, whatever becomes of it, and the page says how many there are. When the book is disconnected, what was written there stays.
- Messages and calls are pushed to such a system by the webhook, and records of all calls to a collector by syslog, with numbers masked
  unless the owner wants them; ` + "`frontdesk calls csv`" + ` has every call. Syslog has no answer: what was written counts as sent.
- A computer that helps the engines is asked beside the box's own, and the first answer counts: no call waits for it. One that has failed, or
  is measured to be slower, is not asked before it was tried again with a sentence of the box's own, within a minute. What it says is one of a
  list, or words of the caller; it is never spoken.

`

// TestConnectors shows each connector under each condition, and holds CONNECTORS.md against that.
func TestConnectors(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("| |")
	for _, k := range connectors() {
		fmt.Fprintf(&b, " %s |", k.via)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(connectors())) + "\n")
	for _, c := range conditions() {
		fmt.Fprintf(&b, "| **%s** |", c)
		for _, k := range connectors() {
			cell := ""
			t.Run(string(k.via)+" "+string(c), func(t *testing.T) { cell = become(t, k, c) })
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	if t.Failed() {
		return
	}
	if *update {
		if err := os.WriteFile("CONNECTORS.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	is, err := os.ReadFile("CONNECTORS.md")
	if err != nil || string(is) != b.String() {
		t.Errorf("CONNECTORS.md says otherwise (%v); it should say\n%s", err, &b)
	}
}
