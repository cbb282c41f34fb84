package en

import (
	_ "embed" // the texts
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
)

//go:embed texts.txt
var textsFile string

// book has all sentences of English.
var book, errBook = language.NewBook(textsFile, Language{}, map[language.Key]func(language.Spoken) string{
	language.TextDay:         Language{}.dayText,
	language.TextUnlisted:    Language{}.unlistedText,
	language.TextHoliday:     Language{}.holidayText,
	language.TextWeek:        Language{}.weekText,
	language.TextKept:        Language{}.keptText,
	language.TextPersonHours: Language{}.personHours,
	language.AskPrice:        func(s language.Spoken) string { return "How much is " + article(s.Service()) + "?" },
	language.QuoteDocument:   Language{}.quoteText,
	language.TextDigit:       func(s language.Spoken) string { return language.Capital(s.Digits()) + "." },
})

// Text implements [language.Texts].
func (Language) Text(k language.Key, a language.Args) string { return book.Text(k, a) }

// Day implements language.Voice.
func (l Language) Day(t, now time.Time, region string) string {
	switch ahead := language.DaysAhead(t, now); {
	case ahead == 0:
		return "today"
	case ahead == 1:
		return "tomorrow"
	case ahead > 1 && ahead < 7:
		return "on " + l.Weekday(t.Weekday())
	}
	return "on " + l.Date(t, region)
}

// dayText says what holds on a day: "On Saturday we are open from nine AM to one PM".
func (l Language) dayText(s language.Spoken) string {
	d := s.Args.Day
	lead := l.Day(d.Date, s.Now, s.Region)
	switch {
	case s.Yes():
		lead = "Yes, " + lead
	case s.No():
		lead = "No, " + lead
	default:
		lead = language.Capital(lead)
	}
	if len(d.Spans) == 0 && !d.ByAppointment && d.Holiday != "" {
		return lead + " we are closed for " + l.Aloud(d.Holiday, s.Region) + "."
	}
	if name := d.Name(); name != "" {
		lead += ", " + l.Aloud(name, s.Region) + ","
	}
	if len(d.Spans) == 0 && !d.ByAppointment {
		return lead + " we are closed."
	}
	return lead + " we are open " + l.opening(d.Opening) + "."
}

// unlistedText says what usually holds on a day that the caller called by the name of a holiday: "I have no special hours for Christmas
// Day. On Friday our usual hours are from nine AM to one PM".
func (l Language) unlistedText(s language.Spoken) string {
	d := s.Args.Day
	return "I have no special hours for " + d.Name() + ". " + language.Capital(l.Day(d.Date, s.Now, s.Region)) + " our usual hours are " +
		l.Spans(d.Spans) + "."
}

// personHours says when somebody works on a day: "Bob is in on Saturday from nine AM to one PM".
func (l Language) personHours(s language.Spoken) string {
	d := s.Args.Day
	day := l.Day(d.Date, s.Now, s.Region)
	if len(d.Spans) == 0 && !d.ByAppointment {
		return s.Person() + " isn't in " + day + "."
	}
	return s.Person() + " is in " + day + " " + l.opening(d.Opening) + "."
}

// opening says when a door stands open, and whether it is opened to those who have an appointment.
func (l Language) opening(o language.Opening) string {
	switch {
	case !o.ByAppointment:
		return l.Spans(o.Spans)
	case len(o.Spans) == 0:
		return "by appointment only"
	}
	return l.Spans(o.Spans) + ", and otherwise by appointment"
}

// holidayText says what holds on the days of a holiday: "From Thursday to Monday we are closed for Christmas".
func (l Language) holidayText(s language.Spoken) string {
	if s.Days < 2 {
		return l.dayText(s)
	}
	first, last := s.Args.Day.Date, s.Args.Day.After(s.Days-1)
	from, to := l.Day(first, s.Now, s.Region), l.Day(last, s.Now, s.Region)
	if language.DaysAhead(first, s.Now) > 1 && language.DaysAhead(last, s.Now) > 6 {
		from = "on " + l.Date(first, s.Region) // "from Thursday to Thursday" would not do
	}
	lead := "From " + strings.TrimPrefix(from, "on ") + " to " + strings.TrimPrefix(to, "on ")
	if s.Days == 2 {
		lead = language.Capital(from) + " and " + to
	}
	name := l.Aloud(s.Args.Day.Holiday, s.Region)
	if len(s.Args.Day.Spans) == 0 && !s.Args.Day.ByAppointment {
		return lead + " we are closed for " + name + "."
	}
	return lead + ", " + name + ", we are open " + l.opening(s.Args.Day.Opening) + "."
}

// weekText reads the weekly hours, days with the same hours together.
func (l Language) weekText(s language.Spoken) string {
	var open []string
	closed := ""
	for _, g := range language.Groups(s.Week) {
		if len(g.Spans) == 0 && !g.ByAppointment {
			closed = "On " + l.weekdays(g) + " we are closed."
			continue
		}
		open = append(open, l.weekdays(g)+" "+l.opening(g.Opening))
	}
	switch {
	case len(open) == 0:
		return "We have no regular opening hours."
	case len(open) == 1:
		return "We are open " + open[0] + ". " + closed
	}
	for i := range open[1:] {
		open[i+1] = language.Capital(open[i+1])
	}
	return "We are open " + strings.Join(open, ". ") + ". " + closed
}

// weekdays names days of the week, three and more in a row as a range.
func (l Language) weekdays(g language.Group) string {
	switch {
	case len(g.Days) == 7:
		return "every day"
	case g.Row():
		return l.Weekday(g.Days[0]) + " to " + l.Weekday(g.Days[len(g.Days)-1])
	}
	var names []string
	for _, d := range g.Days {
		names = append(names, l.Weekday(d))
	}
	return l.List(names, false)
}

// keptNames are the kinds of what is kept of a caller, by record.FieldKind.
var keptNames = map[string]string{
	"name": "your name", "number": "your number", "email": "your e-mail address", "address": "your address", "company": "your company",
	"language": "your language", "person": "who of us looks after you", "note": "notes about you", "history": "your history with us",
}

// keptText says what is kept of the caller: "We keep your name, one call, and no messages".
func (l Language) keptText(s language.Spoken) string {
	var parts []string
	for _, k := range s.Kept.Kinds {
		if name := keptNames[k]; name != "" {
			parts = append(parts, name)
		}
	}
	parts = append(parts, l.count(s.Kept.Calls, "call"), l.count(s.Kept.Messages, "message"))
	if n := s.Kept.Recordings; n > 0 {
		parts = append(parts, l.count(n, "recording"))
	}
	return "We keep " + l.List(parts, false) + ". A written copy comes from the office."
}

func (l Language) count(n int, one string) string {
	switch n {
	case 0:
		return "no " + one + "s"
	case 1:
		return "one " + one
	}
	return l.Number(n) + " " + one + "s"
}

// article puts "a" before what one has one of: "a check-up", "teeth whitening".
func article(name string) string {
	if name == "" || strings.HasSuffix(name, "s") || strings.HasSuffix(name, "ing") {
		return name
	}
	if strings.ContainsRune("aeiouAEIOU", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// quoteText says what a document of the business says, in its own words: "Our house rules say: Dogs are welcome".
func (l Language) quoteText(s language.Spoken) string {
	text := language.Ended(s.Text())
	name := strings.TrimSpace(s.Document())
	for _, lead := range []string{"our ", "the "} {
		if len(name) > len(lead) && strings.EqualFold(name[:len(lead)], lead) {
			name = name[len(lead):]
		}
	}
	switch {
	case text == "":
		return ""
	case name == "":
		return "This is what we have written about it: " + text
	case severalThings(s.Args.Document):
		return "Our " + name + " say: " + text
	}
	return "Our " + name + " says: " + text
}

// severalThings says whether a name is in the plural, by the last word that has letters: "house rules 2026".
func severalThings(name string) bool {
	words := strings.Fields(strings.ToLower(name))
	for i := len(words) - 1; i >= 0; i-- {
		w := strings.Trim(words[i], ".,!?()\"'")
		if strings.ContainsAny(w, "abcdefghijklmnopqrstuvwxyz") {
			return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is")
		}
	}
	return false
}
