package service

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/syslog"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Notifier is the running one; *notify.Notifier is the real one.
type Notifier interface {
	// Test sends a letter that says nothing but that it came; the error is a *notify.Error.
	Test(ctx context.Context, to notify.Target) error
	// Changed says that recipients have changed.
	Changed()
}

// RecipientEdit is a recipient that is to be added or changed.
type RecipientEdit struct {
	record.Recipient
	Secret Password `json:"secret,omitempty"` // "" keeps the one there is; a webhook gets one made
}

// RecipientState is a recipient, what it is sent, and how that goes.
type RecipientState struct {
	record.Recipient
	Sends   string    `json:"sends"` // what goes there and when, in a sentence or two
	Waiting int       `json:"waiting"`
	Dead    int       `json:"dead"`
	Last    time.Time `json:"last_sent,omitzero"`
	Problem string    `json:"problem,omitempty"` // why the next one was not sent yet
}

// NewRecipient is a recipient that was added. A secret that the box has made is shown this once.
type NewRecipient struct {
	RecipientState
	Secret string `json:"secret,omitempty"`
}

// ListRecipients returns all recipients, the oldest first.
var ListRecipients = define(Op[None, []RecipientState]{
	Name: "list-recipients", Role: Owner | Technician, Audit: NoLine("who of the office is told; no caller, no secret"),
	Run: get((*Service).listRecipients),
})

func (s *Service) listRecipients(context.Context) ([]RecipientState, error) {
	rs, err := s.o.Records.Recipients()
	out := []RecipientState{}
	for _, r := range rs {
		st, serr := s.stateOf(r)
		if serr != nil {
			return nil, serr
		}
		out = append(out, st)
	}
	return out, err
}

func (s *Service) stateOf(r record.Recipient) (RecipientState, error) {
	st := RecipientState{Recipient: r, Sends: Sends(r)}
	var err, err2 error
	st.Waiting, err = s.o.Records.CountDeliveries(r.ID, record.DeliveryWaiting)
	st.Dead, err2 = s.o.Records.CountDeliveries(r.ID, record.DeliveryDead)
	if err := errors.Join(err, err2); err != nil {
		return st, err
	}
	sent, err := s.o.Records.Deliveries(r.ID, record.DeliverySent, 1)
	if err == nil && len(sent) > 0 {
		st.Last = sent[0].Sent
	}
	waiting, err2 := s.o.Records.Deliveries(r.ID, record.DeliveryWaiting, 1)
	if err2 == nil && len(waiting) > 0 {
		st.Problem = waiting[0].Problem
	}
	return st, errors.Join(err, err2)
}

// ReadRecipient returns one recipient; store.ErrNotFound when there is none.
var ReadRecipient = define(Op[string, RecipientState]{
	Name: "read-recipient", Role: Owner | Technician, Audit: NoLine("who of the office is told; no caller, no secret"),
	Run: (*Service).readRecipient,
})

func (s *Service) readRecipient(_ context.Context, id string) (RecipientState, error) {
	r, _, err := s.o.Records.Recipient(id)
	if err != nil {
		return RecipientState{}, err
	}
	return s.stateOf(r)
}

// AddRecipient has somebody told from now on. The error is an *InvalidError when it cannot be.
var AddRecipient = define(Op[RecipientEdit, NewRecipient]{
	Name: "add-recipient", Role: Owner, Audit: Changes("add recipient"),
	About: func(_ RecipientEdit, out NewRecipient) string { return out.ID },
	Run:   (*Service).addRecipient,
})

func (s *Service) addRecipient(ctx context.Context, e RecipientEdit) (NewRecipient, error) {
	all, err := s.o.Records.Recipients()
	if err != nil {
		return NewRecipient{}, err
	}
	e.ID, e.Settings = "", false
	if e.Tells == nil {
		e.Tells = e.Via.Tells()
	}
	secret, made := string(e.Secret), ""
	if e.Via == record.ViaWebhook && secret == "" {
		made = newWebhookSecret()
		secret = made
	}
	r, problems := tidyRecipient(e.Recipient, secret)
	if len(all) >= notify.MaxRecipients {
		problems = append(problems, knowledge.Problem{Text: fmt.Sprintf("there are %d already: remove one first", notify.MaxRecipients)})
	}
	if len(problems) > 0 {
		return NewRecipient{}, &InvalidError{What: "recipient", Problems: problems}
	}
	st, err := s.keepRecipient(ctx, r, secret)
	return NewRecipient{RecipientState: st, Secret: made}, err
}

// newWebhookSecret makes a secret of 256 bits, as the Standard Webhooks scheme writes them.
func newWebhookSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(raw[:])
}

func (s *Service) keepRecipient(ctx context.Context, r record.Recipient, secret string) (RecipientState, error) {
	r.At, r.By = s.o.Now(), ActorOf(ctx).By()
	r, err := s.o.Records.SetRecipient(r, secret)
	if err != nil {
		return RecipientState{}, err
	}
	if s.o.Notifier != nil {
		s.o.Notifier.Changed()
	}
	return s.stateOf(r)
}

// ChangeRecipient changes a recipient; what waits for it goes by the new settings. The error is an *InvalidError when they cannot be,
// store.ErrNotFound when there is no such recipient.
var ChangeRecipient = define(Op[RecipientEdit, RecipientState]{
	Name: "change-recipient", Role: Owner, Audit: Changes("change recipient"),
	About: func(e RecipientEdit, _ RecipientState) string { return e.ID },
	Run:   (*Service).changeRecipient,
})

// errFromSettings says where a recipient is changed that the settings file makes.
func errFromSettings() error {
	return &InvalidError{What: "recipient", Problems: []knowledge.Problem{{
		Text: "it stands in the settings file, as [sip] text_to: change it there",
	}}}
}

func (s *Service) changeRecipient(ctx context.Context, e RecipientEdit) (RecipientState, error) {
	was, kept, err := s.o.Records.Recipient(e.ID)
	if err != nil {
		return RecipientState{}, err
	}
	if was.Settings {
		return RecipientState{}, errFromSettings()
	}
	if e.Tells == nil {
		e.Tells = was.Tells
	}
	e.Via, e.Settings = was.Via, false
	r, secret, problems := withSecret(e, was, kept)
	if len(problems) > 0 {
		return RecipientState{}, &InvalidError{What: "recipient", Problems: problems}
	}
	return s.keepRecipient(ctx, r, secret)
}

// withSecret checks an edit and finds its secret: one that is kept is never shown to a server that it was not typed for.
func withSecret(e RecipientEdit, was record.Recipient, kept string) (record.Recipient, string, []knowledge.Problem) {
	secret := cmp.Or(string(e.Secret), kept)
	r, problems := tidyRecipient(e.Recipient, secret)
	if e.Secret == "" && kept != "" && !strings.EqualFold(serverHost(was.Server), serverHost(r.Server)) && r.Via != record.ViaWebhook {
		problems = append(problems, knowledge.Problem{Path: "secret", Text: "type the secret again: the server is another one"})
	}
	return r, secret, problems
}

// serverHost is the host of an address.
func serverHost(server string) string {
	if u, err := url.Parse(server); err == nil && u.Host != "" {
		return u.Hostname()
	}
	if host, _, err := net.SplitHostPort(server); err == nil {
		return host
	}
	return server
}

// RemoveRecipient ends that somebody is told, and forgets what waits for it and went to it.
var RemoveRecipient = define(Op[string, None]{
	Name: "remove-recipient", Role: Owner, Audit: Changes("remove recipient"),
	About: of[None],
	Run:   act((*Service).removeRecipient),
})

func (s *Service) removeRecipient(_ context.Context, id string) error {
	if r, _, err := s.o.Records.Recipient(id); err == nil && r.Settings {
		return errFromSettings()
	}
	if err := s.o.Records.DropRecipient(id); err != nil {
		return err
	}
	if s.o.Notifier != nil {
		s.o.Notifier.Changed()
	}
	return nil
}

// RecipientTest is how a letter for a test went.
type RecipientTest struct {
	OK     bool   `json:"ok"`
	Text   string `json:"text"` // the result in one plain sentence
	Code   int    `json:"code,omitempty"`
	TookMS int64  `json:"took_ms"`
}

// TestRecipient sends a recipient a letter that says nothing but that it came.
var TestRecipient = define(Op[string, RecipientTest]{
	Name: "test-recipient", Role: Owner | Technician, Long: true, Needs: needNotifier, Audit: Changes("send a test to recipient"),
	About: of[RecipientTest],
	Run:   (*Service).testRecipient,
})

func (s *Service) testRecipient(ctx context.Context, id string) (RecipientTest, error) {
	r, secret, err := s.o.Records.Recipient(id)
	if err != nil {
		return RecipientTest{}, err
	}
	r.On = true
	began := s.o.Now()
	err = s.o.Notifier.Test(ctx, notify.Target{Recipient: r, Secret: secret})
	t := RecipientTest{OK: err == nil, Text: "It was taken: look whether it came.", TookMS: s.o.Now().Sub(began).Milliseconds()}
	var fault *notify.Error
	switch {
	case errors.As(err, &fault):
		t.Text, t.Code = "Not sent: "+fault.Error()+".", fault.Code
	case err != nil:
		return t, err
	}
	return t, nil
}

// DeliveryFilter chooses deliveries.
type DeliveryFilter struct {
	Recipient string               `json:"recipient"`
	State     record.DeliveryState `json:"state"` // "" = sent
	Limit     int                  `json:"limit"` // at most so many; 0 = MaxList
}

// ShownDelivery is a delivery with what it says, as far as that is still kept.
type ShownDelivery struct {
	record.Delivery
	Says string `json:"says"`
}

// ListDeliveries returns deliveries to a recipient: those that wait the oldest first, all others the newest first.
var ListDeliveries = define(Op[DeliveryFilter, []ShownDelivery]{
	Name: "list-deliveries", Role: Owner, Audit: Reads("list deliveries"),
	About: func(f DeliveryFilter, _ []ShownDelivery) string { return f.Recipient },
	Run:   (*Service).listDeliveries,
})

func (s *Service) listDeliveries(_ context.Context, f DeliveryFilter) ([]ShownDelivery, error) {
	f.State = cmp.Or(f.State, record.DeliverySent)
	if !slices.Contains(record.DeliveryStates(), f.State) {
		return nil, &InvalidError{What: "filter", Problems: []knowledge.Problem{{Path: "state", Text: "choose waiting, sent or dead"}}}
	}
	r, _, err := s.o.Records.Recipient(f.Recipient)
	if err != nil {
		return nil, err
	}
	ds, err := s.o.Records.Deliveries(r.ID, f.State, limit(f.Limit))
	out := []ShownDelivery{}
	for _, d := range ds {
		says, derr := s.says(d, r)
		if derr != nil {
			return nil, derr
		}
		out = append(out, ShownDelivery{d, says})
	}
	return out, err
}

// says is what a delivery says, or said.
func (s *Service) says(d record.Delivery, r record.Recipient) (string, error) {
	b, _, err := s.o.Records.Profile()
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	item, err := notify.Describe(s.o.Records, d, r.Page, notify.Office{Name: b.Name, Zone: b.Location()}, true)
	if errors.Is(err, store.ErrNotFound) {
		return "What it was about is not kept any more.", nil
	}
	return item.Line(), err
}

// Resending is which dead letters are to be tried again.
type Resending struct {
	Recipient string `json:"recipient"`
	Delivery  string `json:"delivery,omitempty"` // "" = all of them
}

// RetryDeliveries has dead letters tried again and returns how many there were; store.ErrNotFound when there is no such one.
var RetryDeliveries = define(Op[Resending, int]{
	Name: "retry-deliveries", Role: Owner | Technician, Audit: Changes("try dead letters again"),
	About: func(in Resending, _ int) string { return in.Recipient },
	Run:   (*Service).retryDeliveries,
})

func (s *Service) retryDeliveries(_ context.Context, in Resending) (int, error) {
	if _, _, err := s.o.Records.Recipient(in.Recipient); err != nil {
		return 0, err
	}
	n, err := s.o.Records.RetryDeliveries(in.Recipient, in.Delivery)
	if err == nil && s.o.Notifier != nil {
		s.o.Notifier.Changed()
	}
	return n, err
}

// Bounds of what is typed for a recipient.
const (
	maxName   = 80
	maxTyped  = 500
	maxSecret = 4096
	maxCA     = 64 << 10
)

// tidyRecipient fills in what was left out and returns what is wrong, by field of the form.
func tidyRecipient(r record.Recipient, secret string) (record.Recipient, []knowledge.Problem) {
	var ps []knowledge.Problem
	check := func(ok bool, path, text string) {
		if !ok {
			ps = append(ps, knowledge.Problem{Path: path, Text: text})
		}
	}
	r.Name, r.Server, r.To, r.From = tidy(r.Name), strings.TrimSpace(r.Server), strings.TrimSpace(r.To), strings.TrimSpace(r.From)
	r.User, r.For, r.Page = strings.TrimSpace(r.User), strings.TrimSpace(r.For), strings.TrimSpace(r.Page)
	r.Daily = cmp.Or(strings.TrimSpace(r.Daily), "17:30")
	check(r.Name != "" && len([]rune(r.Name)) <= maxName, "name", "write a name of up to 80 characters: who or what is told")
	for path, v := range map[string]string{"server": r.Server, "to": r.To, "from": r.From, "user": r.User, "for": r.For, "page": r.Page} {
		check(len(v) <= maxTyped && !strings.ContainsAny(v, "\r\n\x00"), path, "use one line of at most 500 characters")
	}
	check(len(secret) <= maxSecret && !strings.ContainsAny(secret, "\r\n\x00"), "secret", "use one line")
	checkCA(r.CA, check)
	switch r.Via {
	case record.ViaEmail:
		r.Security = cmp.Or(r.Security, record.SecurityStartTLS)
		checkEmail(r, secret, check)
	case record.ViaWebhook, record.ViaNtfy, record.ViaGotify, record.ViaMatrix:
		checkWeb(r, secret, check)
	case record.ViaMQTT:
		r.Security = cmp.Or(r.Security, record.SecurityTLS)
		check(goodServer(r.Server), "server", "write the broker as host or host:port, such as broker.lan:8883")
		check(r.Security == record.SecurityTLS || r.Security == record.SecurityNone, "security", "choose tls or none")
		check(r.To != "" && !strings.ContainsAny(r.To, "+#"), "to", "write a topic without + and #, such as office/frontdesk")
	case record.ViaSyslog:
		u, err := syslog.Address(r.Server)
		check(err == nil, "server", "write the collector with tls://, tcp:// or udp:// in front, such as tls://log.lan:6514")
		check(err != nil || u.Scheme == "tls" || record.InHouse(u.Hostname()), "server",
			"this is read along by everybody on the way: write tls; only a collector at an address of the office's own network may go without")
		r.To, r.User, r.Security = "", "", ""
	case record.ViaTelephone:
		check(r.To != "" && goodWord(r.To), "to", "write the extension of the telephone, such as 201")
		r.Server, r.User, r.Security, r.CA = "", "", "", ""
	default:
		check(false, "via", "choose email, webhook, ntfy, gotify, mqtt, matrix, syslog or telephone")
	}
	checkRules(r, check)
	return r, ps
}

func checkEmail(r record.Recipient, secret string, check func(ok bool, path, text string)) {
	check(goodServer(r.Server), "server", "write the mail server as host or host:port, such as mail.example:587")
	check(slices.Contains([]record.Security{record.SecurityTLS, record.SecurityStartTLS, record.SecurityNone}, r.Security), "security",
		"choose tls, starttls or none")
	_, err := mail.ParseAddressList(r.To)
	check(err == nil, "to", "write one or more addresses with commas between, such as maria@example.com")
	_, err = mail.ParseAddress(r.From)
	check(err == nil, "from", "write the address that the mail comes from, such as frontdesk@example.com")
	check(slices.Contains([]string{"", "plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256"}, r.Auth), "auth",
		"choose plain, login, cram-md5, scram-sha-1 or scram-sha-256, or leave it empty for the best that the server knows")
	check(r.Security != record.SecurityNone || r.Auth != "plain" && r.Auth != "login", "auth",
		"without encryption everybody in the network could read this password: choose another kind, or encryption")
	check(r.User == "" || secret != "", "secret", "write the password that belongs to the user name")
}

func checkWeb(r record.Recipient, secret string, check func(ok bool, path, text string)) {
	u, err := url.Parse(r.Server)
	ok := err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http")
	check(ok, "server", "write the address with https:// in front, such as https://server.lan/path")
	check(!ok || u.Scheme == "https" || r.Security == record.SecurityNone, "server",
		"http is read along by everybody in the network: write https, or choose the security none")
	check(r.Via != record.ViaNtfy || r.To != "", "to", "write the topic")
	check(r.Via != record.ViaMatrix || strings.HasPrefix(r.To, "!"), "to", "write the ID of the room, which begins with an exclamation mark")
	check(r.Via != record.ViaGotify && r.Via != record.ViaMatrix || secret != "", "secret",
		"write the token that the server has made for Frontdesk")
	check(r.Via != record.ViaWebhook || len(secret) >= 24, "secret", "use a secret of 24 characters at least, or leave it empty: one is made")
}

// goodServer reports whether s is one host, or host:port.
func goodServer(s string) bool { return record.GoodHosts(s) && !strings.Contains(s, ",") }

// goodWord reports whether s can be dialled as it is.
func goodWord(s string) bool {
	return len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("@<>\";:", r) })
}

// checkRules looks at who gets what, and when.
func checkRules(r record.Recipient, check func(ok bool, path, text string)) {
	clock := func(s string) bool { _, err := time.Parse("15:04", s); return err == nil }
	for kind, when := range r.Tells {
		check(slices.Contains(record.OccasionKinds(), kind), "tells", fmt.Sprintf("%q is nothing that somebody is told of", kind))
		check(slices.Contains([]record.When{record.WhenNever, record.WhenAtOnce, record.WhenDaily}, when), "tells",
			"choose never, at once or daily")
	}
	check(clock(r.Daily), "daily", "write a time of day such as 17:30")
	check((r.Quiet.From == "") == (r.Quiet.To == ""), "quiet", "write when it begins and when it ends, or neither")
	check(r.Quiet.From == "" || clock(r.Quiet.From) && clock(r.Quiet.To), "quiet", "write times of day such as 18:00 and 08:00")
	if r.Page != "" {
		u, err := url.Parse(r.Page)
		check(err == nil && u.Scheme == "https" && u.Host != "" && u.RawQuery == "" && u.Fragment == "", "page",
			"write where you open this page, such as https://frontdesk.local:8443")
	}
}

// Sends says what a recipient is sent, and when.
func Sends(r record.Recipient) string {
	if !r.On {
		return "Nothing: it is switched off."
	}
	names := map[record.OccasionKind]string{
		record.OccasionUrgent: "urgent messages", record.OccasionMessage: "messages", record.OccasionMissed: "missed calls",
		record.OccasionQuestion: "questions without an answer", record.OccasionRequest: "requests about data",
		record.OccasionHealth: "faults of the box", record.OccasionUpdate: "new versions", record.OccasionCall: "each call",
	}
	list := func(w record.When) string {
		var parts []string
		for _, k := range record.OccasionKinds() {
			if r.When(k) == w {
				parts = append(parts, names[k])
			}
		}
		return strings.Join(parts, ", ")
	}
	var parts []string
	if at := list(record.WhenAtOnce); at != "" {
		parts = append(parts, "at once: "+at)
	}
	if daily := list(record.WhenDaily); daily != "" {
		parts = append(parts, "daily at "+r.Daily+": "+daily)
	}
	if len(parts) == 0 {
		return "Nothing: it is told of nothing."
	}
	text := strings.ToUpper(parts[0][:1]) + strings.Join(parts, "; ")[1:] + "."
	if r.Quiet.From != "" {
		text += " Between " + r.Quiet.From + " and " + r.Quiet.To + " only what is urgent."
	}
	if r.For != "" {
		text += " Only messages for " + r.For + "."
	}
	if r.When(record.OccasionCall) != record.WhenNever && !r.Words {
		text += " The numbers of calls are masked."
	}
	if r.Words {
		return text + " With callers' names, numbers and words."
	}
	if r.Page != "" {
		return text + " Without names, numbers and words of callers, with a link to the page."
	}
	return text + " Without names, numbers and words of callers."
}
