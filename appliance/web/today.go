package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/summary"
)

// todayRoutes are the first page, what lives on it, and what is done to messages.
func (p *pages) todayRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /{$}", staff, p.showToday)
	p.handle(mux, "POST /messages/{id}/done", staff, func(v *visit) (reply, error) { return p.mark(v, true) })
	p.handle(mux, "POST /messages/{id}/open", staff, func(v *visit) (reply, error) { return p.mark(v, false) })
	mux.HandleFunc("GET /events", p.sendEvents)
}

// undoFor is how long the line stays on offer that takes back what was just done.
const undoFor = 10 * time.Minute

// today is the first page.
type today struct {
	Now       now
	Urgent    []record.Message
	Normal    []record.Message
	Undo      *record.Message // was just done
	Questions []record.Unanswered
	Troubles  []trouble
	Calls     int // since midnight
	Handled   int // messages done since midnight
	Waiting   service.RequestCount
	Requests  []record.Request // for the owner: those that wait
}

// Open is how many messages wait.
func (t today) Open() int { return len(t.Urgent) + len(t.Normal) }

func (p *pages) showToday(v *visit) (reply, error) {
	running, err := service.ListRunning.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	t := today{Now: nowOf(running, v.now), Troubles: troublesOf(v.status, v.now), Calls: v.status.CallsToday}
	open, err := service.ListMessages.Do(v.Context(), p.service, service.MessageFilter{Limit: 0, Done: false})
	if err != nil {
		return reply{}, err
	}
	for _, m := range open {
		if m.Urgency == record.Urgent {
			t.Urgent = append(t.Urgent, m)
		} else {
			t.Normal = append(t.Normal, m)
		}
	}
	if t.Waiting, err = service.CountRequests.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	if t.Waiting.Open > 0 && v.who.Owner() {
		all, err := service.ListRequests.Get(v.Context(), p.service)
		if err != nil {
			return reply{}, err
		}
		t.Requests = slices.DeleteFunc(all, func(r record.Request) bool { return r.State != record.RequestOpen })
	}
	if t.Questions, err = service.ListQuestions.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	if id := v.URL.Query().Get("undo"); id != "" {
		if m, err := service.ReadMessage.Do(v.Context(), p.service, id); err == nil && m.Done && v.now.Sub(m.DoneAt) < undoFor {
			t.Undo = &m
		}
	}
	return reply{page: "today.html", part: "needs", title: "Today", nav: navToday, data: t}, nil
}

// mark sets whether a message was dealt with. Doing it twice is no fault: two people may look at the same list.
func (p *pages) mark(v *visit, done bool) (reply, error) {
	id := v.PathValue("id")
	if _, err := service.MarkMessage.Do(detached(v), p.service, service.MessageMark{ID: id, Done: done}); err != nil {
		return reply{}, err
	}
	p.statusCache.forget()
	to := v.back("/")
	if strings.HasPrefix(to, "/?") || to == "/" { // only Today has the line
		to = "/"
		if done {
			to = "/?undo=" + id
		}
	}
	return goTo(to), nil
}

// now is what is going on on the telephone.
type now struct {
	Calls []nowCall
}

// nowCall is one call, as the page shows it.
type nowCall struct {
	ID     string
	Who    string
	Wants  string // "is asking about prices"
	For    string // how long it goes on
	Since  int64  // milliseconds since 1970, for the running clock
	Lines  []callhub.Line
	Saying string
}

// nowLines is how many lines of a call are shown.
const nowLines = 6

func nowOf(s callhub.State, t time.Time) now {
	n := now{Calls: make([]nowCall, 0, len(s.Calls))}
	for _, c := range s.Calls {
		k := nowCall{
			ID: c.ID, Who: nameOf(c.Call), Wants: summary.Now(c.Decided), For: inwords.Length(t.Sub(c.Started)), Since: c.Started.UnixMilli(),
			Saying: c.Saying,
		}
		k.Lines = c.Lines[max(0, len(c.Lines)-nowLines):]
		n.Calls = append(n.Calls, k)
	}
	return n
}

// nameOf is how a call's other end is called in a list: numbers are masked there.
func nameOf(c record.Call) string {
	if c.DisplayName != "" {
		return string(c.DisplayName)
	}
	return c.From.Masked()
}
