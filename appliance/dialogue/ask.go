package dialogue

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// choicesMax bounds the closed list; a small model mixes up longer ones.
const choicesMax = 16

// The model's choice counts from these confidences on; between them it is asked back.
const (
	ModelSure  = 0.6
	ModelGuess = 0.3
	// likelyGuess is how likely a meaning must be that is asked about without the model's word.
	likelyGuess = 0.35
)

// choice is one label that the model can pick and what it stands for.
type choice struct {
	label  string
	means  string
	intent understanding.Intent
	answer int
}

// otherLabel stands for everything that the profile has nothing about.
const otherLabel = "other"

// fixedChoices are there for every business, in the order in which they are shown. Read only.
var fixedChoices = []choice{
	{"hours", "when they are open or closed", understanding.Hours, 0},
	{"price", "what something costs", understanding.Price, 0},
	{"services", "what work they do", understanding.Services, 0},
	{"address", "where they are, how to get there, parking", understanding.Address, 0},
	{"staff", "who works there", understanding.Staff, 0},
	{"appointment", "book, move or cancel a visit, or describes a problem to be seen to", understanding.Appointment, 0},
	{"message", "leave a message or be called back", understanding.Message, 0},
	{"person", "talk to a human", understanding.Person, 0},
	{"bye", "wants nothing more, ends the call", understanding.Goodbye, 0},
}

// choices is the closed list for a business: the fixed ones, the owner's answers under a word of their question, and "other".
func choices(b *knowledge.Business) []choice {
	out := slices.Clone(fixedChoices)
	taken := map[string]bool{otherLabel: true}
	speech := b.Speech()
	for _, c := range out {
		taken[c.label] = true
	}
	for i, a := range b.Answers {
		if len(out) == choicesMax-1 {
			break
		}
		label := keyword(speech, a, taken)
		if label == "" {
			continue
		}
		taken[label] = true
		out = append(out, choice{label: label, means: strings.TrimRight(a.Question, "?"), intent: understanding.Answer, answer: i})
	}
	return append(out, choice{label: otherLabel, means: "anything else"})
}

// keyword is a word that stands for an answer: one that its question and the other ways to ask it have in common, else the longest.
func keyword(l language.Language, a knowledge.Answer, taken map[string]bool) string {
	count := map[string]int{}
	var order []string
	for _, q := range append([]string{a.Question}, a.Also...) {
		for _, w := range l.Words(q) {
			if len(w) < 3 || len(w) > 14 || l.StopWord(w) || taken[w] || strings.ContainsAny(w, "0123456789:.") {
				continue
			}
			if count[w] == 0 {
				order = append(order, w)
			}
			count[w]++
		}
	}
	best := ""
	for _, w := range order {
		if best == "" || count[w] > count[best] || (count[w] == count[best] && len(w) > len(best)) {
			best = w
		}
	}
	return best
}

// Prefix is the language model's system text for a business: the same for every call, so that it stays in the model's cache. It
// explains the labels and gives examples; the business's facts are not in it, for the model has none to speak of.
func Prefix(b *knowledge.Business) string {
	var s strings.Builder
	whom := b.Name + ", a " + b.Trade
	if b.Nobody() {
		whom = "an office"
	}
	fmt.Fprintf(&s, "You sort calls to %s. Answer with the one label for what the caller wants.\nLabels:\n", whom)
	list := choices(b)
	for _, c := range list {
		fmt.Fprintf(&s, "%s: %s\n", c.label, c.means)
	}
	s.WriteString("\nExamples:\n")
	for _, e := range examples {
		fmt.Fprintf(&s, "Caller: %s\nLabel: %s\n", e.said, e.label)
	}
	return s.String()
}

// examples show the model what is wanted. Read only.
var examples = []struct{ said, label string }{
	{"Would I still catch someone if I came by after work?", "hours"},
	{"Is it going to break the bank?", "price"},
	{"Can I bring my dog along?", "other"},
	{"I just want to talk to a real human being.", "person"},
}

// Grammar returns GBNF that allows exactly one of the choices.
func Grammar(choices []string) string {
	quoted := make([]string, len(choices))
	for i, c := range choices {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(c) + `"`
	}
	return "root ::= " + strings.Join(quoted, " | ")
}

// promptMax bounds what of a turn is shown to the model, in characters.
const promptMax = 300

// askModel asks the language model what a turn means that the rules could not read.
func (c *Conversation) askModel(ev Heard, r understanding.Reading) {
	c.ask = pendingAsk{id: c.id(), text: strings.TrimSpace(ev.Text), reading: r, choices: choices(c.biz)}
	ask := AskAbout(c.biz, ev.Text)
	ask.ID, ask.Timeout = c.ask.id, c.opt.AskTimeout
	c.out = append(c.out, ask)
}

// AskAbout is the question to the language model what a text means to a business.
func AskAbout(b *knowledge.Business, text string) Ask {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > promptMax {
		text = strings.ToValidUTF8(text[:promptMax], "")
	}
	list := choices(b)
	labels := make([]string, len(list))
	for i, ch := range list {
		labels[i] = ch.label
	}
	return Ask{Prompt: "Caller: " + text + "\nLabel:", Choices: labels, Grammar: Grammar(labels), Max: 8}
}

// proposed takes the model's choice. It is only an index into the list that was asked; its text is never looked at.
func (c *Conversation) proposed(ev Proposed) {
	if c.ask.id == 0 || ev.ID != c.ask.id {
		return
	}
	p := c.ask
	c.ask = pendingAsk{}
	if ev.Err != nil || ev.Choice < 0 || ev.Choice >= len(p.choices) || !(ev.Confidence >= ModelGuess) {
		c.noModel(p)
		return
	}
	ch := p.choices[ev.Choice]
	if ch.label == otherLabel {
		c.guesses = 0
		c.decide("other", "model", "")
		c.unasked = p.text
		c.listQuestion()
		return
	}
	r := p.reading
	a := understanding.Ask{
		Intent: ch.intent, Answer: ch.answer, Score: ev.Confidence, Text: p.text, When: r.When, Services: r.Named.Services, Staff: r.Named.Staff,
		Roles: r.Named.Roles,
	}
	if a.Intent == understanding.Services && len(a.Services) > 0 {
		a.Intent = understanding.Service
	}
	// Ending the call or leaving it is not done on the model's word alone.
	if ev.Confidence < ModelSure || a.Intent == understanding.Goodbye {
		c.askBack(a, p.text, "model")
		return
	}
	c.guesses = 0
	c.follow(a, p.text, "model")
}

// noModel goes on without the model: by what the rules suspect, else honestly.
func (c *Conversation) noModel(p pendingAsk) {
	if len(p.reading.Weak) > 0 && p.reading.Weak[0].Score >= likelyGuess && understanding.Informative(p.reading.Weak[0].Intent) &&
		c.guesses == 0 {
		c.guesses++
		c.askBack(p.reading.Weak[0], p.text, "fallback")
		return
	}
	if c.guesses == 0 && c.lang.WholeQuestion(p.reading.Words) {
		// It was heard well enough to be written down, and nothing here answers it.
		c.decide("other", "fallback", "")
		c.unasked = p.text
		c.listQuestion()
		return
	}
	c.notUnderstood(p.text)
}
