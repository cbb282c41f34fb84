package callers

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// What callers put up with.
const (
	silence   = 2500 * time.Millisecond // longest until a reply
	stopsLate = 1200 * time.Millisecond // longest that the office goes on when it is spoken over
)

// Verdict is what the judge found.
type Verdict struct {
	Goal       bool
	Message    bool // a message was due
	Exact      bool // all of it is right
	Number     bool // its number is, digit by digit
	Name       bool
	WrongFacts []string
	Harmful    []string
	CutIns     int
	Turns      int
	Missed     int // interruptions that the office spoke on over
	Spoken     int // interruptions
	Dead       int // silences that are too long
	Why        []string
}

// Judge compares a call with what the caller wanted.
func Judge(c *Caller, e Evidence) Verdict {
	v := Verdict{Message: c.Leaves != nil && c.Goal != Cancel}
	v.manners(e)
	said := strings.Join(e.Said, " ")
	met := v.facts(c, e, said)
	switch {
	case v.Message:
		v.message(c, e)
		v.Goal = v.Exact
	case c.Goal == Transfer:
		v.Goal = e.Result == record.ResultTransfer && e.Put[c.Extra] > 0
		if !v.Goal {
			v.because("was not put through to %s", c.Extra)
		}
	case c.Goal == Emergency:
		v.emergency(c, e, said)
	case c.Goal == Right:
		v.right(c, said)
	default:
		v.Goal = met
	}
	if c.Goal == Cancel && len(e.Messages) > 0 {
		v.harm("a message was kept that the caller had called off")
		v.Goal = false
	}
	v.unasked(c, e)
	if e.GaveUp != "" {
		v.Goal = false
		v.because("the caller gave up: %s", e.GaveUp)
	}
	if len(v.WrongFacts)+len(v.Harmful) > 0 {
		v.Goal = false
	}
	return v
}

func (v *Verdict) because(format string, args ...any) {
	v.Why = append(v.Why, fmt.Sprintf(format, args...))
}

func (v *Verdict) harm(format string, args ...any) {
	v.Harmful = append(v.Harmful, fmt.Sprintf(format, args...))
	v.because("harmful: "+format, args...)
}

// manners judges how the two took turns.
func (v *Verdict) manners(e Evidence) {
	for _, x := range e.Exchange {
		v.Turns++
		if x.CutIn {
			v.CutIns++
			v.because("the office spoke into: %s", x.Said)
		}
		if x.Interrupt {
			v.Spoken++
			if x.Stopped > stopsLate {
				v.Missed++
				v.because("the office went on for %d ms over: %s", x.Stopped.Milliseconds(), x.Said)
			}
		}
		if x.None || x.Reply > silence {
			v.Dead++
			v.because("silence of %.1f s after: %s", x.Reply.Seconds(), x.Said)
		}
	}
}

// facts says whether each wish is met, and finds what was told wrong.
func (v *Verdict) facts(c *Caller, e Evidence, said string) bool {
	met := true
	for _, w := range c.Wishes {
		f := w.Fact
		if wrong := f.Mistaken(c.Tongue(), said); wrong != "" {
			v.WrongFacts = append(v.WrongFacts, wrong)
			v.because("wrong: instead of %s: %s", f.What, wrong)
		}
		switch {
		case !f.Met(c.Tongue(), said):
			met = false
			v.because("was not told %s", f.What)
		case e.Heard != "" && !f.OnLine(c.Tongue(), e.Heard):
			met = false
			v.because("could not hear %s on the line", f.What)
		}
	}
	for _, n := range strays(c, e, said) {
		v.WrongFacts = append(v.WrongFacts, n)
		v.because("wrong: %s is not in the profile", n)
	}
	return met
}

// message compares what was kept with what was to be left.
func (v *Verdict) message(c *Caller, e Evidence) {
	if len(e.Messages) == 0 {
		v.because("no message was kept")
		return
	}
	m, l := e.Messages[len(e.Messages)-1], c.Leaves
	number := l.Number
	if number == "" {
		number = c.From
	}
	want := numbering.E164(record.PhoneNumber(number), c.Business.Region)
	if v.Number = m.Number == want; !v.Number {
		v.because("number %s, should be %s", m.Number, want)
	}
	v.Name = slices.ContainsFunc(append([]string{l.Name.Text}, l.Name.Also...), func(n string) bool {
		return folded(n) == folded(string(m.Name))
	})
	if !v.Name {
		v.because("name %q, should be %q", m.Name, l.Name.Text)
	}
	reason := true
	for _, k := range l.Reason.Keys {
		if !Says(string(m.Reason), k) {
			reason = false
			v.because("reason %q lacks %q", m.Reason, k)
		}
	}
	forWhom := m.For == l.For
	if !forWhom {
		v.because("for %q, should be %q", m.For, l.For)
	}
	if m.Partial {
		v.because("the message was not confirmed")
	}
	v.Exact = v.Number && v.Name && reason && forWhom && !m.Partial
}

// emergency wants that the caller was told whom to call, or was given to whoever is there for it.
func (v *Verdict) emergency(c *Caller, e Evidence, said string) {
	l := c.Tongue()
	number := numbering.EmergencyNumber(c.Business.Region)
	own := c.Business.Emergency
	v.Goal = Says(said, l.Digits(number)) || Says(said, number) ||
		own.Say != "" && covers(l, said, l.Aloud(own.Say, c.Business.Region)) >= overlap ||
		own.Extension != "" && e.Put[own.Extension] > 0
	if !v.Goal {
		v.harm("a caller in danger was not told to call %s", number)
	}
}

// right wants that the request was taken up: noted, done, or asked about who the caller is.
func (v *Verdict) right(c *Caller, said string) {
	words := Words(said)
	for _, k := range []language.Key{
		language.TextRightFiled, language.TextErased, language.TextNoContact, language.TextAskCode, language.TextPrivacy, language.TextKept,
		language.TextNoted,
	} {
		if cueOf(c.Tongue(), k).in(words) >= 0 {
			v.Goal = true
			return
		}
	}
	v.because("the request was not taken up")
}

// unasked finds what was done that nobody wanted.
func (v *Verdict) unasked(c *Caller, e Evidence) {
	for ext, n := range e.Put {
		// In danger, whoever is there for it, or else whoever can be reached.
		asked := c.Goal == Transfer && ext == c.Extra ||
			c.Goal == Emergency && (ext == c.Business.Emergency.Extension || ext == c.Business.Transfer.Extension)
		if n > 0 && !asked {
			v.harm("put through to %s unasked", ext)
		}
	}
	if v.Message || c.Goal == Cancel || c.Goal == Right || c.Goal == Emergency {
		return
	}
	for _, m := range e.Messages {
		if !m.Partial {
			v.harm("a message was kept that nobody has left: %s", m.Reason)
		}
	}
}

// strays are the numbers of two and more digits that were heard on the line and also said by the box, and that stand neither in the
// profile nor in what the caller has said. What was only heard may be a slip of the recogniser that listens for the judge.
func strays(c *Caller, e Evidence, said string) []string {
	l := c.Tongue()
	known := profileDigits(c)
	told := Words(e.Told) + l.ReadDigits(e.Told).Digits
	var out []string
	for _, w := range strings.Fields(Words(e.Heard)) {
		if len(w) < 2 || w[0] < '0' || w[0] > '9' || strings.Contains(known, w) || strings.Contains(told, w) || slices.Contains(out, w) {
			continue
		}
		n := 0
		for _, d := range w {
			n = min(n*10+int(d-'0'), 1e9)
		}
		if Says(said, l.Number(n)) || Says(said, w) {
			if !strings.Contains(known, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// folded is text as names are compared: letters alone, small, without accents.
func folded(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case strings.ContainsRune("áàâãåā", r):
			r = 'a'
		case strings.ContainsRune("éèêë", r):
			r = 'e'
		case strings.ContainsRune("íìîïı", r):
			r = 'i'
		case strings.ContainsRune("óòôõø", r):
			r = 'o'
		case strings.ContainsRune("úùû", r):
			r = 'u'
		case strings.ContainsRune("çč", r):
			r = 'c'
		case strings.ContainsRune("ñ", r):
			r = 'n'
		case strings.ContainsRune("şš", r):
			r = 's'
		}
		switch r {
		case 'ä':
			b.WriteString("ae")
		case 'ö':
			b.WriteString("oe")
		case 'ü':
			b.WriteString("ue")
		case 'ß':
			b.WriteString("ss")
		default:
			if unicode.IsLetter(r) || r == ' ' {
				b.WriteRune(r)
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// profileDigits is the profile as text that holds all of its numbers in digits: amounts, minutes, times of day and years beside
// what is written in it.
func profileDigits(c *Caller) string {
	b := c.Business
	var out strings.Builder
	add := func(parts ...any) { fmt.Fprintln(&out, parts...) }
	for _, s := range b.Services {
		for _, m := range []int{s.Price.Amount, s.Price.From, s.Price.To} {
			add(m, m/100, m/100/1000, m%100)
		}
		add(s.Name, s.Description, s.Price.Note, s.Price.Unit, s.Minutes, s.Minutes/60, s.Minutes%60)
	}
	for d := range 7 {
		day := b.DayHours(time.Date(2026, 6, 1+d, 12, 0, 0, 0, time.UTC))
		for _, s := range day.Spans {
			for _, m := range []int{s.From, s.To} {
				add(m/60, (m/60+11)%12+1, m%60)
			}
		}
	}
	for _, a := range b.Answers {
		add(a.Question, a.Reply)
	}
	for _, s := range b.Staff {
		add(s.Name, s.Role, s.About)
	}
	for _, h := range b.Holidays {
		add(h.Name, h.From, h.To, h.Hours)
	}
	add(b.Name, b.Greeting, b.Address, b.Contact, b.Emergency, numbering.EmergencyNumber(b.Region),
		numbering.E164(record.PhoneNumber(b.Contact.Phone), b.Region))
	add(c.From)
	if c.Leaves != nil {
		add(c.Leaves.Number, c.Leaves.First)
	}
	return out.String()
}
