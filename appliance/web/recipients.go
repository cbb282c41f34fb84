package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// recipientRoutes are who of the office is told of messages, and what was sent.
func (p *pages) recipientRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /recipients", owner, p.showRecipients)
	p.handle(mux, "GET /recipients/new", owner, p.newRecipient)
	p.handle(mux, "POST /recipients", owner, p.addRecipient)
	p.handle(mux, "GET /recipients/{id}", owner, func(v *visit) (reply, error) { return p.recipientPage(v, recipientPage{}) })
	p.handle(mux, "POST /recipients/{id}", owner, p.changeRecipient)
	p.handle(mux, "POST /recipients/{id}/test", owner, p.testRecipient)
	p.handle(mux, "POST /recipients/{id}/retry", owner, p.retryDeliveries)
	p.handle(mux, "POST /recipients/{id}/remove", owner, p.removeRecipient)
}

// way is a way by which somebody can be told, as the page explains it.
type way struct {
	Via    record.Via
	Name   string
	Server string // what the field for the server asks for; "" = there is none
	To     string
	Secret string
}

func ways() []way {
	return []way{
		{record.ViaEmail, "E-mail", "Mail server, such as mail.example:587", "To, one or more addresses with commas", "Password"},
		{record.ViaTelephone, "A text to a telephone of the office", "", "Extension", ""},
		{record.ViaWebhook, "Webhook, for a program", "Address, with https:// in front", "", "Secret; leave it empty and one is made"},
		{record.ViaNtfy, "ntfy", "Address of the ntfy server, with https:// in front", "Topic", "Token, if the server wants one"},
		{record.ViaGotify, "Gotify", "Address of the Gotify server, with https:// in front", "", "Token of the application"},
		{record.ViaMQTT, "MQTT, such as for Home Assistant", "Broker, such as broker.lan:8883", "Topic, such as office/frontdesk", "Password"},
		{record.ViaSyslog, "Syslog, for records of calls", "Collector, such as tls://log.lan:6514", "", ""},
		{record.ViaMatrix, "Matrix", "Address of the server, with https:// in front", "ID of the room, such as !abc:example.org", "Access token"},
	}
}

func wayOf(via record.Via) way {
	all := ways()
	if i := slices.IndexFunc(all, func(w way) bool { return w.Via == via }); i >= 0 {
		return all[i]
	}
	return way{Via: via, Name: string(via), Server: "Server", To: "To", Secret: "Secret"}
}

// told is one kind of occasion in the form.
type told struct {
	Kind record.OccasionKind
	Name string
	When record.When
}

func toldOf(r *record.Recipient) (out []told) {
	names := map[record.OccasionKind]string{
		record.OccasionUrgent: "Urgent messages", record.OccasionMessage: "Messages", record.OccasionMissed: "Missed calls without a message",
		record.OccasionQuestion: "Questions that could not be answered", record.OccasionRequest: "Requests of callers about their data",
		record.OccasionHealth: "Faults: not answering, disk, backup", record.OccasionUpdate: "A new version",
		record.OccasionCall: "Each call, when it is over",
	}
	for _, k := range record.OccasionKinds() {
		out = append(out, told{k, names[k], r.When(k)})
	}
	return out
}

// recipientsPage lists who is told.
type recipientsPage struct {
	List []service.RecipientState
	Ways []way
	Done string
}

func (p *pages) showRecipients(v *visit) (reply, error) {
	rs, err := service.ListRecipients.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	page := recipientsPage{List: rs, Ways: ways()}
	if v.URL.Query().Get("done") == "removed" {
		page.Done = "Removed. Nothing goes there any more."
	}
	return reply{page: "recipients.html", title: "Who is told", nav: navSystem, data: page}, nil
}

// recipientPage is one recipient: the form, how it goes, what was sent.
type recipientPage struct {
	New     bool
	Way     way
	Form    record.Recipient
	State   service.RecipientState
	Tells   []told
	Faults  map[string]string
	Done    string
	Secret  string // made by the box, shown this once
	Test    *service.RecipientTest
	Sent    []service.ShownDelivery
	Waiting []service.ShownDelivery
	Dead    []service.ShownDelivery
}

// shownDeliveries is how many deliveries of a kind the page shows.
const shownDeliveries = 30

// newRecipient is the empty form of a way.
func (p *pages) newRecipient(v *visit) (reply, error) {
	via := record.Via(v.URL.Query().Get("via"))
	return p.recipientForm(recipientPage{New: true, Form: record.Recipient{
		Via: via, On: true, Tells: via.Tells(), Daily: "17:30", Page: "https://" + v.Host, Security: record.SecurityStartTLS,
	}})
}

func (p *pages) recipientForm(page recipientPage) (reply, error) {
	page.Way, page.Tells = wayOf(page.Form.Via), toldOf(&page.Form)
	rep := reply{page: "recipient.html", title: "Who is told", nav: navSystem, data: page}
	if len(page.Faults) > 0 {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

// recipientEdit reads the form.
func recipientEdit(v *visit) service.RecipientEdit {
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	e := service.RecipientEdit{
		Recipient: record.Recipient{
			ID: v.PathValue("id"), Name: text("name"), Via: record.Via(text("via")), On: text("on") != "", Server: text("server"), To: text("to"),
			From: text("from"), User: text("user"), Security: record.Security(text("security")), Auth: text("auth"), CA: text("ca"),
			Words: text("words") != "", For: text("for"), Quiet: record.Quiet{From: text("quiet_from"), To: text("quiet_to")}, Daily: text("daily"),
			Page: text("page"), Tells: map[record.OccasionKind]record.When{},
		},
		Secret: service.Password(v.PostFormValue("secret")),
	}
	for _, k := range record.OccasionKinds() {
		if w := record.When(text("tell_" + string(k))); w != "" {
			e.Tells[k] = w
		}
	}
	return e
}

func (p *pages) addRecipient(v *visit) (reply, error) {
	e := recipientEdit(v)
	n, err := service.AddRecipient.Do(detached(v), p.service, e)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return p.recipientForm(recipientPage{New: true, Form: e.Recipient, Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	case n.Secret != "":
		return p.fillRecipient(v, n.RecipientState, recipientPage{Form: n.Recipient, Secret: n.Secret})
	}
	return goTo("/recipients/" + n.ID + "?done=added"), nil
}

func (p *pages) recipientPage(v *visit, page recipientPage) (reply, error) {
	st, err := service.ReadRecipient.Do(v.Context(), p.service, v.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	if page.Form.ID == "" {
		page.Form = st.Recipient
	}
	return p.fillRecipient(v, st, page)
}

// fillRecipient adds how it goes, and what was sent.
func (p *pages) fillRecipient(v *visit, st service.RecipientState, page recipientPage) (reply, error) {
	page.State = st
	for state, list := range map[record.DeliveryState]*[]service.ShownDelivery{
		record.DeliverySent: &page.Sent, record.DeliveryWaiting: &page.Waiting, record.DeliveryDead: &page.Dead,
	} {
		var err error
		*list, err = service.ListDeliveries.Do(v.Context(), p.service,
			service.DeliveryFilter{Recipient: st.ID, State: state, Limit: shownDeliveries})
		if err != nil {
			return reply{}, err
		}
	}
	switch v.URL.Query().Get("done") {
	case "added":
		page.Done = "Added. Send a test to see whether it comes."
	case "saved":
		page.Done = "Saved. It holds from now on."
	case "retried":
		page.Done = "They are tried again now."
	}
	return p.recipientForm(page)
}

func (p *pages) changeRecipient(v *visit) (reply, error) {
	e := recipientEdit(v)
	_, err := service.ChangeRecipient.Do(detached(v), p.service, e)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid):
		return p.recipientPage(v, recipientPage{Form: e.Recipient, Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	}
	return goTo("/recipients/" + e.ID + "?done=saved"), nil
}

func (p *pages) testRecipient(v *visit) (reply, error) {
	t, err := service.TestRecipient.Do(v.Context(), p.service, v.PathValue("id"))
	if errors.Is(err, service.ErrNotRunning) {
		t, err = service.RecipientTest{Text: "Frontdesk is not running, so nothing can be sent."}, nil
	}
	if err != nil {
		return reply{}, err
	}
	return p.recipientPage(v, recipientPage{Test: &t})
}

func (p *pages) retryDeliveries(v *visit) (reply, error) {
	_, err := service.RetryDeliveries.Do(detached(v), p.service,
		service.Resending{Recipient: v.PathValue("id"), Delivery: v.PostFormValue("delivery")})
	if err != nil {
		return reply{}, err
	}
	return goTo("/recipients/" + v.PathValue("id") + "?done=retried"), nil
}

func (p *pages) removeRecipient(v *visit) (reply, error) {
	err := service.RemoveRecipient.Act(detached(v), p.service, v.PathValue("id"))
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.recipientPage(v, recipientPage{Faults: byField(invalid.Problems)})
	}
	if err != nil {
		return reply{}, err
	}
	return goTo("/recipients?done=removed"), nil
}
