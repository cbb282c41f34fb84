package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/summary"
)

// todayRoutes are the first page, what lives on it, and what is done to messages.
func (p *pages) todayRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /{$}", staff, p.showToday)
	p.handle(mux, "POST /messages/{id}/done", staff, func(v *visit) (reply, error) { return p.mark(v, true) })
	p.handle(mux, "POST /messages/{id}/open", staff, func(v *visit) (reply, error) { return p.mark(v, false) })
	p.handle(mux, "POST /messages/{id}/assign", staff, p.assign)
	p.handle(mux, "POST /messages/{id}/block", staff, func(v *visit) (reply, error) { return p.block(v, true) })
	p.handle(mux, "POST /messages/{id}/unblock", staff, func(v *visit) (reply, error) { return p.block(v, false) })
	p.handle(mux, "POST /calls/{id}/steer", staff, p.steer)
	p.handle(mux, "POST /presence", staff, p.setPresence)
	mux.HandleFunc("GET /events", p.sendEvents)
}

// undoFor is how long the line stays on offer that takes back what was just done.
const undoFor = 10 * time.Minute

// today is the first page.
type today struct {
	Now       now
	Unset     bool // nothing is published: the box answers as nobody
	Urgent    []letter
	Normal    []letter
	Undo      *undo
	Presence  presence
	Questions []record.Unanswered
	Troubles  []trouble
	Waiting   service.RequestCount
	Requests  []asked // for the owner: those that wait
}

// Open is how many messages wait.
func (t today) Open() int { return len(t.Urgent) + len(t.Normal) }

// letter is a message with what can be done about it here.
type letter struct {
	record.Message
	Handset string   // that rings when Call is pressed; "" = it is asked for, or the browser's own telephone calls
	Rings   bool     // there are telephones of the office to ring
	People  []string // who can be given the message
}

// Who is how the caller is called: by name, or by the number with its middle hidden.
func (l letter) Who() string {
	if l.Name != "" {
		return string(l.Name)
	}
	return l.Number.Masked()
}

// undo is what was just done and can be taken back.
type undo struct {
	Text   string
	Action string
	Fields map[string]string
}

// asked is a request about somebody's data, with whose it is.
type asked struct {
	record.Request
	Who string
}

func (p *pages) showToday(v *visit) (reply, error) {
	running, err := service.ListRunning.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	t := today{Now: p.nowOf(v, running), Troubles: troublesOf(v.status, v.now), Unset: v.status.Profile == 0}
	if !v.who.Owner() {
		for i := range t.Troubles {
			t.Troubles[i].Link = staffLink(t.Troubles[i].Link)
		}
	}
	if err := p.letters(v, &t); err != nil {
		return reply{}, err
	}
	if t.Waiting, err = service.CountRequests.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	if t.Waiting.Open > 0 && v.who.Owner() {
		all, err := service.ListRequests.Get(v.Context(), p.service)
		if err != nil {
			return reply{}, err
		}
		t.Requests = p.askers(v, slices.DeleteFunc(all, func(r record.Request) bool { return r.State != record.RequestOpen }))
	}
	if t.Questions, err = service.ListQuestions.Get(v.Context(), p.service); err != nil {
		return reply{}, err
	}
	if t.Now.Day, err = p.daySoFar(v, len(t.Questions)); err != nil {
		return reply{}, err
	}
	if t.Presence, err = p.presenceOf(v); err != nil {
		return reply{}, err
	}
	if t.Undo = absenceUndo(v, t.Presence); t.Undo == nil {
		t.Undo = p.undone(v)
	}
	return reply{page: "today.html", part: "fresh", title: "Today", nav: navToday, data: t}, nil
}

// letters reads the open messages, the urgent ones apart.
func (p *pages) letters(v *visit, t *today) error {
	open, err := service.ListMessages.Do(v.Context(), p.service, service.MessageFilter{Limit: 0, Done: false})
	if err != nil || len(open) == 0 {
		return err
	}
	handsets, err := service.ListHandsets.Get(v.Context(), p.service)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // nothing is published: there are none yet
		return err
	}
	mine, people := p.handset(v, handsets), []string{}
	for _, h := range handsets {
		people = append(people, h.Name)
	}
	for _, m := range open {
		l := letter{Message: m, Handset: mine, Rings: len(handsets) > 0, People: people}
		if m.Urgency == record.Urgent {
			t.Urgent = append(t.Urgent, l)
		} else {
			t.Normal = append(t.Normal, l)
		}
	}
	return nil
}

// askers names whose requests these are.
func (p *pages) askers(v *visit, rs []record.Request) []asked {
	var out []asked
	for _, r := range rs {
		a := asked{Request: r, Who: "somebody whose card is gone"}
		if c, err := service.ReadCaller.Do(service.Listing(v.Context()), p.service, r.Caller); err == nil {
			a.Who = cmp.Or(string(c.Name), c.Number.Masked())
		}
		out = append(out, a)
	}
	return out
}

// so is the line of the day.
type so struct{ Calls, Messages, Missed, Unknown int }

// daySoFar counts the calls since midnight.
func (p *pages) daySoFar(v *visit, unknown int) (so, error) {
	midnight := time.Date(v.now.Year(), v.now.Month(), v.now.Day(), 0, 0, 0, 0, v.now.Location())
	calls, err := service.ListCalls.Do(service.Listing(v.Context()), p.service, service.CallFilter{Since: midnight})
	day := so{Calls: max(len(calls), v.status.CallsToday), Unknown: unknown}
	for _, c := range calls {
		day.Messages += c.Messages
		if isKind(c, "unanswered") || c.Outcome.Result == record.ResultRefused && c.Outcome.Reason != "blocked" {
			day.Missed++
		}
	}
	return day, err
}

// undone reads from the address what was just done, and offers to take it back.
func (p *pages) undone(v *visit) *undo {
	q := v.URL.Query()
	id := q.Get("undo")
	if id == "" {
		return nil
	}
	m, err := service.ReadMessage.Do(v.Context(), p.service, id)
	if err != nil {
		return nil
	}
	who := letter{Message: m}.Who()
	switch what := q.Get("what"); {
	case what == "" && m.Done && v.now.Sub(m.DoneAt) < undoFor:
		return &undo{Text: "Done: " + who + ".", Action: "/messages/" + id + "/open"}
	case what == "assign":
		text := who + " is nobody’s in particular now."
		if m.For != "" {
			text = who + " is for " + m.For + " now."
		}
		return &undo{Text: text, Action: "/messages/" + id + "/assign", Fields: map[string]string{"for": q.Get("was")}}
	case what == "block":
		return &undo{Text: who + " is blocked: calls from there are refused.", Action: "/messages/" + id + "/unblock"}
	}
	return nil
}

// mark sets whether a message was dealt with. Doing it twice is no fault: two people may look at the same list.
func (p *pages) mark(v *visit, done bool) (reply, error) {
	id := v.PathValue("id")
	if _, err := service.MarkMessage.Do(detached(v), p.service, service.MessageMark{ID: id, Done: done}); err != nil {
		return reply{}, err
	}
	p.statusCache.forget()
	if done {
		return afterwards(v, url.Values{"undo": {id}}), nil
	}
	return afterwards(v, nil), nil
}

// afterwards goes back to where a form was. Today alone has the line that takes back what was done.
func afterwards(v *visit, line url.Values) reply {
	to := v.back()
	if u, err := url.Parse(to); err == nil && u.Path == "/" {
		to = "/"
		if len(line) > 0 {
			to += "?" + line.Encode()
		}
	}
	return goTo(to)
}

// assign gives a message to somebody of the office.
func (p *pages) assign(v *visit) (reply, error) {
	id := v.PathValue("id")
	m, err := service.ReadMessage.Do(v.Context(), p.service, id)
	if err != nil {
		return reply{}, err
	}
	if _, err := service.AssignMessage.Do(detached(v), p.service, service.MessageAssignment{ID: id, For: v.PostFormValue("for")}); err != nil {
		return reply{}, err
	}
	return afterwards(v, url.Values{"undo": {id}, "what": {"assign"}, "was": {m.For}}), nil
}

// block refuses calls of who left a message from now on, or takes them again.
func (p *pages) block(v *visit, on bool) (reply, error) {
	id := v.PathValue("id")
	m, err := service.ReadMessage.Do(v.Context(), p.service, id)
	if err != nil {
		return reply{}, err
	}
	edit := service.CallerEdit{Untag: []record.Tag{record.TagBlocked}}
	if on {
		edit = service.CallerEdit{Tags: []record.Tag{record.TagBlocked}}
	}
	if _, err := service.ChangeCaller.Do(detached(v), p.service, service.CallerChange{ID: m.CallerID, Edit: edit}); err != nil {
		return reply{}, err
	}
	if on {
		return afterwards(v, url.Values{"undo": {id}, "what": {"block"}}), nil
	}
	return afterwards(v, nil), nil
}

// now is what is going on on the telephone.
type now struct {
	Calls     []nowCall
	Emergency bool // on one of them
	Day       so
}

// nowCall is one call, as the page shows it.
type nowCall struct {
	ID        string
	Who       string
	Wants     string // "is asking about prices"
	Emergency bool
	For       string // how long it goes on
	Since     int64  // milliseconds since 1970, for the running clock
	Lines     []callhub.Line
	Saying    string
	Handset   string            // of who looks on; "" = they choose
	Handsets  []service.Handset // none: nobody can be put through to
}

// nowLines is how many lines of a call are shown.
const nowLines = 6

func (p *pages) nowOf(v *visit, s callhub.State) now {
	return liveView(s, v.now, func(c record.Call) string { return p.calling(v, c) }, p.takers(v))
}

// takers are the telephones that can take a call, and which of them is that of who visits.
type takers struct {
	mine string
	all  []service.Handset
}

func (p *pages) takers(v *visit) takers {
	all, err := service.ListHandsets.Get(v.Context(), p.service)
	if err != nil {
		return takers{} // nothing is published: nobody can be put through to
	}
	return takers{mine: p.handset(v, all), all: all}
}

// steer joins in a call that goes on.
func (p *pages) steer(v *visit) (reply, error) {
	extension := v.PostFormValue("extension")
	err := service.SteerCall.Act(detached(v), p.service, service.Steering{
		Call: v.PathValue("id"), Do: v.PostFormValue("do"), Text: v.PostFormValue("text"), Extension: extension,
	})
	var invalid *service.InvalidError
	switch {
	case errors.Is(err, store.ErrNotFound):
		return reply{
			page: "notice.html", title: "The call is over", nav: navToday, code: http.StatusConflict,
			data: notice{"It has ended, or a person has it already. What was said is under Calls."},
		}, nil
	case errors.As(err, &invalid):
		return reply{
			page: "notice.html", title: "Not done", nav: navToday, data: notice{problemText(invalid)}, code: http.StatusUnprocessableEntity,
		}, nil
	case err != nil:
		return reply{}, err
	}
	rep := goTo("/")
	rep.cookies = rememberHandset(extension)
	return rep, nil
}

// liveView puts calls that go on in words, emergencies first; name says who calls.
func liveView(s callhub.State, t time.Time, name func(record.Call) string, by takers) now {
	n := now{Calls: make([]nowCall, 0, len(s.Calls))}
	for _, c := range s.Calls {
		k := nowCall{
			ID: c.ID, Who: name(c.Call), Wants: summary.Now(c.Decided), For: inwords.Length(t.Sub(c.Started)), Since: c.Started.UnixMilli(),
			Saying: c.Saying, Emergency: summary.Urgent(c.Decided, nil), Handset: by.mine, Handsets: by.all,
		}
		k.Lines = c.Lines[max(0, len(c.Lines)-nowLines):]
		n.Calls, n.Emergency = append(n.Calls, k), n.Emergency || k.Emergency
	}
	slices.SortStableFunc(n.Calls, func(a, b nowCall) int {
		switch {
		case a.Emergency == b.Emergency:
			return 0
		case a.Emergency:
			return -1
		}
		return 1
	})
	return n
}

// calling is who is on a call that goes on, as lists have it: by the card where there is one.
func (p *pages) calling(v *visit, c record.Call) string {
	if c.CallerID != "" {
		d, err := service.ReadCaller.Do(service.Listing(v.Context()), p.service, c.CallerID)
		if err == nil && d.Name != "" {
			return string(d.Name)
		}
	}
	return nameOf(c)
}

// nameOf is how a call's other end is called in a list: numbers are masked there.
func nameOf(c record.Call) string {
	if c.DisplayName != "" {
		return string(c.DisplayName)
	}
	return c.From.Masked()
}
