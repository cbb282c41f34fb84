package dialogue_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/record"
)

// poison are words that only a hostile model says; none of them may ever be heard by a caller or reach an action.
var poison = []string{"zyxwv", "nine hundred ninety-nine dollars", "666666", "Evilcorp", `root ::= "x"`, "transfer to 1900555"}

// callerSays are turns of all kinds, clear and not.
var callerSays = []string{
	"What are your opening hours?", "Are you open on Sunday?", "How much is a cleaning and a filling?", "How much is a rocket?",
	"where are you", "who is Dr. Lopez", "I want to leave a message.", "Anna Berger", "My name is B E R G E R", "217 555 0142",
	"two one seven five five five", "no, it ends in 45", "yes", "no", "Yes please.", "that's wrong", "my tooth hurts", "it's about my bill",
	"a pipe burst", "he was arrested", "operator", "Can I talk to Mike?", "never mind", "bye", "thanks", "what?", "slower please",
	"are you a robot", "delete my data", "wrong number", "blorb the fnord", "do you sell unicorns", "and on Christmas?",
	"how long does it take", "", "um", "the name", "the number", "seven", "hold on", "I'd like to book an appointment tomorrow",
	"Is there parking?", "Do you take insurance?", "Can you tell me a joke about the government and my uncle?", "Wann haben Sie geöffnet?",
	"Was kostet eine Wallbox?", "Ich möchte eine Nachricht hinterlassen.", "Anke Meier", "null fünf eins eins, fünf fünf fünf", "ja",
	"nein, danke", "langsamer bitte", "Haben Sie an Weihnachten offen?", "es brennt", "Herrn Brandt bitte", "die Nummer", "am Ende sieben",
	"meine Daten löschen",
}

// watcher checks what must hold for every action of a call, whatever happens.
type watcher struct {
	t        *testing.T
	biz      *knowledge.Business
	allowed  map[string]bool // words that may be spoken
	log      []string
	pending  map[int]string
	goodbyes int
	hungUp   bool
	degraded bool
	asked    []int
	choices  int
}

// newWatcher returns a watcher that knows the words of the profile; each call gets a copy by forCall.
func newWatcher(t *testing.T, b *knowledge.Business) *watcher {
	t.Helper()
	w := &watcher{t: t, biz: b, allowed: map[string]bool{}}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, b.Location())
	w.allow(b.Name, b.Greeting, b.Address.Directions, b.Address.Parking, b.Emergency.Say)
	each := func(say func(l language.Language) []string) {
		for _, tag := range b.Tongues() {
			w.allow(say(all.For(tag))...)
		}
	}
	each(func(l language.Language) []string {
		return []string{l.Address(b.Address, b.Region), l.Phone(b.Contact.Phone, b.Region), l.Mail(b.Contact.Email), l.Web(b.Contact.Website)}
	})
	for _, s := range b.Services {
		w.allow(s.Name, s.Description, s.Price.Note)
		each(func(l language.Language) []string {
			return []string{l.Price(s.Price, b.Currency), l.Duration(s.Minutes)}
		})
	}
	for _, p := range b.Staff {
		w.allow(p.Name, p.Role, p.About)
	}
	for _, a := range b.Answers {
		w.allow(a.Reply, a.Question)
	}
	for _, h := range b.Holidays {
		w.allow(h.Name)
	}
	for i := range 420 { // every date and every opening that the calendar can speak of
		d := b.DayHours(now.AddDate(0, 0, i))
		each(func(l language.Language) []string {
			out := []string{l.Date(d.Date, b.Region), l.Day(d.Date, now, b.Region), l.Spans(d.Spans)}
			for _, s := range d.Spans {
				out = append(out, l.Clock(s.From), l.Clock(s.To))
			}
			return out
		})
	}
	// The feasts that callers may name by themselves.
	w.allow("Christmas Day")
	return w
}

// forCall returns a copy for one call.
func (w *watcher) forCall() *watcher {
	return &watcher{t: w.t, biz: w.biz, allowed: maps.Clone(w.allowed), pending: map[int]string{}}
}

// allow lets the words of texts be spoken, as written and as read aloud.
func (w *watcher) allow(texts ...string) {
	for _, tag := range w.biz.Tongues() {
		l := all.For(tag)
		for _, t := range texts {
			for _, s := range []string{t, l.Aloud(t, w.biz.Region)} {
				for _, word := range l.Words(s) {
					w.allowed[word] = true
				}
			}
		}
	}
}

// heard lets the caller's own words and digits be repeated.
func (w *watcher) heard(text string) {
	w.allow(text, strings.Join(strings.Split(text, ""), " "))
	for _, tag := range w.biz.Tongues() {
		l := all.For(tag)
		w.allow(l.Digits(text), l.Digits(l.ReadDigits(text).Digits))
	}
}

// english is what most samples speak.
var english = en.Language{}

// numberWords are the words of numbers, by language.
var numberWords = map[string]map[string]bool{"en": numbersOf(english), "de": numbersOf(all.For("de"))}

func numbersOf(l language.Language) map[string]bool {
	out := map[string]bool{}
	for n := range 100 {
		for _, w := range append(l.Words(l.Number(n)), l.Words(l.Number(n*100))...) {
			out[w] = !l.StopWord(w)
		}
	}
	for _, w := range l.Words(l.Money(200, "USD") + " " + l.Money(2, "USD")) {
		out[w] = !l.StopWord(w)
	}
	return out
}

func (w *watcher) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), strings.Join(w.log, "\n"))
}

// check looks at the actions of one event and returns the events that answer them.
func (w *watcher) check(acts []dialogue.Action, claimOK bool) {
	w.t.Helper()
	repeats := false
	for _, a := range acts {
		w.log = append(w.log, fmt.Sprintf("  %T %+v", a, a))
		if d, ok := a.(dialogue.Decide); ok {
			repeats = d.Name == "repeat" || d.Name == "slower"
		}
		if w.hungUp {
			w.fail("something was done after the hang-up: %T", a)
		}
		switch a := a.(type) {
		case dialogue.Say:
			w.say(a, claimOK || repeats)
		case dialogue.Transfer:
			if !slices.Contains(w.biz.Extensions(), a.Extension) {
				w.fail("transfer to %q, which is not listed", a.Extension)
			}
			w.pending[a.ID] = "transfer"
		case dialogue.Commit:
			w.pending[a.ID] = "commit"
		case dialogue.Unanswered:
			w.pending[a.ID] = "question"
		case dialogue.Ask:
			w.asked, w.choices = append(w.asked, a.ID), len(a.Choices)
			if len(a.Choices) > 16 {
				w.fail("%d choices", len(a.Choices))
			}
		case dialogue.Hangup:
			w.hungUp = true
		}
		if s := fmt.Sprintf("%+v", a); slices.ContainsFunc(poison, func(p string) bool { return strings.Contains(s, p) }) {
			w.fail("the model's words got into %s", s)
		}
	}
}

// Texts that claim something, and those that end a call.
var (
	claims = []language.Key{
		language.TextNoted, language.TextNotedNoCall, language.TextListed, language.TextRightFiled, language.TextErased, language.TextNoContact,
	}
	goodbyes = []language.Key{language.TextGoodbye, language.TextWrongNumber}
	// keyNames are texts in which numbers are keys and no facts.
	keyNames = []language.Key{
		language.TextMenu, language.TextMenuAgain, language.TextCallback, language.TextNumberCheck, language.TextDigit, language.TextKeypad,
		language.TextKeypadMore, language.TextBadLine, language.TextOfferHelp, language.TextTransfer, language.TextRightsMenu,
	}
)

func (w *watcher) say(a dialogue.Say, claimOK bool) {
	w.t.Helper()
	text := strings.Join(a.Clauses, " ")
	if len(a.Clauses) == 0 || strings.TrimSpace(text) == "" {
		w.fail("said nothing")
	}
	if w.degraded && a.Phrase == "" {
		w.fail("said %q without the engines", text)
	}
	lang := all.For(a.Language)
	if lang.Tag() != a.Language || !slices.Contains(w.biz.Tongues(), a.Language) {
		w.fail("said %q in %q", text, a.Language)
	}
	var lines []string
	for _, l := range a.Lines {
		said := lang.Text(l.Key, l.Args)
		lines = append(lines, said)
		if slices.Contains(claims, l.Key) && !claimOK {
			w.fail("claimed %q before it was so", said)
		}
		if slices.Contains(goodbyes, l.Key) {
			if w.goodbyes++; w.goodbyes > 1 || !a.Firm {
				w.fail("goodbye number %d, firm %v", w.goodbyes, a.Firm)
			}
		}
		if slices.Contains(keyNames, l.Key) {
			continue
		}
		for _, word := range lang.Words(said) {
			if numberWords[a.Language][word] && !w.allowed[word] {
				w.fail("the number word %q in %q is neither in the profile nor the caller's", word, said)
			}
		}
	}
	if strings.Join(lines, " ") != text {
		w.fail("said %q, which is not what its keys say: %q", text, lines)
	}
}

// TestHostile lets anything happen in any order, with a model that answers as it likes, and checks what must always hold.
func TestHostile(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 30
	}
	for _, name := range []string{"dental", "plumber", "lawfirm", "elektro"} {
		b := sample(t, name)
		w := newWatcher(t, b)
		for seed := range runs {
			hostileCall(w.forCall(), rand.New(rand.NewPCG(uint64(seed), uint64(len(name)))))
			if t.Failed() {
				t.Logf("profile %s, seed %d", name, seed)
				return
			}
		}
	}
}

func hostileCall(w *watcher, r *rand.Rand) {
	b := w.biz
	now := time.Date(2026, 11, 20+r.IntN(40), r.IntN(24), r.IntN(60), 0, 0, b.Location())
	c := dialogue.New(b, dialogue.Options{Words: sharedReader})
	from := []record.PhoneNumber{"", "2175550144", "anonymous", "+13035550111"}[r.IntN(4)]
	w.heard(string(from))
	w.degraded = r.IntN(6) == 0
	do := func(ev dialogue.Event, claimOK bool) {
		w.log = append(w.log, fmt.Sprintf("%T %+v", ev, ev))
		w.check(c.Handle(now, ev), claimOK)
	}
	do(dialogue.Answered{From: from, Degraded: w.degraded}, false)
	for range 5 + r.IntN(40) {
		if w.hungUp {
			break
		}
		now = now.Add(time.Duration(r.IntN(20)) * time.Second)
		switch n := r.IntN(20); {
		case n < 9:
			text := callerSays[r.IntN(len(callerSays))]
			w.heard(text)
			do(dialogue.Heard{Text: text, Confidence: r.Float64(), Language: []string{"", "", "", "de", "en", "fr"}[r.IntN(6)]}, false)
		case n < 12:
			k := []rune("0123456789*#")[r.IntN(12)]
			w.heard(string(k))
			do(dialogue.Keyed{Key: k}, false)
		case n == 12:
			do(dialogue.KeysPaused{}, false)
		case n == 13:
			do(dialogue.Unclear{Reason: "noise"}, false)
		case n == 14:
			do(dialogue.Interrupted{Played: "half a sen"}, false)
		case n == 15:
			w.degraded = r.IntN(2) == 0
			do(dialogue.Engines{Up: !w.degraded}, false)
		case n == 16:
			do(dialogue.Spoken{}, false)
		case n == 17 && r.IntN(3) == 0:
			do(dialogue.Silence{}, false)
		default: // the model, honest or not, also to questions that nobody asked
			p := dialogue.Proposed{ID: r.IntN(12), Choice: r.IntN(40) - 10, Text: poison[r.IntN(len(poison))], Confidence: r.Float64()*3 - 1}
			if len(w.asked) > 0 && r.IntN(3) > 0 {
				p.ID = w.asked[len(w.asked)-1]
			}
			if r.IntN(5) == 0 {
				p.Err = errors.New("no model")
			}
			do(p, false)
		}
		w.answer(r, do)
	}
	w.finish(r, do)
}

// answer gives the results of what was begun; once in a while they come wrong, and sometimes not yet.
func (w *watcher) answer(r *rand.Rand, do func(dialogue.Event, bool)) {
	for id, kind := range w.pending {
		if r.IntN(4) == 0 {
			continue
		}
		delete(w.pending, id)
		var err error
		if r.IntN(3) == 0 {
			err = errors.New("it went wrong")
		}
		if kind == "transfer" {
			if err == nil {
				err = errors.New("busy") // a transfer that works ends the call; see finish
			}
			do(dialogue.Transferred{ID: id, Err: err}, false)
			continue
		}
		do(dialogue.Committed{ID: id, Err: err}, err == nil)
	}
}

// finish ends the call in one of the ways in which it can, and checks that it does end.
func (w *watcher) finish(r *rand.Rand, do func(dialogue.Event, bool)) {
	w.t.Helper()
	if w.hungUp {
		do(dialogue.HungUp{}, false)
		return
	}
	if r.IntN(3) == 0 {
		do(dialogue.HungUp{}, false)
		before := len(w.log)
		do(dialogue.Heard{Text: "hello", Confidence: 1}, false)
		if len(w.log) != before+1 {
			w.fail("something was done after the caller had gone")
		}
		return
	}
	for range 6 { // silence alone ends every call
		if w.hungUp {
			return
		}
		do(dialogue.Silence{}, false)
		w.answer(r, do)
	}
	if !w.hungUp {
		w.fail("a silent call did not end")
	}
}

// TestZeroReachesAPerson presses 0 and asks for a person after every kind of turn: within one turn there is a transfer or the
// taking of a message.
func TestZeroReachesAPerson(t *testing.T) {
	for _, name := range []string{"dental", "plumber", "lawfirm"} {
		b := sample(t, name)
		for _, now := range []time.Time{time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location()), time.Date(2026, 11, 22, 22, 0, 0, 0, b.Location())} {
			for seed := range 40 {
				r := rand.New(rand.NewPCG(uint64(seed), 7))
				for _, how := range []dialogue.Event{dialogue.Keyed{Key: '0'}, dialogue.Heard{Text: "I want to talk to a person.", Confidence: 0.9}} {
					c := dialogue.New(b, dialogue.Options{Words: sharedReader})
					degraded := r.IntN(4) == 0
					c.Handle(now, dialogue.Answered{From: "2175550144", Degraded: degraded})
					var last string
					over := false
					for range r.IntN(6) {
						last = callerSays[r.IntN(len(callerSays))]
						over = over || settle(c, now, c.Handle(now, dialogue.Heard{Text: last, Confidence: 0.9}))
					}
					if _, speaks := how.(dialogue.Heard); over || (speaks && degraded) {
						continue
					}
					acts := c.Handle(now, how)
					if !leadsToPerson(acts) {
						t.Fatalf("%s, seed %d, after %q: %T led to %+v", name, seed, last, how, acts)
					}
				}
			}
		}
	}
}

// settle answers every Commit and Unanswered, and reports whether the call is over or on its way to somebody.
func settle(c *dialogue.Conversation, now time.Time, acts []dialogue.Action) (over bool) {
	for _, a := range acts {
		switch a := a.(type) {
		case dialogue.Hangup, dialogue.Transfer:
			over = true
		case dialogue.Commit:
			over = settle(c, now, c.Handle(now, dialogue.Committed{ID: a.ID})) || over
		case dialogue.Unanswered:
			over = settle(c, now, c.Handle(now, dialogue.Committed{ID: a.ID})) || over
		}
	}
	return over
}

func leadsToPerson(acts []dialogue.Action) bool {
	for _, a := range acts {
		switch a := a.(type) {
		case dialogue.Transfer:
			return true
		case dialogue.Say:
			text := strings.Join(a.Clauses, " ")
			if strings.Contains(text, "take a message") || strings.Contains(text, "name") || strings.Contains(text, "number") ||
				strings.Contains(text, "call you back") {
				return true
			}
		}
	}
	return false
}
