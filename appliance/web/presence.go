package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// presence says who is there today, and how to change that with one tap.
type presence struct {
	Closed string   // until when, "tomorrow"; "" = the business is not closed beyond its hours
	Out    []absent // who is away
	Here   []string // who is not
	Today  string   // "2026-11-29", where the office is
	Last   string   // the last day that can be chosen
}

// absent is somebody who is away.
type absent struct{ Name, Until string }

// presenceOf reads it from what is published.
func (p *pages) presenceOf(v *visit) (presence, error) {
	got, err := service.ReadProfile.Get(v.Context(), p.service)
	if errors.Is(err, store.ErrNotFound) {
		return presence{}, nil // nothing is published: nobody can be said to be away
	}
	if err != nil {
		return presence{}, err
	}
	out := presence{Today: v.now.Format(time.DateOnly), Last: v.now.AddDate(1, 0, 0).Format(time.DateOnly)}
	for _, h := range got.Business.Holidays {
		if h.Closure() && h.From <= out.Today && out.Today <= max(h.From, h.To) {
			out.Closed = dayInWords(max(h.From, h.To), v.now)
		}
	}
	for _, x := range got.Business.Staff {
		if got.Business.AwayAt(x, v.now) {
			out.Out = append(out.Out, absent{x.Name, dayInWords(x.Away, v.now)})
		} else {
			out.Here = append(out.Here, x.Name)
		}
	}
	return out, nil
}

// dayInWords writes a day of the profile as people say it.
func dayInWords(day string, now time.Time) string {
	t, err := time.ParseInLocation(time.DateOnly, day, now.Location())
	if err != nil {
		return day
	}
	return inwords.Day(t, now)
}

// setPresence closes the business for a time, says that somebody is away, or takes either back.
func (p *pages) setPresence(v *visit) (reply, error) {
	a := service.Absence{Person: v.PostFormValue("person"), Until: v.PostFormValue("until")}
	if v.PostFormValue("back") != "" {
		a.Until = ""
	} else if a.Until == "" {
		a.Until = v.now.Format(time.DateOnly)
	}
	_, err := service.SetAbsence.Do(detached(v), p.service, a)
	var invalid *service.InvalidError
	if errors.As(err, &invalid) {
		return reply{
			page: "notice.html", title: "Not done", nav: navToday, data: notice{problemText(invalid)}, code: http.StatusUnprocessableEntity,
		}, nil
	}
	if err != nil {
		return reply{}, err
	}
	p.statusCache.forget()
	if a.Until == "" {
		return goTo("/"), nil
	}
	return goTo("/?" + url.Values{"away": {a.Person}, "until": {a.Until}}.Encode()), nil
}

// absenceUndo offers to take back what was just said of somebody's absence; nil when nothing was.
func absenceUndo(v *visit, now presence) *undo {
	q := v.URL.Query()
	if !q.Has("away") {
		return nil
	}
	until := dayInWords(q.Get("until"), v.now)
	u := &undo{Action: "/presence", Fields: map[string]string{"person": q.Get("away"), "back": "1"}}
	switch who := q.Get("away"); {
	case who == "" && now.Closed != "":
		u.Text = "Closed until " + until + ". Callers hear it from the next call on."
	case who != "" && isAway(now, who):
		u.Text = who + " is away until " + until + ". Callers hear it from the next call on."
	default:
		return nil
	}
	return u
}

func isAway(now presence, name string) bool {
	for _, a := range now.Out {
		if a.Name == name {
			return true
		}
	}
	return false
}
