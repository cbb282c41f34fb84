package language

import (
	"regexp"
	"strings"
)

// MailWords are how callers say the signs of an e-mail address. It is read only.
type MailWords struct {
	At, Dot, Dash, Underscore string // each one or more, with "|" between
	Lead                      string // what stands before an address and says that it is one, as an expression
}

// Mails finds e-mail addresses.
type Mails struct {
	written, said *regexp.Regexp
	signs         []sign
}

type sign struct {
	said  *regexp.Regexp
	write string
}

// NewMails returns what finds addresses in a language.
func NewMails(w MailWords) Mails {
	between := `(?:\s+(?:` + w.Dot + `|` + w.Dash + `|` + w.Underscore + `)\s+|[.\-_])`
	part := `[\pL\d]+(?:` + between + `[\pL\d]+)*`
	m := Mails{
		written: regexp.MustCompile(`(?i)` + w.Lead + `([\pL\d._%+-]+@[\pL\d-]+(?:\.[\pL\d-]+)+)`),
		said: regexp.MustCompile(`(?i)` + w.Lead + `(` + part + `\s+(?:` + w.At + `)\s+[\pL\d]+(?:` + between + `[\pL\d]+)*(?:\s+(?:` + w.Dot +
			`)\s+|\.)[\pL]{2,10})\b`),
	}
	m.signs = []sign{
		{said: spokenSign(w.At), write: "@"}, {said: spokenSign(w.Dot), write: "."}, {said: spokenSign(w.Dash), write: "-"},
		{said: spokenSign(w.Underscore), write: "_"},
	}
	return m
}

func spokenSign(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\s+(?:` + words + `)\s+`)
}

// Find returns the first address, and the text without it and what led to it.
func (m Mails) Find(text string) (address, rest string) {
	at := m.written.FindStringSubmatchIndex(text)
	if at == nil {
		if at = m.said.FindStringSubmatchIndex(text); at == nil {
			return "", text
		}
	}
	address = text[at[2]:at[3]]
	for _, s := range m.signs {
		address = s.said.ReplaceAllString(address, s.write)
	}
	before, after := strings.TrimRight(text[:at[0]], " ,;:-–"), strings.TrimLeft(text[at[1]:], " ,.;:-–!")
	if before != "" && after != "" {
		before = ended(before) + " "
	}
	return strings.ToLower(strings.TrimRight(address, ".")), before + after
}
