package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// streamWrite bounds how long a browser may not read beyond the next beat: it is gone then.
const streamWrite = 10 * time.Second

// sendEvents streams what happens (WHATWG HTML, section 9.2): "now" with the panel of the calls that go on, as HTML that this
// program's templates made; "records" when a list on the page is out of date.
func (p *pages) sendEvents(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		http.Error(w, "not signed in", http.StatusUnauthorized)
		return
	}
	who, err := p.gate.Session(r.Context(), c.Value)
	if err != nil {
		http.Error(w, "not signed in", http.StatusUnauthorized)
		return
	}
	ctx, cancel := context.WithCancel(service.WithActor(r.Context(), actorOf(who)))
	defer cancel()
	defer context.AfterFunc(p.closing, cancel)()
	s := &stream{
		request: r.WithContext(ctx), takers: p.takers(&visit{Request: r.WithContext(ctx)}),
		names: map[string]string{}, w: w, ctl: http.NewResponseController(w), pages: p,
		ctx: ctx, session: c.Value, checked: time.Now(), tongue: p.tongueOf(r),
	}
	switch err := service.Follow(ctx, p.service, s.send); {
	case errors.Is(err, access.ErrNoSession):
		_ = s.write("event: over\ndata: \n\n")
	case s.begun || err == nil: // the browser went away, or the box stops
	case errors.Is(err, service.ErrTooMany):
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
	case errors.Is(err, service.ErrRefused):
		http.Error(w, "not for you", http.StatusForbidden)
	default:
		p.log.Error("calls cannot be followed", "err", err)
		http.Error(w, "calls cannot be followed", http.StatusInternalServerError)
	}
}

// stream is one browser that looks on.
type stream struct {
	request *http.Request
	w       http.ResponseWriter
	ctl     *http.ResponseController
	pages   *pages
	ctx     context.Context //nolint:containedctx // a stream lives as long as its request
	session string
	checked time.Time // when the session was last seen to hold
	begun   bool
	last    string // the panel as it was sent
	records uint64
	takers  takers
	names   map[string]string // of who calls, by call
	state   string            // what the head of the page says, as it was sent
	tongue  *tongue
}

// name is who is on a call, read once.
func (s *stream) name(c record.Call) string {
	who, known := s.names[c.ID]
	if !known {
		who = s.pages.calling(&visit{Request: s.request}, c)
		s.names[c.ID] = who
	}
	return who
}

// head is what the head of each page says: whether the box answers, and how much waits.
type head struct {
	Tone  string `json:"tone"`
	State string `json:"state"`
	Open  int    `json:"open"`
}

// send tells what has changed since the last time; nothing new, that the stream is still there.
func (s *stream) send(state callhub.State) error {
	if now := time.Now(); now.Sub(s.checked) >= service.FollowBeat {
		if _, err := s.pages.gate.Session(s.ctx, s.session); err != nil {
			return err
		}
		s.checked = now
	}
	status, place, err := s.pages.statusCache.read(s.ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	n := liveView(state, s.pages.now().In(place), s.name, s.takers)
	if err := s.tongue.templates["today.html"].ExecuteTemplate(&b, "now", n); err != nil {
		return fmt.Errorf("make panel: %w", err)
	}
	if !s.begun {
		s.begun, s.records = true, state.Records
		h := s.w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("X-Accel-Buffering", "no")
		s.w.WriteHeader(http.StatusOK)
	}
	text := ""
	if panel := b.String(); panel != s.last {
		s.last = panel
		text = fmt.Sprintf("event: now\nid: %d\n", len(n.Calls))
		for line := range strings.Lines(panel) {
			text += "data: " + strings.TrimRight(line, "\r\n") + "\n"
		}
		text += "\n"
	}
	h := head{Open: status.Messages}
	h.Tone, h.State = stateOf(status)
	h.State = s.tongue.say(h.State)
	said, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("make head: %w", err)
	}
	if string(said) != s.state {
		s.state = string(said)
		text += "event: head\ndata: " + s.state + "\n\n"
	}
	if state.Records != s.records {
		s.records = state.Records
		text += "event: records\ndata: \n\n"
	}
	if text == "" {
		text = ": still here\n\n"
	}
	return s.write(text)
}

func (s *stream) write(text string) error {
	// In HTTP/2 the deadline ends the stream even when nothing is being written, so it has to reach beyond the next beat.
	if err := s.ctl.SetWriteDeadline(time.Now().Add(service.FollowBeat + streamWrite)); err != nil {
		return fmt.Errorf("bound write: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return s.ctl.Flush()
}
