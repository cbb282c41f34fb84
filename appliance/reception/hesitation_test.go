package reception_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/understanding"
)

// hesitant is a caller who pauses within what he says. The texts are as recognition writes them, which ends every part as if it
// were a sentence.
type hesitant struct {
	name    string
	profile string
	before  []string // said first, without a pause
	parts   []string
	whole   string // what the turn has to be; compared without marks and case
}

var hesitants = []hesitant{
	{
		"breaks off", "dental", nil, []string{"I would like to know how much a", "teeth cleaning is."},
		"I would like to know how much a teeth cleaning is",
	},
	{
		"a full stop too early", "dental", nil, []string{"I am calling about.", "The price of a crown."},
		"I am calling about the price of a crown",
	},
	{
		"two sentences", "plumber", nil, []string{"Good morning.", "How much do you charge for a new boiler?"},
		"Good morning how much do you charge for a new boiler",
	},
	{
		"a story", "plumber", nil, []string{"My tap is dripping", "since last night", "and it gets worse."},
		"My tap is dripping since last night and it gets worse",
	},
	{"a day", "lawfirm", nil, []string{"Are you open", "on Friday afternoon?"}, "Are you open on Friday afternoon"},
	{"a name", "dental", []string{"I would like to leave a message."}, []string{"Harriet.", "Lindqvist."}, "Harriet Lindqvist"},
	{
		"eine Frage", "elektro", nil, []string{"Ich wollte fragen, was bei Ihnen", "eine Wallbox kostet."},
		"Ich wollte fragen was bei Ihnen eine Wallbox kostet",
	},
	{"ein Satz davor", "elektro", nil, []string{"Guten Tag.", "Haben Sie am Freitag offen?"}, "Guten Tag haben Sie am Freitag offen"},
}

// bare is text without marks and case.
func bare(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" .,;:!?-…", r) }), " ")
}

// speakIn makes the caller say the parts with pauses between them. It returns how often the box was heard in a pause.
func (o *office) speakIn(parts []string, pause time.Duration, said func()) (cut int) {
	for i := range parts {
		if i > 0 {
			before := o.call.line.heardFrames()
			time.Sleep(pause)
			if o.call.line.heardFrames() > before {
				cut++
			}
		}
		said()
		o.say(900 * time.Millisecond)
	}
	return cut
}

// TestHesitatingCallers counts, for pauses of several lengths and an end-of-turn detector that is right, unsure or wrong, how often
// callers are cut off, and what becomes of what they say.
func TestHesitatingCallers(t *testing.T) {
	total, cuts, broken := 0, 0, 0
	for _, prob := range []float64{0.2, 0.6, 0.95} {
		for _, pause := range []time.Duration{300, 500, 700, 900, 1200} {
			for _, h := range hesitants {
				synctest.Test(t, func(t *testing.T) {
					var mu sync.Mutex
					texts := append(append([]string{}, h.before...), h.parts...)
					done, from := 0, map[uint64]int{} // texts that were said; with which an utterance began
					o := openWith(t, &office{profile: h.profile})
					o.ears.TurnProb = prob
					o.ears.TextOf = func(_ string, utterance uint64) string {
						mu.Lock()
						defer mu.Unlock()
						if _, known := from[utterance]; !known {
							from[utterance] = done - 1
						}
						return strings.Join(texts[from[utterance]:done], " ")
					}
					said := func() { mu.Lock(); done++; mu.Unlock() }
					o.quiet()
					for range h.before {
						said()
						o.say(900 * time.Millisecond)
						o.quiet()
					}
					turns := o.recs.count()
					cut := o.speakIn(h.parts, pause*time.Millisecond, said)
					o.quiet()
					o.hangup()
					total += len(h.parts) - 1
					cuts += cut
					if o.recs.count() != turns+1 || bare(string(o.recs.turn(-1).Heard)) != bare(h.whole) {
						broken++
						t.Logf("%s, pause %d ms, detector %.2f: heard %q in %d turns", h.name, pause, prob, o.recs.turn(-1).Heard, o.recs.count()-turns)
					}
				})
			}
		}
	}
	t.Logf("of %d pauses %d were broken by the box; of %d turns %d were not decided on as one", total, cuts, 15*len(hesitants), broken)
	if broken > 15*len(hesitants)/20 {
		t.Errorf("%d turns were torn apart", broken)
	}
}

// lookups counts what is looked up, and finds nothing.
type lookups struct {
	mu    sync.Mutex
	texts []string
}

func (l *lookups) Prepare(context.Context, *knowledge.Business) {}
func (l *lookups) Read(_ context.Context, _ *knowledge.Business, _, text string, _ time.Time,
	_ *understanding.Meaning) *understanding.Reading {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts = append(l.texts, text)
	return nil
}

// What words mean is not looked up again when the caller has made a sound and said no more.
func TestAMeaningIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		found := &lookups{}
		o := openWith(t, &office{meaning: found}, "How much is a teeth cleaning?")
		o.ears.TurnProb = 0.2 // so that the caller is waited for
		o.quiet()
		o.say(time.Second)
		time.Sleep(800 * time.Millisecond)
		o.say(100 * time.Millisecond)
		o.quiet()
		o.hangup()
		if len(found.texts) != 1 || o.recs.turn(-1).Heard != "How much is a teeth cleaning?" {
			t.Errorf("looked up %q", found.texts)
		}
	})
}

// A word that only says that one listens is an answer to the question that is being asked.
func TestAnOkayAnswersAQuestionThatIsBeingAsked(t *testing.T) {
	for _, word := range []string{"Okay.", "Yes, yes."} {
		synctest.Test(t, func(t *testing.T) {
			o := open(t, "I would like to leave a message.", "My name is Anna Berger.", word)
			o.quiet()
			o.say(time.Second)
			o.quiet()
			o.say(1200 * time.Millisecond)
			time.Sleep(2500 * time.Millisecond) // "Shall we call you back on the number …" has begun
			if o.call.line.silentFor() > 100*time.Millisecond {
				t.Fatal("the box is not asking")
			}
			o.say(500 * time.Millisecond)
			o.quiet()
			o.hangup()
			if got := o.recs.turn(-1); string(got.Heard) != word || strings.Contains(got.Said, "number") {
				t.Errorf("after %q: %+v", word, got)
			}
		})
	}
}

// slowMeaning finds nothing, as late as it may, and notes why each look ended.
type slowMeaning struct {
	mu   sync.Mutex
	ends []error
}

func (s *slowMeaning) Prepare(context.Context, *knowledge.Business) {}
func (s *slowMeaning) Read(ctx context.Context, _ *knowledge.Business, _, _ string, _ time.Time,
	_ *understanding.Meaning) *understanding.Reading {
	<-ctx.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends = append(s.ends, ctx.Err())
	return nil
}

// What words mean is looked up no longer when the caller has gone on and the words are others.
func TestAMeaningThatNobodyWantsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		found := &slowMeaning{}
		o := openWith(t, &office{meaning: found})
		var heard atomic.Int32 // times the words were asked for
		o.ears.TurnProb, o.ears.Lag = 0.2, 50*time.Millisecond
		o.ears.TextOf = func(string, uint64) string {
			return []string{"How much is a", "How much is a teeth cleaning?"}[min(heard.Add(1)-1, 1)]
		}
		o.quiet()
		o.say(time.Second)
		time.Sleep(320 * time.Millisecond)
		o.say(100 * time.Millisecond)
		o.quiet()
		o.hangup()
		if len(found.ends) != 2 || !errors.Is(found.ends[0], context.Canceled) || !errors.Is(found.ends[1], context.DeadlineExceeded) {
			t.Errorf("the looks ended by %v", found.ends)
		}
	})
}
