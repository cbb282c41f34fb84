package de

import (
	_ "embed" // the texts
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
)

//go:embed texts.txt
var textsFile string

// book has all sentences of German.
var book, errBook = language.NewBook(textsFile, Language{}, map[language.Key]func(language.Spoken) string{
	language.TextDay:         Language{}.dayText,
	language.TextUnlisted:    Language{}.unlistedText,
	language.TextHoliday:     Language{}.holidayText,
	language.TextWeek:        Language{}.weekText,
	language.TextOpens:       Language{}.opensText,
	language.TextReopens:     Language{}.reopensText,
	language.TextKept:        Language{}.keptText,
	language.TextPersonHours: Language{}.personHours,
	language.QuoteDocument:   Language{}.quoteText,
	language.TextDigit:       func(s language.Spoken) string { return language.Capital(s.Digits()) + "." },
})

// Text implements [language.Texts].
func (Language) Text(k language.Key, a language.Args) string { return book.Text(k, a) }

// Day implements [language.Voice].
func (l Language) Day(t, now time.Time, region string) string {
	switch ahead := language.DaysAhead(t, now); {
	case ahead == 0:
		return "heute"
	case ahead == 1:
		return "morgen"
	case ahead > 1 && ahead < 7:
		return "am " + l.Weekday(t.Weekday())
	}
	return "am " + l.DateOn(t, region)
}

// dayText says what holds on a day: "Am Samstag haben wir von neun bis dreizehn Uhr geöffnet".
func (l Language) dayText(s language.Spoken) string {
	text := l.hold(s, l.Day(s.Args.Day.Date, s.Now, s.Region))
	switch {
	case s.Yes():
		return "Ja, " + text
	case s.No():
		return "Nein, " + text
	}
	return language.Capital(text)
}

// unlistedText says what usually holds on a day that the caller called by the name of a holiday: "Heiligabend: Dafür habe ich keine
// besonderen Zeiten. Am Donnerstag haben wir sonst von neun bis dreizehn Uhr geöffnet".
func (l Language) unlistedText(s language.Spoken) string {
	d := s.Args.Day
	return language.Capital(d.Name()) + ": Dafür habe ich keine besonderen Zeiten. " +
		language.Capital(apposition(l.Day(d.Date, s.Now, s.Region), "")) + " haben wir sonst " + l.Spans(d.Spans) + " geöffnet."
}

// personHours says when somebody works on a day: "Bob ist am Samstag von neun bis dreizehn Uhr da".
func (l Language) personHours(s language.Spoken) string {
	d := s.Args.Day
	day := l.Day(d.Date, s.Now, s.Region)
	if strings.Contains(day, ",") {
		day += ","
	}
	if len(d.Spans) == 0 && !d.ByAppointment {
		return s.Person() + " ist " + day + " nicht da."
	}
	return s.Person() + " ist " + day + " " + l.opening(d.Opening, " da") + "."
}

// opening says when a door stands open, and whether it is opened to those who have an appointment; verb closes the clause.
func (l Language) opening(o language.Opening, verb string) string {
	switch {
	case !o.ByAppointment:
		return l.Spans(o.Spans) + verb
	case len(o.Spans) == 0:
		return "nur nach Vereinbarung" + verb
	}
	return l.Spans(o.Spans) + verb + ", sonst nach Vereinbarung"
}

// apposition puts the name of a holiday behind a day; whatever stands behind a comma is closed by one.
func apposition(day, name string) string {
	if name != "" {
		day += ", " + name
	}
	if strings.Contains(day, ",") {
		day += ","
	}
	return day
}

// hold says what holds on the days of a text: "am Samstag haben wir geschlossen, Betriebsausflug".
func (l Language) hold(s language.Spoken, when string) string {
	name := l.Aloud(s.Args.Day.Name(), s.Region)
	switch day := s.Args.Day.Opening; {
	case len(day.Spans) > 0, day.ByAppointment:
		return apposition(when, name) + " haben wir " + l.opening(day, " geöffnet") + "."
	case name != "":
		return apposition(when, "") + " haben wir geschlossen, " + name + "."
	}
	return apposition(when, "") + " haben wir geschlossen."
}

// holidayText says what holds on the days of a holiday: "Von Donnerstag bis Montag, Betriebsferien, haben wir geschlossen".
func (l Language) holidayText(s language.Spoken) string {
	if s.Days < 2 {
		return l.dayText(s)
	}
	first, last := s.Args.Day.Date, s.Args.Day.After(s.Days-1)
	from, to := l.Day(first, s.Now, s.Region), l.Day(last, s.Now, s.Region)
	if language.DaysAhead(first, s.Now) > 1 && language.DaysAhead(last, s.Now) > 6 {
		from = "am " + l.DateOn(first, s.Region) // "von Donnerstag bis Donnerstag" would not do
	}
	when := apposition(from, "") + " und " + to
	if s.Days > 2 {
		when = "von " + apposition(strings.TrimPrefix(from, "am "), "") + " bis " + strings.TrimPrefix(to, "am ")
	}
	return language.Capital(l.hold(s, when))
}

// opensText says when the business opens: "Wir öffnen am Montag, dem vierten Januar, um acht Uhr".
func (l Language) opensText(s language.Spoken) string {
	return "Wir öffnen " + apposition(s.Day(), "") + " um " + s.Clock() + "."
}

// reopensText is opensText after a time that is closed.
func (l Language) reopensText(s language.Spoken) string {
	return "Wir öffnen wieder " + apposition(s.Day(), "") + " um " + s.Clock() + "."
}

// weekText reads the weekly hours, days with the same hours together.
func (l Language) weekText(s language.Spoken) string {
	var open []string
	closed := ""
	for _, g := range language.Groups(s.Week) {
		if len(g.Spans) == 0 && !g.ByAppointment {
			closed = "Am " + l.weekdays(g) + " haben wir geschlossen."
			continue
		}
		open = append(open, l.weekdays(g)+" "+l.opening(g.Opening, ""))
	}
	if len(open) == 0 {
		return "Wir haben keine festen Öffnungszeiten."
	}
	return "Wir haben geöffnet: " + strings.Join(open, ". ") + ". " + closed
}

// weekdays names days of the week, three and more in a row as a range.
func (l Language) weekdays(g language.Group) string {
	switch {
	case len(g.Days) == 7:
		return "täglich"
	case g.Row():
		return l.Weekday(g.Days[0]) + " bis " + l.Weekday(g.Days[len(g.Days)-1])
	}
	var names []string
	for _, d := range g.Days {
		names = append(names, l.Weekday(d))
	}
	return l.List(names, false)
}

// keptNames are the kinds of what is kept of a caller, by record.FieldKind.
var keptNames = map[string]string{
	"name": "Ihren Namen", "number": "Ihre Nummer", "email": "Ihre E-Mail-Adresse", "address": "Ihre Anschrift", "company": "Ihre Firma",
	"language": "Ihre Sprache", "person": "wer von uns Sie betreut", "note": "Notizen zu Ihnen", "history": "was Sie mit uns zu tun hatten",
}

// keptText says what is kept of the caller: "Wir haben über Sie gespeichert: Ihren Namen, einen Anruf und keine Nachrichten".
func (l Language) keptText(s language.Spoken) string {
	var parts []string
	for _, k := range s.Kept.Kinds {
		if name := keptNames[k]; name != "" {
			parts = append(parts, name)
		}
	}
	parts = append(parts, l.count(s.Kept.Calls, "keine Anrufe", "einen Anruf", "Anrufe"),
		l.count(s.Kept.Messages, "keine Nachrichten", "eine Nachricht", "Nachrichten"))
	if n := s.Kept.Recordings; n > 0 {
		parts = append(parts, l.count(n, "", "eine Aufzeichnung", "Aufzeichnungen"))
	}
	return "Wir haben über Sie gespeichert: " + l.List(parts, false) + ". Eine schriftliche Auskunft bekommen Sie vom Büro."
}

func (l Language) count(n int, none, one, many string) string {
	switch n {
	case 0:
		return none
	case 1:
		return one
	}
	return l.Number(n) + " " + many
}

// quoteText says what a document of the business says, in its own words. The gender of its name is not known, so that it stands
// behind a word of ours: "In unserem Dokument Hausordnung steht: Hunde sind willkommen".
func (l Language) quoteText(s language.Spoken) string {
	text := language.Ended(s.Text())
	name := strings.TrimSpace(s.Document())
	switch {
	case text == "":
		return ""
	case name == "":
		return "Dazu haben wir geschrieben: " + text
	}
	return "In unserem Dokument " + name + " steht: " + text
}
