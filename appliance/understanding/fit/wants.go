package fit

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// want is one way to be right: labels that must all be met.
type want []corpus.Label

func wants(list []string) ([]want, error) {
	var out []want
	for _, w := range list {
		ls, err := corpus.Parse(w)
		if err != nil {
			return nil, err
		}
		out = append(out, ls)
	}
	return out, nil
}

// probeLabel is what the probe learns of a turn; "" when it has several meanings, or none that carries over to other trades.
func probeLabel(ws []want, kind string) string {
	if len(ws) == 0 || len(ws[0]) != 1 || kind == "general" || kind == "followup" {
		return ""
	}
	l := ws[0][0]
	switch l.Name {
	case "unknown":
		return ""
	case "answer":
		return "policy"
	case "emergency":
		return "harm"
	case "holiday":
		return "holidays"
	case "right":
		return l.Of
	}
	return l.Name
}

// right says for each candidate whether one of the wanted labels means it.
func (t *trade) right(cs []understanding.Candidate, ws []want) []bool {
	out := make([]bool, len(cs))
	for i, c := range cs {
		for _, w := range ws {
			out[i] = out[i] || slices.ContainsFunc(w, func(l corpus.Label) bool { return t.means(c.Meaning, l) })
		}
	}
	return out
}

// means says whether a candidate is what a label says.
func (t *trade) means(m understanding.Meaning, l corpus.Label) bool {
	b := t.Business
	switch l.Name {
	case "price", "duration", "service":
		if string(m.Intent) != l.Name {
			return false
		}
		if l.Of == "" {
			return m.Service < 0
		}
		return m.Service >= 0 && b.Services[m.Service].Name == l.Of
	case "answer":
		return m.Intent == understanding.Answer && b.Answers[m.Answer].Question == l.Of
	case "matter", "complaint":
		return aboutAMessage(m)
	case "staff", "person", "message":
		if l.Name == "message" && l.Of == "" && aboutAMessage(m) {
			return true
		}
		if string(m.Intent) != l.Name {
			return false
		}
		return l.Of == "" && m.Person < 0 || m.Person >= 0 && b.Staff[m.Person].Name == l.Of
	case "right":
		return m.Intent == understanding.Privacy && m.Right == l.Of
	case "holiday":
		return m.Intent == understanding.Holidays || m.Intent == understanding.Hours
	case "emergency", "harm":
		return m.Intent == understanding.Emergency || m.Intent == understanding.Harm
	}
	return strings.EqualFold(string(m.Intent), l.Name)
}

// aboutAMessage says whether m ends in a message for the office and speaks of no visit: what it is called matters little to the caller.
func aboutAMessage(m understanding.Meaning) bool {
	return understanding.TakenDown(m.Intent) && m.Intent != understanding.Appointment && m.Person < 0
}
