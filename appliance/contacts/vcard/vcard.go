// Package vcard writes cards as programs of address books take them: vCard 3.0 (RFC 2426), which all of them read. It is pure.
package vcard

import (
	"strings"
	"unicode/utf8"

	"frontdesk.internal/appliance/record"
)

// lineMost is the longest line, in octets (RFC 2426 section 2.6).
const lineMost = 75

// Write is a caller's card. uid names it for good. What was said of former dealings with the office, and tags, are not in it.
func Write(c record.Caller, uid string) string {
	var b strings.Builder
	line := func(name, value string) {
		fold(&b, name+":"+value)
	}
	b.WriteString("BEGIN:VCARD\r\nVERSION:3.0\r\n")
	line("UID", escape(uid))
	shown := string(c.Name)
	if shown == "" && len(c.Values(record.FieldCompany)) > 0 {
		shown = string(c.Values(record.FieldCompany)[0])
	}
	if shown == "" {
		shown = string(c.Number)
	}
	line("FN", escape(shown))
	given, family := parts(string(c.Name))
	line("N", escape(family)+";"+escape(given)+";;;")
	for _, f := range c.Fields {
		v := escape(string(f.Value))
		switch f.Kind {
		case record.FieldNumber:
			line("TEL;TYPE=VOICE", v)
		case record.FieldEmail:
			line("EMAIL;TYPE=INTERNET", v)
		case record.FieldCompany:
			line("ORG", v)
		case record.FieldAddress:
			line("ADR", ";;"+v+";;;;")
		case record.FieldNote:
			line("NOTE", v)
		case record.FieldName, record.FieldLanguage, record.FieldPerson, record.FieldHistory:
		}
	}
	b.WriteString("END:VCARD\r\n")
	return b.String()
}

// parts are given and family name: the last word is the family's.
func parts(name string) (given, family string) {
	name = strings.TrimSpace(name)
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return "", name
	}
	return strings.TrimSpace(name[:i]), name[i+1:]
}

// escape is a text as values have it (RFC 2426 section 5).
func escape(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.NewReplacer("\\", `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// fold writes a line in pieces that are short enough, between characters.
func fold(b *strings.Builder, s string) {
	room := lineMost
	for len(s) > room {
		n := room
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		b.WriteString(s[:n] + "\r\n ")
		s, room = s[n:], lineMost-1
	}
	b.WriteString(s + "\r\n")
}
