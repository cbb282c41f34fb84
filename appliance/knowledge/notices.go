package knowledge

import (
	"net/mail"
	"strings"

	"frontdesk.internal/appliance/language"
)

// Notices are what callers have to be told, in the owner's words; "" = in ours. They are spoken in the business's first language.
type Notices struct {
	Assistant string         `toml:"assistant" json:"assistant,omitempty"` // that no person answers: it can be worded, never left out
	Recording string         `toml:"recording" json:"recording,omitempty"` // that the call is recorded, and how to refuse that
	Ask       string         `toml:"ask" json:"ask,omitempty"`             // whether the call may be recorded
	Privacy   string         `toml:"privacy" json:"privacy,omitempty"`     // what becomes of what callers say, for who asks; "" = nothing is said
	Contact   PrivacyContact `toml:"contact" json:"contact,omitzero"`      // who answers questions about it
}

// PrivacyContact is whom callers are told to ask about their data; Name "" = nobody is named.
type PrivacyContact struct {
	Name  string `toml:"name" json:"name,omitempty"`
	Phone string `toml:"phone" json:"phone,omitempty"`
	Email string `toml:"email" json:"email,omitempty"`
}

// Spoken returns b as calls are answered from it: with the passages of documents, and with what is asked about privacy among the answers.
func (b Business) Spoken(passages []Passage) Business {
	b.Passages = passages
	lang := b.Speech()
	answers := b.Answers[:len(b.Answers):len(b.Answers)]
	add := func(source string, asked language.Key, reply string) {
		if reply == "" {
			return
		}
		ways := lang.Sentences(lang.Text(asked, language.Args{}))
		answers = append(answers, Answer{Question: ways[0], Also: ways[1:], Reply: reply, Source: source})
	}
	add("notices.contact", language.WordWhoKeepsData, b.PrivacyContact(lang))
	add("notices.privacy", language.WordWhatOfData, strings.TrimSpace(b.Notices.Privacy))
	b.Answers = answers
	return b
}

// PrivacyContact says in a language who answers questions about data; "" when nobody is named.
func (b *Business) PrivacyContact(l language.Language) string {
	c := b.Notices.Contact
	if c.Name == "" {
		return ""
	}
	return l.Text(language.TextPrivacyContact, language.Args{Region: b.Region, Person: c.Name, Number: c.Phone, Text: c.Email})
}

// AboutPrivacy is what is said to who asks about privacy, in the business's first language; "" when the owner has told nothing.
func (b *Business) AboutPrivacy() string {
	return strings.TrimSpace(b.Notices.Privacy + " " + b.PrivacyContact(b.Speech()))
}

// notices checks what callers must be told.
func (v *validation) notices(b *Business) {
	n := b.Notices
	for _, f := range []struct{ path, s string }{
		{"notices.assistant", n.Assistant}, {"notices.recording", n.Recording}, {"notices.ask", n.Ask}, {"notices.privacy", n.Privacy},
	} {
		v.text(f.path, f.s, maxText)
	}
	if n.Assistant != "" && !v.lang.Disclosed(n.Assistant) {
		v.add("notices.assistant", "does not say that no person answers: name an assistant, a machine or artificial intelligence")
	}
	if n.Recording != "" && (!v.lang.SaysRecorded(n.Recording) || !strings.Contains(v.lang.ReadDigits(n.Recording).Digits, "9")) {
		v.add("notices.recording", "must say that the call is recorded, and that the key nine refuses that")
	}
	if n.Ask != "" && (!v.lang.SaysRecorded(n.Ask) || !strings.Contains(n.Ask, "?")) {
		v.add("notices.ask", "must ask whether the call may be recorded")
	}
	v.text("notices.contact.name", n.Contact.Name, maxName)
	if n.Contact.Name == "" && n.Contact != (PrivacyContact{}) {
		v.add("notices.contact.name", "is missing")
	}
	v.reachable("notices.contact", n.Contact.Phone, n.Contact.Email)
}

// reachable checks a telephone number and an e-mail address; either may be missing.
func (v *validation) reachable(path, phone, email string) {
	if phone != "" && !goodPhone.MatchString(phone) {
		v.add(path+".phone", "%q is not a telephone number", phone)
	}
	if email != "" {
		if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
			v.add(path+".email", "%q is not an e-mail address", email)
		}
	}
}

// Told are the wordings in force, in the business's first language; recording is the notice or the question.
func (b *Business) Told(k language.Key) string {
	a := language.Args{Region: b.Region, Currency: b.Currency, Text: b.Greeting, Business: b.Name, Notice: b.Notices.of(k)}
	if b.Nobody() {
		a.Number = b.Contact.Phone
	}
	return b.Speech().Text(k, a)
}

// of is the owner's wording of what a key says; "" = ours.
func (n Notices) of(k language.Key) string {
	switch k {
	case language.TextGreetingHead, language.TextGreetingTail:
		return n.Assistant
	case language.TextNotice:
		return n.Recording
	case language.TextAskRecording:
		return n.Ask
	}
	return ""
}

// Wording is the owner's wording of what a key says in a language; "" = ours.
func (b *Business) Wording(k language.Key, tag string) string {
	if tag != b.Speech().Tag() {
		return ""
	}
	return b.Notices.of(k)
}
