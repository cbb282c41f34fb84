package dialogue_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// A walk is the beginning of a call that can be played again: it ends in the state that it is kept for.
type walk struct {
	profile string
	biz     *knowledge.Business
	opt     dialogue.Options
	now     time.Time
	events  []dialogue.Event
}

// call is a walk that was played, and what is checked while it goes on.
type call struct {
	t       *testing.T
	conv    *dialogue.Conversation
	opt     dialogue.Options
	now     time.Time
	log     []string
	due     []dialogue.Event // results of what was begun, in order
	fails   func() bool      // whether the next result is a failure
	ended   bool
	moved   bool // put through
	stopped bool // the recording
	saved   int  // messages that are durable
	listed  int  // questions that are
	done    int  // requests about the caller's data that are dealt with
	booked  bool // the last event was that the calendar was written
	ask     int  // the last question to the model
	open    int  // the one that the last event put, and nothing was said after it
}

func (w walk) play(t *testing.T) *call {
	t.Helper()
	w.opt.Words = sharedReader
	c := &call{t: t, conv: dialogue.New(w.biz, w.opt), opt: w.opt, now: w.now, fails: func() bool { return false }}
	for _, ev := range w.events {
		c.send(ev)
	}
	return c
}

// readers are those of sharedReader.
var readers sync.Map

// sharedReader reads by words alone, as a conversation does by itself, with one reader for all calls of a business: making one
// costs as much as many turns.
func sharedReader(b *knowledge.Business, lang language.Language) *understanding.Reader {
	key := fmt.Sprint(lang.Tag(), b.Name, len(b.Staff), len(b.Services), b.Answers, b.Emergency) // in more no sample differs from itself
	r, known := readers.Load(key)
	if !known {
		head, err := understanding.WordsHead(lang.Tag())
		if err != nil {
			panic(err)
		}
		r, _ = readers.LoadOrStore(key, understanding.NewReader(b, lang, head))
	}
	return r.(*understanding.Reader)
}

// from goes back to where a call was at a mark, with the same conversation.
func (c *call) from(at dialogue.Mark) *call {
	again := *c
	again.due, again.log = slices.Clone(c.due), slices.Clone(c.log)
	again.conv.Rewind(at)
	return &again
}

// send gives an event to the conversation and checks that what it says is so.
func (c *call) send(ev dialogue.Event) []dialogue.Action {
	c.t.Helper()
	speaks := c.conv.Speaks()
	if p, ok := ev.(dialogue.Proposed); ok {
		speaks = speaks && p.ID == c.open
	}
	c.open = 0
	acts := c.conv.Handle(c.now, ev)
	c.log = append(c.log, fmt.Sprintf("%T%+v", ev, ev))
	savedBefore, doneBefore := c.saved, c.done
	c.booked = false
	switch ev := ev.(type) {
	case dialogue.Committed:
		c.answered(ev)
		if ev.Err == nil {
			c.saved, c.listed = c.saved+1, c.listed+1
		}
	case dialogue.Transferred:
		c.answered(ev)
	case dialogue.Booked:
		c.answered(ev)
		c.booked = ev.Err == nil && !ev.Taken
	case dialogue.Proposed:
		c.ask = 0
	case dialogue.RightDone:
		c.answered(ev)
		if ev.Err == nil && !ev.Wrong {
			c.done++
		}
	}
	again := false
	for i, a := range acts {
		switch a := a.(type) {
		case dialogue.Decide:
			again = a.Name == "repeat" || a.Name == "slower"
		case dialogue.Say:
			c.open = 0
			c.log = append(c.log, "  "+strings.Join(a.Clauses, " "))
			if !again {
				c.keeps(a, acts[i+1:], c.saved > savedBefore, c.done > doneBefore)
			}
		case dialogue.Commit:
			c.due = append(c.due, dialogue.Committed{ID: a.ID, Err: c.failure()})
		case dialogue.Unanswered:
			c.due = append(c.due, dialogue.Committed{ID: a.ID, Err: c.failure()})
		case dialogue.Transfer:
			c.moved = true
			c.due = append(c.due, dialogue.Transferred{ID: a.ID, Err: errors.New("busy")})
		case dialogue.Book:
			c.due = append(c.due, dialogue.Booked{ID: a.ID, Err: c.failure()})
		case dialogue.Change:
			c.due = append(c.due, dialogue.Booked{ID: a.ID, Err: c.failure()})
		case dialogue.Right:
			c.due = append(c.due, dialogue.RightDone{ID: a.ID, Err: c.failure(), Wrong: a.Code == "111111", Verified: a.Code == "123456"})
		case dialogue.Ask:
			c.ask, c.open = a.ID, a.ID
		case dialogue.StopRecording:
			c.stopped = true
		case dialogue.Hangup:
			c.ended = true
		}
	}
	if speaks {
		c.replied(ev, acts)
	}
	return acts
}

// replied checks that who was heard hears something, or that it follows when what was begun is done.
func (c *call) replied(ev dialogue.Event, acts []dialogue.Action) {
	c.t.Helper()
	if h, ok := ev.(dialogue.Heard); ok && h.Confidence < 0.3 && c.conv.Digits() {
		return // noise, while a number may be being typed
	}
	switch ev.(type) {
	case dialogue.Heard, dialogue.Proposed, dialogue.Committed:
	default:
		return
	}
	says := slices.ContainsFunc(acts, func(a dialogue.Action) bool { _, ok := a.(dialogue.Say); return ok })
	if !says && len(c.due) == 0 && c.ask == 0 && !c.ended && !c.moved {
		c.fail("nothing is said after %T", ev)
	}
}

// answered takes a result from what is due.
func (c *call) answered(result dialogue.Event) {
	c.due = slices.DeleteFunc(c.due, func(ev dialogue.Event) bool { return resultOf(ev) == resultOf(result) })
}

// resultOf is the number of what an event is the result of.
func resultOf(ev dialogue.Event) int {
	switch ev := ev.(type) {
	case dialogue.Committed:
		return ev.ID
	case dialogue.Transferred:
		return ev.ID
	case dialogue.RightDone:
		return ev.ID
	case dialogue.Booked:
		return ev.ID
	}
	return 0
}

func (c *call) failure() error {
	if c.fails() {
		return errors.New("it went wrong")
	}
	return nil
}

// keeps checks that what is promised was done: rest is what is done after it at once, saved and done what has just become true.
func (c *call) keeps(s dialogue.Say, rest []dialogue.Action, saved, done bool) {
	c.t.Helper()
	for _, l := range s.Lines {
		kept := true
		switch l.Key {
		case language.TextNoted, language.TextNotedNoCall, language.TextListed:
			kept = saved
		case language.TextTransfer:
			kept = slices.ContainsFunc(rest, func(a dialogue.Action) bool { _, ok := a.(dialogue.Transfer); return ok })
		case language.TextErased, language.TextNoContact, language.TextWithdrawn, language.TextObjected, language.TextRightFiled,
			language.TextKept:
			kept = done
		case language.TextBooked, language.TextMoved, language.TextCancelled:
			kept = c.booked
		case language.TextNotRecorded:
			kept = c.stopped || !c.opt.Announce
		case language.TextGoodbye, language.TextWrongNumber:
			kept = slices.ContainsFunc(rest, func(a dialogue.Action) bool { _, ok := a.(dialogue.Hangup); return ok })
		}
		if !kept {
			c.fail("said %q, which is not so", strings.Join(s.Clauses, " "))
		}
	}
}

func (c *call) fail(format string, args ...any) {
	c.t.Helper()
	c.t.Fatalf("%s, in state %s\n%s", fmt.Sprintf(format, args...), c.conv.State(), strings.Join(c.log, "\n"))
}

// settle gives the results of everything that was begun. The model has no answer.
func (c *call) settle() {
	c.t.Helper()
	for !c.ended {
		switch {
		case len(c.due) > 0:
			c.send(c.due[0])
		case c.ask != 0:
			c.send(dialogue.Proposed{ID: c.ask, Choice: -1, Err: errors.New("no model")})
		default:
			return
		}
	}
}

// says are turns that lead through the states; callerSays has more, and the sentence of each kind.
var says = map[string][]string{
	"en": {
		"Can I speak to Maria?", "I'd like to leave a message.", "I'd like to leave a message.", "Anna Berger", "Yes.", "Yes.", "No.", "No.",
		"It's about my last bill.", "It's leaking and I'm worried.", "217 555 0134", "217 555", "How much is it?", "What does it cost?",
		"Do you sell kayaks?", "What do you have about me?", "Delete my data.", "How much is a tour?", "What are your prices?",
		"I don't want to be recorded.", "The name is wrong.", "Somebody should call me back.", "1 2 3 4 5 6", "Could you repeat that?",
		"The blue one.", "Hm.", "I need to cancel my appointment.", "Can I move my appointment?", "Move it to Friday.", "Cancel it.",
		"I would like to book a cleaning.",
	},
	"de": {
		"Kann ich mit Maria sprechen?", "Ich möchte eine Nachricht hinterlassen.", "Ich möchte eine Nachricht hinterlassen.", "Anna Berger",
		"Ja.", "Ja.", "Nein.", "Nein.", "Es geht um meine Rechnung.", "Es tropft und ich mache mir Sorgen.", "0511 555 0134", "0511 555",
		"Was kostet das?", "Verkaufen Sie Kajaks?", "Was haben Sie über mich gespeichert?", "Löschen Sie meine Daten.", "Was kostet eine Tour?",
		"Was sind Ihre Preise?", "Ich möchte nicht aufgenommen werden.", "Der Name ist falsch.", "Bitte rufen Sie mich zurück.",
		"eins zwei drei vier fünf sechs", "Können Sie das wiederholen?", "Das blaue.", "Hm.", "Ich muss meinen Termin absagen.",
		"Kann ich meinen Termin verschieben?", "Auf Freitag verschieben.", "Absagen.", "Ich möchte einen E-Check buchen.",
	},
}

// anyEvent is something that may happen on a call.
func anyEvent(r *rand.Rand, tag string, degraded *bool, digits bool) []dialogue.Event {
	if digits && r.IntN(2) == 0 { // a whole number
		var keys []dialogue.Event
		for _, k := range "02175550134#" {
			keys = append(keys, dialogue.Keyed{Key: k})
		}
		return keys[r.IntN(2):]
	}
	return []dialogue.Event{oneEvent(r, tag, degraded)}
}

func oneEvent(r *rand.Rand, tag string, degraded *bool) dialogue.Event {
	switch n := r.IntN(24); {
	case n < 12:
		return dialogue.Heard{Text: says[tag][r.IntN(len(says[tag]))], Confidence: 0.4 + r.Float64()*0.6}
	case n < 14:
		return dialogue.Heard{Text: callerSays[r.IntN(len(callerSays))], Confidence: 0.9}
	case n < 19:
		return dialogue.Keyed{Key: []rune("123456789012388*#")[r.IntN(17)]}
	case n == 19:
		return dialogue.KeysPaused{}
	case n == 20:
		return dialogue.Unclear{Reason: "noise"}
	case n == 21:
		*degraded = !*degraded
		return dialogue.Engines{Up: !*degraded}
	case n == 22:
		return dialogue.Spoken{}
	}
	return dialogue.Silence{}
}

// many is the business with more staff and services, so that there is something to choose.
func many(t *testing.T, name string) *knowledge.Business {
	t.Helper()
	b := sample(t, name)
	b.Staff = append(b.Staff, knowledge.Person{Name: "Maria Keller", Role: "bookkeeper", Extension: "209"},
		knowledge.Person{Name: "Maria Sommer"})
	for _, s := range []string{"city tour", "wine tour", "night tour"} {
		b.Services = append(b.Services, knowledge.Service{Name: s})
	}
	return b
}

// perState is how many walks are kept for each state of each profile.
const perState = 2

// wandered are the walks that wander has found.
var wandered map[string][]walk

// wander plays random calls with each sample and returns walks to every state.
func wander(t *testing.T) (walks map[string][]walk) {
	t.Helper()
	if wandered != nil {
		return wandered
	}
	walks = map[string][]walk{}
	defer func() { wandered = walks }()
	kept := map[string]int{}
	for p, name := range []string{"dental", "elektro", "plumber", "lawfirm"} {
		b := many(t, name)
		tag := b.Tongues()[0]
		for seed := range 60 {
			r := rand.New(rand.NewPCG(uint64(seed), uint64(p)))
			w := walk{
				profile: name, biz: b, now: time.Date(2026, 11, 23, 10+12*(seed%2), 15, 0, 0, b.Location()),
				opt: dialogue.Options{Announce: r.IntN(3) == 0, Ask: r.IntN(2) == 0, Rights: r.IntN(4) > 0, HasCode: r.IntN(2) == 0},
			}
			if seed%2 == 0 {
				p := newPlanner(b)
				w.opt.Offer, w.opt.Find = p.offer, p.find
			}
			degraded := r.IntN(6) == 0
			w.events = []dialogue.Event{dialogue.Answered{From: []record.PhoneNumber{"2175550144", ""}[r.IntN(2)], Degraded: degraded}}
			c := w.play(t)
			c.fails = func() bool { return r.IntN(4) == 0 }
			for range 40 {
				if k := name + c.conv.State(); kept[k] < perState && !c.ended {
					kept[k]++
					walks[c.conv.State()] = append(walks[c.conv.State()], walk{w.profile, w.biz, w.opt, w.now, slices.Clone(w.events)})
				}
				next := anyEvent(r, tag, &degraded, c.conv.Digits())
				switch {
				case len(c.due) > 0 && r.IntN(4) > 0:
					next = slices.Clone(c.due[:1])
				case c.ask != 0: // the first are hours and price
					next = []dialogue.Event{dialogue.Proposed{ID: c.ask, Choice: r.IntN(4), Confidence: 0.2 + r.Float64()}}
				}
				for _, ev := range next {
					w.events = append(w.events, ev)
					c.send(ev)
				}
				if c.ended {
					break
				}
			}
		}
	}
	return walks
}
