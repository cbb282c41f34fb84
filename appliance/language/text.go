package language

import (
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"
)

// Texts are the sentences of a language.
type Texts interface {
	// Text returns what a key says, as it is to be spoken: one or more whole sentences, or "" where the arguments leave nothing to
	// say. A key that is not known gives "".
	Text(k Key, a Args) string
}

// Voice is what sentences are made of: how a language reads facts aloud. Both halves of a [Language] together are one.
type Voice interface {
	Reader
	Speaker
	// Day names a day as people do who speak on the day now: "today", "tomorrow", "on Saturday", "on Thursday, December twenty-fourth".
	Day(t, now time.Time, region string) string
}

// Book holds the sentences of one language: templates from its file, and Go functions where a sentence needs grammar.
type Book struct {
	voice   Voice
	texts   map[Key]*template.Template
	grammar map[Key]func(Spoken) string
}

// NewBook reads a file of templates. Each line is "key = text"; a line that begins with a blank goes on with the one before, '#'
// begins a comment. A text is a template of text/template whose dot is [Spoken]. grammar has the keys whose sentences are made in Go.
func NewBook(file string, v Voice, grammar map[Key]func(Spoken) string) (*Book, error) {
	b := &Book{voice: v, texts: map[Key]*template.Template{}, grammar: grammar}
	var keys []Key
	texts := map[Key]string{}
	for n, line := range strings.Split(file, "\n") {
		switch {
		case strings.TrimSpace(line) == "" || line[0] == '#':
			continue
		case line[0] == ' ' || line[0] == '\t':
			if len(keys) == 0 {
				return nil, fmt.Errorf("line %d goes on with nothing", n+1)
			}
			texts[keys[len(keys)-1]] += " " + strings.TrimSpace(line)
			continue
		}
		k, text, ok := strings.Cut(line, "=")
		key := Key(strings.TrimSpace(k))
		if !ok || texts[key] != "" || grammar[key] != nil {
			return nil, fmt.Errorf("line %d: no text, or one for a key that has one: %q", n+1, line)
		}
		keys = append(keys, key)
		texts[key] = strings.TrimSpace(text)
	}
	for _, k := range keys {
		t, err := template.New(string(k)).Option("missingkey=error").Parse(texts[k])
		if err != nil {
			return nil, fmt.Errorf("text %s: %w", k, err)
		}
		b.texts[k] = t
	}
	return b, nil
}

// Text returns what a key says; see [Texts].
func (b *Book) Text(k Key, a Args) string {
	s := Spoken{Args: a, voice: b.voice, book: b}
	switch k {
	case TextGreetingHead:
		head, _ := b.greeting(s)
		return head
	case TextGreetingTail:
		_, tail := b.greeting(s)
		return tail
	}
	if f := b.grammar[k]; f != nil {
		return tidy(f(s))
	}
	t := b.texts[k]
	if t == nil {
		return ""
	}
	var out strings.Builder
	if err := t.Execute(&out, s); err != nil {
		return "" // only of a method that is not there: the test of all keys finds it
	}
	return tidy(out.String())
}

// Has says whether a key has a text.
func (b *Book) Has(k Key) bool {
	return k == TextGreetingHead || k == TextGreetingTail || b.texts[k] != nil || b.grammar[k] != nil
}

// tidy makes one blank of many, and one question mark of two, where an owner's question stands at the end of ours.
func tidy(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "??", "?")
}

// greeting is the owner's greeting with the notice that an assistant answers, when it does not say so itself, cut before its
// closing question.
func (b *Book) greeting(s Spoken) (head, tail string) {
	owner := s.Text()
	ask := b.Text(TextHowHelp, s.Args)
	switch {
	case owner != "":
	case s.Args.Business != "":
		owner = b.Text(TextThanksCalling, s.Args)
	default:
		owner, ask = b.Text(TextNobodyReached, s.Args), b.Text(TextNobodyLeave, s.Args)
	}
	parts := b.voice.Sentences(owner)
	if n := len(parts) - 1; n >= 0 && strings.HasSuffix(parts[n], "?") {
		parts, ask = parts[:n], parts[n]
	}
	if !b.voice.Disclosed(s.Args.Text) {
		if !b.voice.Disclosed(s.Args.Notice) { // it can be worded, and never removed
			s.Args.Notice = ""
		}
		parts = append(parts, b.Text(TextDisclosure, s.Args)) // before the closing question, which is what the caller then answers
	}
	return strings.Join(parts, " "), ask
}

// Spoken is the arguments of a text as they are spoken in its language; it is the dot of a template. What a key does not use is empty.
type Spoken struct {
	Args
	voice Voice
	book  *Book
}

func (s Spoken) aloud(text string) string { return s.voice.Aloud(text, s.Region) }

// Business is the business's name.
func (s Spoken) Business() string { return s.aloud(s.Args.Business) }

// Person is the name of somebody of the office.
func (s Spoken) Person() string { return s.aloud(s.Args.Person) }

// Role is what that person does.
func (s Spoken) Role() string { return s.aloud(s.Args.Role) }

// Spelled is a word letter by letter.
func (s Spoken) Spelled() string { return s.voice.Letters(s.Args.Spelled) }

// Text is the owner's words.
func (s Spoken) Text() string { return s.aloud(s.Args.Text) }

// Many is how many units a sum is of.
func (s Spoken) Many() string { return s.voice.Number(s.Count) }

// Sentence is the text as a whole sentence: a number in figures at its beginning is a word in capitals.
func (s Spoken) Sentence() string { return Capital(s.aloud(s.Args.Text)) }

// Notice is the owner's wording of what a caller must be told.
func (s Spoken) Notice() string { return s.aloud(s.Args.Notice) }

// Document is how the owner calls a document.
func (s Spoken) Document() string { return s.aloud(s.Args.Document) }

// Words is what the caller said, without its last mark.
func (s Spoken) Words() string { return strings.TrimRight(strings.TrimSpace(s.Args.Words), ".!? ") }

// When is when the caller wants to be called, without its last mark.
func (s Spoken) When() string { return strings.TrimRight(strings.TrimSpace(s.Args.When), ".!? ") }

// Question is a question of the owner's.
func (s Spoken) Question() string { return s.aloud(s.Args.Question) }

// Service is the name of a service.
func (s Spoken) Service() string { return s.aloud(s.Args.Service) }

// Items are names, without a word that joins them.
func (s Spoken) Items() []string {
	out := make([]string, len(s.Args.Items))
	for i, x := range s.Args.Items {
		out[i] = s.aloud(x)
	}
	return out
}

// All is the names joined by "and".
func (s Spoken) All() string { return s.voice.List(s.Items(), false) }

// Either is the names joined by "or".
func (s Spoken) Either() string { return s.voice.List(s.Items(), true) }

// Topics are things that may have been meant, joined by "or".
func (s Spoken) Topics() string {
	out := make([]string, len(s.Args.Topics))
	for i, l := range s.Args.Topics {
		l.Args.Region, l.Args.Currency, l.Args.Now = s.Region, s.Currency, s.Now
		out[i] = s.book.Text(l.Key, l.Args)
	}
	return s.voice.List(out, true)
}

// Price is an amount or a range.
func (s Spoken) Price() string { return s.voice.Price(s.Args.Price, s.Currency) }

// Cost is the price's fields.
func (s Spoken) Cost() Price { return s.Args.Price }

// StartsAt is the amount from which a price without an end starts; "" for any other price.
func (s Spoken) StartsAt() string {
	p := s.Args.Price
	if p.From == 0 || p.To > 0 || p.Amount > 0 {
		return ""
	}
	return s.voice.Price(Price{Amount: p.From, Unit: p.Unit}, s.Currency)
}

// Duration is a length of time.
func (s Spoken) Duration() string { return s.voice.Duration(s.Minutes) }

// Number is a telephone number in groups.
func (s Spoken) Number() string { return s.voice.Phone(s.Args.Number, s.Region) }

// Groups are the digits of the beginning of a number, as the whole is grouped.
func (s Spoken) Groups() string { return s.voice.Phone(s.Args.Digits, s.Region) }

// Digits are digits one by one.
func (s Spoken) Digits() string { return s.voice.Digits(s.Args.Digits) }

// Address is where the business is.
func (s Spoken) Address() string { return s.voice.Address(s.Args.Address, s.Region) }

// Mail is an address of mail.
func (s Spoken) Mail() string { return s.voice.Mail(s.Args.Text) }

// Web is an address of the web.
func (s Spoken) Web() string { return s.voice.Web(s.Args.Text) }

// Weekday is the name of a day of the week.
func (s Spoken) Weekday() string { return s.voice.Weekday(s.Args.Weekday) }

// Day is the day of At.
func (s Spoken) Day() string { return s.voice.Day(s.At, s.Now, s.Region) }

// Clock is the time of At; "" when there is none.
func (s Spoken) Clock() string {
	if s.At.IsZero() {
		return ""
	}
	return s.voice.Clock(s.At.Hour()*60 + s.At.Minute())
}

// Yes says whether the answer begins with yes.
func (s Spoken) Yes() bool { return s.Polar == Yes }

// No says whether the answer begins with no.
func (s Spoken) No() bool { return s.Polar == No }

// People are persons with what they do, as two spoken parts each.
func (s Spoken) People() []Person {
	out := make([]Person, len(s.Args.People))
	for i, p := range s.Args.People {
		out[i] = Person{Name: s.aloud(p.Name), Role: s.aloud(p.Role)}
	}
	return out
}

// Group is weekdays on which the same hours hold.
type Group struct {
	Days []time.Weekday // from Monday on
	Opening
}

// Groups puts the days of a week together that have the same hours, in the order of their first days from Monday on.
func Groups(week [7]Opening) []Group {
	var out []Group
	for _, d := range [7]time.Weekday{1, 2, 3, 4, 5, 6, 0} {
		at := slices.IndexFunc(out, func(g Group) bool {
			return g.ByAppointment == week[d].ByAppointment && slices.Equal(g.Spans, week[d].Spans)
		})
		if at < 0 {
			out = append(out, Group{Opening: week[d]})
			at = len(out) - 1
		}
		out[at].Days = append(out[at].Days, d)
	}
	return out
}

// Row says whether the days are three or more that follow each other.
func (g Group) Row() bool {
	for i := 1; i < len(g.Days); i++ {
		if (g.Days[i-1]+1)%7 != g.Days[i] {
			return false
		}
	}
	return len(g.Days) >= 3
}

// DaysAhead is how many calendar days t lies after now, both on the clock that they carry.
func DaysAhead(t, now time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(t).Sub(day(now)).Hours() / 24)
}
