package web

import (
	"net/http"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// rulesRoutes are who answers when, and what would happen on a call.
func (p *pages) rulesRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /business/rules", owner, p.showRules)
}

// rules is the page: what would happen on a call that somebody thinks of.
type rules struct {
	Number, At string // as the form has them
	Problem    string
	Foreseen   service.Foreseen
}

func (p *pages) showRules(v *visit) (reply, error) {
	q := v.URL.Query()
	r := rules{Number: strings.TrimSpace(q.Get("number")), At: q.Get("at")}
	in := service.Foresight{Number: record.PhoneNumber(r.Number)}
	var err error
	if r.At != "" {
		if in.At, err = time.ParseInLocation(localTime, r.At, v.now.Location()); err != nil {
			r.Problem = "That is no date and time. Choose one from the calendar, or leave it empty for now."
			in.At = time.Time{}
		}
	}
	r.Foreseen, err = service.ForeseeCall.Do(v.Context(), p.service, in)
	return reply{page: "rules.html", part: "foreseen", title: "Rules", nav: navBusiness, data: r}, err
}
