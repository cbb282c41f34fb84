package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/callhub"
)

// Bounds of event streams.
const (
	maxStreams  = 32                     // at a time: each is a connection that stays
	streamPace  = 150 * time.Millisecond // partial words come faster than anybody reads
	streamBeat  = 15 * time.Second       // a comment, so that a dead connection is noticed, and a look whether the session still holds
	streamWrite = 10 * time.Second       // beyond the next beat: who does not read that long is gone
)

// streams counts the event streams of one server.
type streams struct{ n atomic.Int32 }

// take reserves a stream, if one is left.
func (s *streams) take() bool {
	if s.n.Add(1) > maxStreams {
		s.n.Add(-1)
		return false
	}
	return true
}

// sendEvents streams what happens (WHATWG HTML, section 9.2): "now" with the panel of the calls that go on, as HTML that this
// program's templates made; "records" when a list on the page is out of date.
func (p *pages) sendEvents(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		http.Error(w, "not signed in", http.StatusUnauthorized)
		return
	}
	if _, err := p.gate.Session(r.Context(), c.Value); err != nil {
		http.Error(w, "not signed in", http.StatusUnauthorized)
		return
	}
	if !p.streams.take() {
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer p.streams.n.Add(-1)
	s := &stream{w: w, ctl: http.NewResponseController(w), pages: p, ctx: r.Context()}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	changed, stop := p.hub.Watch()
	defer stop()
	beat, pace := time.NewTicker(streamBeat), time.NewTicker(streamPace)
	defer beat.Stop()
	defer pace.Stop()
	state := p.hub.State()
	s.records = state.Records
	err = s.send(state)
	due := false
	for err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-p.closing:
			return
		case <-changed:
			due = true
		case <-pace.C:
			if due {
				due = false
				err = s.send(p.hub.State())
			}
		case <-beat.C:
			if _, err = p.gate.Session(r.Context(), c.Value); errors.Is(err, access.ErrNoSession) {
				_ = s.write("event: over\ndata: \n\n")
				return
			}
			if err == nil {
				err = s.write(": still here\n\n")
			}
		}
	}
}

// stream is one browser that looks on.
type stream struct {
	w       http.ResponseWriter
	ctl     *http.ResponseController
	pages   *pages
	ctx     context.Context //nolint:containedctx // a stream lives as long as its request
	last    string          // the panel as it was sent
	records uint64
}

// send tells what has changed since the last time.
func (s *stream) send(state callhub.State) error {
	_, place, err := s.pages.statusCache.read(s.ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	n := nowOf(state, s.pages.now().In(place))
	if err := s.pages.templates["today.html"].ExecuteTemplate(&b, "now", n); err != nil {
		return fmt.Errorf("make panel: %w", err)
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
	if state.Records != s.records {
		s.records = state.Records
		text += "event: records\ndata: \n\n"
	}
	if text == "" {
		return nil
	}
	return s.write(text)
}

func (s *stream) write(text string) error {
	// In HTTP/2 the deadline ends the stream even when nothing is being written, so it has to reach beyond the next beat.
	if err := s.ctl.SetWriteDeadline(time.Now().Add(streamBeat + streamWrite)); err != nil {
		return fmt.Errorf("bound write: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return s.ctl.Flush()
}
