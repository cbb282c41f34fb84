package edit

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// Meaning is something that a caller can mean, as the owner chooses it from a list.
type Meaning struct {
	Means string `json:"means"` // as [knowledge.Example] has it
	Text  string `json:"text"`  // in plain words, to go on "It should have been": "the price of crown"
}

// MeansNothing is what a turn means that nothing in the profile answers.
const MeansNothing = "unknown"

// Meanings returns all that a caller of b can mean, in the order in which it is offered.
func Meanings(b knowledge.Business) []Meaning {
	out := []Meaning{{"hours", "opening hours"}}
	add := func(there bool, means, text string) {
		if there {
			out = append(out, Meaning{means, text})
		}
	}
	add(len(b.Holidays) > 0, "holidays", "days with other hours")
	add(b.Address.Street != "" || b.Address.City != "", "address", "the address")
	add(b.Address.Parking != "", "parking", "parking")
	add(b.Contact.Phone != "", "phone", "the telephone number")
	add(b.Contact.Email != "", "email", "the e-mail address")
	add(b.Contact.Website != "", "website", "the website")
	add(len(b.Services) > 0, "services", "what is offered")
	for _, s := range b.Services {
		out = append(out, Meaning{"price:" + s.Name, "the price of " + s.Name}, Meaning{"service:" + s.Name, "whether " + s.Name + " is offered"})
	}
	for _, a := range b.Answers {
		out = append(out, Meaning{"answer:" + a.Question, "my answer to: " + a.Question})
	}
	out = append(out, Meaning{"message", "a message for the office"}, Meaning{"appointment", "an appointment"},
		Meaning{"matter", "something for the office to see to"}, Meaning{"complaint", "a complaint"}, Meaning{"person", "a person"})
	for _, p := range b.Staff {
		out = append(out, Meaning{"person:" + p.Name, p.Name + ", as a person to talk to"})
	}
	return append(out, Meaning{MeansNothing, "none of these"})
}

// MeaningOf returns a meaning by its name; ok is false when no caller of b can mean that.
func MeaningOf(b knowledge.Business, means string) (m Meaning, ok bool) {
	for _, m := range Meanings(b) {
		if m.Means == means {
			return m, true
		}
	}
	return Meaning{Means: means, Text: strings.ReplaceAll(means, ":", ": ")}, false
}

// Taught returns b with those examples that mean something in it, and the words to be listened for. Examples come oldest first.
func Taught(b knowledge.Business, examples []knowledge.Example) knowledge.Business {
	b.Learned, b.Listen = nil, nil
	for _, e := range examples {
		if e.Means == record.Listened {
			b.Listen = slices.Insert(b.Listen, 0, e.Text)
			continue
		}
		if _, ok := MeaningOf(b, e.Means); ok {
			b.Learned = append(b.Learned, e)
		}
	}
	return b
}
