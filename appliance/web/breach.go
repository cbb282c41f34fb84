package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// breachRoutes are what is done when data was lost or seen by who may not, and what is given to an authority.
func (p *pages) breachRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /breach", owner, func(v *visit) (reply, error) { return p.breachPage(v, "") })
	p.handle(mux, "POST /breach", owner, p.reportBreach)
	p.handle(mux, "POST /breach/{id}", owner, p.noteBreach)
	mux.HandleFunc("GET /breach/{id}/draft.txt", func(w http.ResponseWriter, r *http.Request) {
		p.sendFile(w, r, "breach.txt", func(v *visit) (service.Content, error) {
			return service.DraftBreach.Do(v.Context(), p.service, r.PathValue("id"))
		})
	})
	mux.HandleFunc("POST /breach/seal", p.sealForAuthority)
}

// breaches is the page of breaches.
type breaches struct {
	List  []record.Breach
	Fault string
	Now   time.Time
}

func (p *pages) breachPage(v *visit, fault string) (reply, error) {
	list, err := service.ListBreaches.Get(v.Context(), p.service)
	rep := reply{page: "breach.html", title: "Breach", nav: navCallers, data: breaches{list, fault, v.now}}
	if fault != "" {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, err
}

// moment reads what a browser's field for a moment sends; "" is the zero time.
func moment(v *visit, name string) (time.Time, error) {
	text := v.PostFormValue(name)
	if text == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation("2006-01-02T15:04", text, v.now.Location())
}

func (p *pages) reportBreach(v *visit) (reply, error) {
	since, err1 := moment(v, "since")
	noticed, err2 := moment(v, "noticed")
	people, err3 := strconv.Atoi(strings.TrimSpace("0" + v.PostFormValue("people")))
	if errors.Join(err1, err2, err3) != nil {
		return p.breachPage(v, "Write moments as the fields ask for, and how many people as a number.")
	}
	_, err := service.ReportBreach.Do(detached(v), p.service, service.BreachReport{
		What: v.PostFormValue("what"), Whose: v.PostFormValue("whose"), People: people, Since: since, Noticed: noticed,
		Done: v.PostFormValue("done"),
	})
	return p.afterBreach(v, err)
}

func (p *pages) noteBreach(v *visit) (reply, error) {
	_, err := service.NoteBreach.Do(detached(v), p.service, service.BreachStep{
		ID: v.PathValue("id"), Text: v.PostFormValue("text"), Notified: v.PostFormValue("is") == "notified",
		Closed: v.PostFormValue("is") == "closed",
	})
	return p.afterBreach(v, err)
}

func (p *pages) afterBreach(v *visit, err error) (reply, error) {
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return p.breachPage(v, "It was not noted: "+problemText(invalid))
	}
	if err != nil {
		return reply{}, err
	}
	return goTo("/breach"), nil
}

// sealForAuthority sends what is kept of some callers, sealed.
func (p *pages) sealForAuthority(w http.ResponseWriter, r *http.Request) {
	p.sendFile(w, r, "sealed.zip.age", func(v *visit) (service.Content, error) {
		return service.SealForAuthority.Do(detached(v), p.service, service.AuthorityWish{
			Callers: strings.Fields(v.PostFormValue("callers")), Authority: v.PostFormValue("authority"), Reference: v.PostFormValue("reference"),
			Ground: v.PostFormValue("ground"), Key: strings.TrimSpace(v.PostFormValue("key")),
		})
	})
}
