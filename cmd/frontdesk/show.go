package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models"
)

// show prints the conversation as it happens, with the time that each reply took. It is for practice calls only: here the
// callers are programs.
type show struct {
	mu    sync.Mutex
	w     io.Writer
	began map[string]time.Time
}

var _ reception.Observer = (*show)(nil)

func newShow(w io.Writer) *show { return &show{w: w, began: map[string]time.Time{}} }

// CallStarted implements reception.Observer.
func (s *show) CallStarted(c record.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began[c.ID] = time.Now()
}

// TurnHeard implements reception.Observer.
func (s *show) TurnHeard(string, string, bool) {}

// TurnSpeaking implements reception.Observer.
func (s *show) TurnSpeaking(string, string) {}

// TurnDone implements reception.Observer.
func (s *show) TurnDone(call string, t record.Turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := func(x time.Time) string {
		if x.IsZero() {
			return "      "
		}
		return fmt.Sprintf("%5.1fs", x.Sub(s.began[call]).Seconds())
	}
	if t.Heard != "" {
		fmt.Fprintf(s.w, "  %s  caller     %s\n", at(t.HeardAt), string(t.Heard))
	}
	if t.Said == "" && t.Decided == "" {
		return
	}
	said := t.Said
	if t.CutOff {
		said += " [interrupted]"
	}
	fmt.Fprintf(s.w, "  %s  Frontdesk  %s\n", at(t.SaidAt), strings.TrimSpace(said))
	if t.Total > 0 {
		ms := func(d time.Duration) int64 { return d.Milliseconds() }
		fmt.Fprintf(s.w, "                     %d ms: waited %d, recognised %d, decided %d (%s: %s), voice %d, line %d\n",
			ms(t.Total), ms(t.Endpointing), ms(t.Recognition), ms(t.Decision), t.DecidedBy, t.Decided, ms(t.Voice), ms(t.Media))
	}
}

// CallEnded implements reception.Observer.
func (s *show) CallEnded(c record.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.began, c.ID)
	fmt.Fprintf(s.w, "          call ended: %s; first packet of the greeting %d ms after the ACK\n", inwords.Outcome(c.Outcome),
		c.Line.FirstSent.Milliseconds())
}

// asrModel is the recognition model in use on this machine.
func asrModel() (string, error) {
	dir, err := models.DefaultDir("", "")
	if err != nil {
		return "", err
	}
	f, err := models.Resolve(dir, models.ASR)
	return f.Path, err
}
