package web

import (
	"net/http"
	"strings"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// callerRoutes are the list of callers and the card of one.
func (p *pages) callerRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /callers", staff, p.showCallers)
	p.handle(mux, "GET /callers/{id}", staff, p.showCaller)
	p.handle(mux, "GET /callers/no-contact", staff, p.showNoContact)
	mux.HandleFunc("GET /callers/no-contact.csv", p.sendNoContact)
	mux.HandleFunc("GET /callers/contacts.vcf", p.sendContacts(service.FormVCard, "contacts.vcf"))
	mux.HandleFunc("GET /callers/contacts.csv", p.sendContacts(service.FormCSV, "contacts.csv"))
	p.handle(mux, "POST /callers/{id}/card", staff, p.changeCard)
	p.handle(mux, "POST /callers/{id}/rights", owner, p.useRight)
	mux.HandleFunc("POST /callers/{id}/export", p.exportCaller)
	p.handle(mux, "GET /requests", owner, p.showRequests)
	p.handle(mux, "POST /requests/{id}", owner, p.dealWith)
	mux.HandleFunc("GET /requests/{id}/letter/{kind}", p.sendLetter)
}

// callers is the list of callers.
type callers struct {
	Search string
	Rows   []record.Caller
	More   bool
}

func (p *pages) showCallers(v *visit) (reply, error) {
	list := callers{Search: strings.TrimSpace(v.URL.Query().Get("q"))}
	all, err := service.ListCallers.Do(v.Context(), p.service, 0)
	if err != nil {
		return reply{}, err
	}
	for _, c := range all {
		if !isCaller(c, list.Search) {
			continue
		}
		if len(list.Rows) == pageSize*2 {
			list.More = true
			break
		}
		list.Rows = append(list.Rows, c)
	}
	return reply{page: "callers.html", part: "rows", title: "Callers", nav: navCallers, data: list}, nil
}

// othersShown is how many cards are offered as the same person's.
const othersShown = 10

// isCaller reports whether a part of the name or of the number is what was sought; everybody fits "".
func isCaller(c record.Caller, sought string) bool {
	// a number is kept with its country, and without the 0 that is dialled inside
	digits := strings.TrimLeft(record.PhoneNumber(sought).Digits(), "0")
	return strings.Contains(strings.ToLower(string(c.Name)), strings.ToLower(sought)) ||
		len(digits) >= 3 && strings.Contains(c.Number.Digits(), digits)
}

func (p *pages) showNoContact(v *visit) (reply, error) {
	list, err := service.ListNoContact.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	return reply{page: "nocontact.html", title: "Not to be contacted", nav: navCallers, data: list}, nil
}

// sendNoContact sends the list as a table, for whatever the office writes and calls with.
func (p *pages) sendNoContact(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	table, err := service.ExportNoContact.Get(v.Context(), p.service)
	if err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	w.Header().Set("Content-Type", table.Type())
	w.Header().Set("Content-Disposition", `attachment; filename="no-contact.csv"`)
	if err := service.Pour(w, table); err != nil {
		p.log.Error("write the list of who is not to be contacted", "err", err)
	}
}

// caller is the card of one caller.
type caller struct {
	record.Caller
	Rows     []callRow
	Messages []record.Message
	Owner    bool
	Tags     []tagRow
	Consents []record.Consent
	Hold     *record.Hold
	Code     *service.CallerCode // that was just made
	Done     string
	Fault    string
	Other    string          // what was sought for the same person's other card
	Others   []record.Caller // that were found
}

// cardCalls is how many calls a card shows.
const cardCalls = 20

func (p *pages) showCaller(v *visit) (reply, error) { return p.callerPage(v, caller{}) }

// callerPage is the card, with what c says already.
func (p *pages) callerPage(v *visit, c caller) (reply, error) {
	d, err := service.ReadCaller.Do(v.Context(), p.service, v.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	c.Caller, c.Messages, c.Owner = d.Caller, d.MessageList, v.who.Owner()
	for _, t := range record.Tags() {
		c.Tags = append(c.Tags, tagRow{t, inwords.Tag(t), d.Has(t), d.Has(t) && t.Guards() && !c.Owner})
	}
	if c.Owner {
		if err := p.rightsOf(v, &c); err != nil {
			return reply{}, err
		}
	}
	for _, k := range d.CallList[:min(len(d.CallList), cardCalls)] {
		detail, err := service.ReadCall.Do(service.Listing(v.Context()), p.service, k.ID)
		if err != nil {
			return reply{}, err
		}
		c.Rows = append(c.Rows, rowOf(detail, v.now))
	}
	c.Other = strings.TrimSpace(v.URL.Query().Get("other"))
	if c.Owner && c.Other != "" {
		all, err := service.ListCallers.Do(v.Context(), p.service, 0)
		if err != nil {
			return reply{}, err
		}
		for _, x := range all {
			if x.ID != c.ID && isCaller(x, c.Other) && len(c.Others) < othersShown {
				c.Others = append(c.Others, x)
			}
		}
	}
	code := 0
	if c.Fault != "" {
		code = http.StatusUnprocessableEntity
	}
	return reply{page: "caller.html", title: whole(d), named: true, nav: navCallers, data: c, code: code}, nil
}

// whole is how a card is headed: the name, or the whole number.
func whole(d service.CallerDetail) string {
	switch {
	case d.Name != "":
		return string(d.Name)
	case d.Number != "":
		return numbering.Shown(d.Number)
	}
	return "Number withheld"
}
