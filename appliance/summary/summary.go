// Package summary says in a sentence what a call was about and what is to be done after it.
//
// Both are read off what was decided in its turns and what was kept of it, by rules alone: no word of a caller is in them, so they
// may stand where transcripts may not, and no model writes them. It is pure and starts no goroutine.
package summary

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/record"
)

// topics are what callers ask about, by the intent in a turn's decision. Read only.
var topics = map[string]string{
	"hours": "opening hours", "price": "prices", "duration": "how long something takes", "address": "the address", "directions": "the way",
	"parking": "parking", "services": "services", "service": "a service", "staff": "who works there", "person": "who works there",
	"holidays": "holidays", "phone": "your number", "email": "your e-mail address", "website": "your website",
	"business": "whom they had reached", "answer": "something you answered before", "recorded": "recording", "robot": "who answers here",
}

// outline is what the turns of a call were about.
type outline struct {
	asked                               []string // each once, in the order they came up
	message, person, unknown, emergency bool
}

func read(decided []string) (o outline) {
	for _, d := range decided {
		for _, name := range strings.Fields(d) {
			switch kind, rest, _ := strings.Cut(name, "."); kind {
			case "answer":
				if t, ok := topics[rest]; ok && !slices.Contains(o.asked, t) {
					o.asked = append(o.asked, t)
				}
			case "message":
				o.message = true
			case "person", "transfer", "transfer_failed":
				o.person = true
			case "unanswered":
				o.unknown = true
			case "emergency":
				o.emergency = true
			}
		}
	}
	return o
}

// Decisions are those of the turns of a call, in order.
func Decisions(turns []record.Turn) []string {
	out := make([]string, 0, len(turns))
	for _, t := range turns {
		out = append(out, t.Decided)
	}
	return out
}

// Topics are what a call was about, each once: what was asked, and whether it was a message, a person, an emergency or something that
// nobody had told the box.
func Topics(decided []string) []string {
	o := read(decided)
	out := slices.Clone(o.asked)
	for _, t := range []struct {
		is   bool
		text string
	}{{o.emergency, "an emergency"}, {o.message, "a message"}, {o.person, "a person"}, {o.unknown, "something I had no answer to"}} {
		if t.is {
			out = append(out, t.text)
		}
	}
	return out
}

// Now says what a call that goes on is about, to stand behind the caller's name: "is asking about parking".
func Now(decided []string) string {
	o := read(decided)
	switch {
	case o.emergency:
		return "says it is an emergency"
	case o.message:
		return "is leaving a message"
	case o.person:
		return "wants to speak to a person"
	case len(o.asked) > 0:
		return "is asking about " + o.asked[len(o.asked)-1]
	case o.unknown:
		return "asks what I have no answer to"
	}
	return "is on the phone"
}

// Of says what a call was about, as a sentence.
func Of(c record.Call, decided []string) string {
	o := read(decided)
	var parts []string
	if o.emergency {
		parts = append(parts, "spoke of an emergency")
	}
	if len(o.asked) > 0 {
		parts = append(parts, "asked about "+list(o.asked))
	}
	if o.unknown {
		parts = append(parts, "asked what I had no answer to")
	}
	switch {
	case c.Messages > 0:
		parts = append(parts, "left a message")
	case o.message:
		parts = append(parts, "began a message")
	}
	switch {
	case c.Outcome.Result == record.ResultTransfer:
		parts = append(parts, "was put through")
	case o.person:
		parts = append(parts, "wanted a person")
	}
	if len(parts) > 0 {
		first, size := utf8.DecodeRuneInString(parts[0])
		parts[0] = string(unicode.ToUpper(first)) + parts[0][size:]
		return list(parts) + "."
	}
	return ended(c.Outcome.Result)
}

// ended is what is known of a call in which nothing was asked.
func ended(r record.Result) string {
	switch r {
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

// Urgent reports whether somebody should look at a call at once: an emergency, or a message that the caller called urgent, that is
// not done.
func Urgent(decided []string, messages []record.Message) bool {
	return read(decided).emergency && !slices.ContainsFunc(messages, func(m record.Message) bool { return m.Done }) ||
		slices.ContainsFunc(messages, func(m record.Message) bool { return !m.Done && m.Urgency == record.Urgent })
}

// Next says what is left to do after a call, as a sentence; "" when nothing is. number is whether the caller's own can be called.
func Next(c record.Call, decided []string, messages []record.Message, number bool) string {
	o := read(decided)
	open := slices.IndexFunc(messages, func(m record.Message) bool { return !m.Done })
	switch {
	case c.Outcome.Result == record.ResultRunning:
		return ""
	case open >= 0:
		if m := messages[open]; m.Number == "" && !number {
			return "Read the message; there is no number to call back."
		}
		return "Call back."
	case len(messages) > 0, c.Outcome.Result == record.ResultTransfer:
		return ""
	case o.emergency && number:
		return "Call back: it was an emergency, and nobody was reached."
	case o.message && number:
		return "Call back: the message was not finished."
	case o.person && number:
		return "Call back: a person was asked for, and nobody was reached."
	case o.unknown:
		return "Answer the question, so that the next caller hears it."
	}
	return ""
}

// list joins words as people do.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
