package dialogue_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
)

var update = flag.Bool("update", false, "write the scripts as the conversation goes now")

// stage plays one script: lines of the caller's side are performed, those of our side are what must come back.
type stage struct {
	t     *testing.T
	conv  *dialogue.Conversation
	now   time.Time
	ask   *dialogue.Ask
	fail  bool // the next Commit or Transfer fails
	lines []string
	ended bool
	right string          // how the next Right ends
	seen  map[string]bool // states, by the language of the call
}

// ours says whether a line of a script is what we do.
func ours(line string) bool {
	return strings.HasPrefix(line, "frontdesk:") || strings.HasPrefix(line, "  ")
}

func (s *stage) note(format string, args ...any) {
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

// send gives an event to the conversation, writes down what it does, and answers what can be answered at once.
func (s *stage) send(ev dialogue.Event) {
	var say []string
	flush := func() {
		if len(say) > 0 {
			s.note("frontdesk: %s", strings.Join(say, " "))
			say = nil
		}
	}
	var next []dialogue.Event
	acts := s.conv.Handle(s.now, ev)
	s.seen[s.conv.Language().Tag()+" "+s.conv.State()] = true
	for _, a := range acts {
		if x, ok := a.(dialogue.Say); ok {
			say = append(say, x.Clauses...)
			continue
		}
		flush()
		switch a := a.(type) {
		case dialogue.Commit:
			m := a.Message
			s.note("  commit name=%q number=%q from=%q for=%q urgency=%s partial=%v reason=%q", string(m.Name), string(m.Number), m.NumberFrom,
				m.For, m.Urgency, m.Partial, string(m.Reason))
			next = append(next, dialogue.Committed{ID: a.ID, Err: s.failure()})
		case dialogue.Unanswered:
			s.note("  unanswered %q", a.Question)
			next = append(next, dialogue.Committed{ID: a.ID, Err: s.failure()})
		case dialogue.Transfer:
			s.note("  %s", strings.TrimSpace("transfer "+a.Extension+" "+a.Name))
			next = append(next, dialogue.Transferred{ID: a.ID, Err: s.failure()})
		case dialogue.Book:
			x := a.Booking
			s.note("  book %s for %q, %s, number %q", x.Start.Format("2006-01-02 15:04"), string(x.Name), x.Service, string(x.Number))
			next = append(next, dialogue.Booked{ID: a.ID, Err: s.failure()})
		case dialogue.Change:
			s.note("  %s", strings.TrimSpace("change "+a.Appointment.Start.Format("2006-01-02 15:04")+" "+whenMoved(a.To)))
			next = append(next, dialogue.Booked{ID: a.ID, Err: s.failure()})
		case dialogue.Right:
			s.note("  %s", strings.TrimSpace("right "+string(a.Kind)+" "+a.Code))
			next = append(next, dialogue.RightDone{ID: a.ID, Verified: s.right == "verified", Wrong: s.right == "wrong", Err: s.failure()})
		case dialogue.StartRecording:
			s.note("  record")
		case dialogue.StopRecording:
			s.note("  do not record")
		case dialogue.Ask:
			s.note("  ask")
			s.ask = &a
		case dialogue.Hangup:
			s.note("  hangup %s %s", a.Outcome.Result, a.Outcome.Reason)
			s.ended = true
		}
	}
	flush()
	if _, up := ev.(dialogue.HungUp); up {
		return
	}
	for _, n := range next {
		s.send(n)
	}
}

func (s *stage) failure() error {
	if s.fail {
		s.fail = false
		return errors.New("disk full")
	}
	return nil
}

// whenMoved is when an appointment is to be; "off" = it is called off.
func whenMoved(to record.Slot) string {
	if to.Start.IsZero() {
		return "off"
	}
	return "to " + to.Start.Format("2006-01-02 15:04")
}

// perform does one line of the caller's side.
func (s *stage) perform(line string) {
	verb, rest, _ := strings.Cut(line, ":")
	rest = strings.TrimSpace(rest)
	switch verb {
	case "caller":
		s.send(dialogue.Heard{Text: rest, Confidence: 0.9})
	case "caller in en", "caller in de": // recognition or understanding has noticed the language
		s.send(dialogue.Heard{Text: rest, Confidence: 0.9, Language: verb[len("caller in "):]})
	case "mumbled": // recognised with little confidence
		s.send(dialogue.Heard{Text: rest, Confidence: 0.45})
	case "keys":
		for _, k := range rest {
			s.send(dialogue.Keyed{Key: k})
		}
	case "pause":
		s.send(dialogue.KeysPaused{})
	case "silence":
		s.send(dialogue.Silence{})
	case "noise":
		s.send(dialogue.Unclear{Reason: "noise"})
	case "interrupts":
		s.send(dialogue.Interrupted{Played: rest})
	case "engines":
		s.send(dialogue.Engines{Up: rest == "up"})
	case "hangs up":
		s.send(dialogue.HungUp{})
	case "code": // how the next request about one's own data ends
		s.right = rest
	case "fails":
		s.fail = true
	case "model":
		s.model(rest)
	default:
		s.t.Fatalf("script: unknown line %q", line)
	}
}

// model answers the open Ask: "price 0.9" or "down".
func (s *stage) model(answer string) {
	if s.ask == nil {
		s.t.Fatalf("script: the model was not asked\n%s", strings.Join(s.lines, "\n"))
	}
	a := s.ask
	s.ask = nil
	if answer == "down" {
		s.send(dialogue.Proposed{ID: a.ID, Choice: -1, Err: errors.New("not available")})
		return
	}
	label, conf, _ := strings.Cut(answer, " ")
	p, err := strconv.ParseFloat(conf, 64)
	i := slices.Index(a.Choices, label)
	if err != nil || i < 0 {
		s.t.Fatalf("script: %q is no choice of %v", answer, a.Choices)
	}
	s.send(dialogue.Proposed{ID: a.ID, Choice: i, Text: label, Confidence: p})
}

// sample returns a shipped profile.
func sample(t testing.TB, name string) *knowledge.Business {
	t.Helper()
	b, err := profile.Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// header reads "# key: value" lines.
func header(lines []string) map[string]string {
	h := map[string]string{}
	for _, l := range lines {
		if k, v, ok := strings.Cut(strings.TrimPrefix(l, "# "), ":"); ok && strings.HasPrefix(l, "# ") {
			h[k] = strings.TrimSpace(v)
		}
	}
	return h
}

// withCalendar are the states that only an office with a calendar comes to: see visit_test.go.
var withCalendar = []string{"pickTime", "whichChange", "checkChange"}

// TestScripts plays whole calls, which together come to every state with each sample and in each of its languages. Run with -update
// to write what is said now, then read the difference.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("scripts: %d found, %v", len(files), err)
	}
	covered := map[string]bool{}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
			h := header(lines)
			b := sample(t, h["profile"])
			if h["more"] == "yes" {
				b = many(t, h["profile"])
			}
			now, err := time.ParseInLocation("2006-01-02 15:04", h["now"], b.Location())
			if err != nil {
				t.Fatal(err)
			}
			o := dialogue.Options{
				Announce: h["recording"] != "", Ask: h["recording"] == "asked", Rights: h["rights"] != "", HasCode: h["rights"] == "code",
			}
			if h["calendar"] == "yes" {
				p := newPlanner(b)
				o.Offer, o.Find = p.offer, p.find
			}
			s := &stage{t: t, conv: dialogue.New(b, o), now: now, seen: map[string]bool{}}
			started := false
			for _, l := range lines {
				switch {
				case strings.HasPrefix(l, "#") || l == "":
					s.lines = append(s.lines, l)
				case ours(l):
				case l == "answered":
					started = true
					s.lines = append(s.lines, l)
					s.send(dialogue.Answered{From: record.PhoneNumber(h["from"]), Known: record.Personal(h["known"]), Degraded: h["degraded"] == "yes"})
				default:
					if !started || s.ended {
						t.Fatalf("script: %q comes before the call or after its end", l)
					}
					s.lines = append(s.lines, l)
					s.perform(l)
				}
			}
			for state := range s.seen {
				covered[h["profile"]+" "+state] = true
			}
			got := strings.Join(s.lines, "\n") + "\n"
			if *update {
				if err := os.WriteFile(f, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(data); got != want {
				t.Errorf("the call went another way:\n%s\nwant:\n%s", got, want)
			}
		})
	}
	if strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		return // some of them only
	}
	for _, sample := range []string{"dental en", "plumber en", "lawfirm en", "elektro de", "elektro en"} {
		for _, state := range dialogue.States() {
			if !covered[sample+" "+state] && !slices.Contains(withCalendar, state) {
				t.Errorf("no script of %s comes to %s", sample, state)
			}
		}
	}
}
