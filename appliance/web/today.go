package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
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
		k := nowCall{ID: c.ID, Who: nameOf(c.Call), Wants: wants(c.Decided), For: minutes(t.Sub(c.Started)), Since: c.Started.UnixMilli(), Saying: c.Saying}
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

// topics are what callers ask about, by the intent in a turn's decision.
func topics() map[string]string {
	return map[string]string{
		"hours": "opening hours", "price": "prices", "duration": "how long something takes", "address": "the address", "directions": "the way",
		"parking": "parking", "services": "services", "service": "a service", "staff": "who works there", "person": "who works there",
		"holidays": "holidays", "phone": "your number", "email": "your e-mail address", "website": "your website", "business": "whom they had reached",
		"answer": "something you answered before", "recorded": "recording", "robot": "who answers here",
	}
}

// topicsOf returns what the turns were about, each once, in the order they came up.
func topicsOf(decided []string) (asked []string, message, person, unknown, emergency bool) {
	names := topics()
	for _, d := range decided {
		for _, name := range strings.Fields(d) {
			switch kind, rest, _ := strings.Cut(name, "."); kind {
			case "answer":
				if t, ok := names[rest]; ok && !slices.Contains(asked, t) {
					asked = append(asked, t)
				}
			case "message":
				message = true
			case "person", "transfer", "transfer_failed":
				person = true
			case "unanswered":
				unknown = true
			case "emergency":
				emergency = true
			}
		}
	}
	return asked, message, person, unknown, emergency
}

// wants says what a call that goes on is about.
func wants(decided []string) string {
	asked, message, person, unknown, emergency := topicsOf(decided)
	switch {
	case emergency:
		return "says it is an emergency"
	case message:
		return "is leaving a message"
	case person:
		return "wants to speak to a person"
	case len(asked) > 0:
		return "is asking about " + asked[len(asked)-1]
	case unknown:
		return "asks what I have no answer to"
	}
	return "is on the phone"
}

// summary says in a sentence what a call was about.
func summary(c record.Call, decided []string) string {
	asked, message, person, unknown, emergency := topicsOf(decided)
	var parts []string
	if emergency {
		parts = append(parts, "spoke of an emergency")
	}
	if len(asked) > 0 {
		parts = append(parts, "asked about "+list(asked))
	}
	if unknown {
		parts = append(parts, "asked what I had no answer to")
	}
	switch {
	case c.Messages > 0:
		parts = append(parts, "left a message")
	case message:
		parts = append(parts, "began a message")
	}
	switch {
	case c.Outcome.Result == record.ResultTransfer:
		parts = append(parts, "was put through")
	case person:
		parts = append(parts, "wanted a person")
	}
	if len(parts) > 0 {
		return capital(list(parts)) + "."
	}
	switch c.Outcome.Result {
	case record.ResultRunning:
		return "Is on the phone now."
	case record.ResultAbandoned:
		return "Hung up before asking anything."
	case record.ResultNoInput:
		return "Said nothing."
	case record.ResultRefused:
		return "Was not taken: all lines were busy."
	case record.ResultCancelled:
		return "Hung up while it rang."
	case record.ResultCut:
		return "Was cut off: the box stopped."
	case record.ResultFailed:
		return "The call failed."
	}
	return "Called."
}

// list joins words as people do.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return fmt.Sprintf("%s and %s", strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
}
