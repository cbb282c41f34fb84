package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/language"
)

var errNotADate = errors.New(`not a date; write "2026-12-24", or "12-25" for every year`)

// Problem is one thing that is wrong with a profile. Path is the field as the file writes it: "services[2].price.from".
type Problem struct {
	Path string
	Text string
}

// Error implements error.
func (p Problem) Error() string { return p.Path + ": " + p.Text }

// Bounds on what a profile may hold, so that a reply stays short enough for a telephone and the prompt fits the model.
const (
	maxName  = 80
	maxText  = 600
	maxItems = 200
	maxNext  = 4 // persons who are rung one after the other: each may ring for half a minute
)

// languages are those that a profile may be written in.
var languages = []string{"en", "de"}

var (
	goodID        = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	goodExtension = regexp.MustCompile(`^\+?[0-9*#]{1,15}$`)
	goodRegion    = regexp.MustCompile(`^[A-Z]{2}$`)
	goodPhone     = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{5,20}$`)
	goodWebsite   = regexp.MustCompile(`^(https?://)?([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(/\S*)?$`)
)

// Validate returns everything that is wrong with the profile, in the order of its fields; nil means that it can be published.
func (b *Business) Validate() []Problem {
	lang := b.Speech()
	v := &validation{lang: lang}
	v.card(b)
	v.hours("hours", &b.Hours)
	v.many("holidays", len(b.Holidays))
	for i, h := range b.Holidays {
		v.holiday(fmt.Sprintf("holidays[%d]", i), h)
	}
	v.services(b)
	v.staff(b)
	v.answers(b)
	v.extension("emergency.extension", b.Emergency.Extension)
	v.text("emergency.say", b.Emergency.Say, maxText)
	v.many("emergency.words", len(b.Emergency.Words))
	for i, w := range b.Emergency.Words {
		path := fmt.Sprintf("emergency.words[%d]", i)
		v.text(path, w, maxName)
		if ws := lang.Words(w); len(ws) == 0 || (len(ws) == 1 && (len(ws[0]) < 3 || lang.StopWord(ws[0]))) {
			v.add(path, "is too common to mean an emergency; use a longer word or several")
		}
	}
	if len(b.Emergency.Words) > 0 && b.Emergency.Say == "" {
		v.add("emergency.say", "is needed when there are emergency words")
	}
	v.extension("transfer.extension", b.Transfer.Extension)
	if b.Transfer.Always && b.Transfer.Extension == "" {
		v.add("transfer.always", "needs transfer.extension")
	}
	if len(b.Transfer.Next) > maxNext {
		v.add("transfer.next", "is longer than %d extensions; no caller waits for so many", maxNext)
	} else if len(b.Transfer.Next) > 0 && b.Transfer.Extension == "" {
		v.add("transfer.next", "needs transfer.extension, which is rung first")
	}
	for i, ext := range b.Transfer.Next {
		path := fmt.Sprintf("transfer.next[%d]", i)
		switch v.extension(path, ext); {
		case ext == "":
			v.add(path, "is empty")
		case ext == b.Transfer.Extension, slices.Contains(b.Transfer.Next[:i], ext):
			v.add(path, "%q is rung before", ext)
		}
	}
	v.notices(b)
	return v.problems
}

type validation struct {
	problems []Problem
	lang     language.Language
}

func (v *validation) add(path, format string, args ...any) {
	v.problems = append(v.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// text checks what any text must be.
func (v *validation) text(path, s string, limit int) {
	switch {
	case len([]rune(s)) > limit:
		v.add(path, "is longer than %d characters", limit)
	case strings.ContainsFunc(s, unicode.IsControl):
		v.add(path, "holds a line break or another control character; write it on one line")
	}
}

func (v *validation) needed(path, s string, limit int) {
	if strings.TrimSpace(s) == "" {
		v.add(path, "is missing")
	}
	v.text(path, s, limit)
}

func (v *validation) many(path string, n int) {
	if n > maxItems {
		v.add(path, "has %d entries, more than %d", n, maxItems)
	}
}

func (v *validation) extension(path, s string) {
	if s != "" && !goodExtension.MatchString(s) {
		v.add(path, "%q is not an extension; use digits, * and #", s)
	}
}

// tongues checks in which languages callers are answered.
func (v *validation) tongues(b *Business) {
	if len(b.Languages) > 0 && b.Language != "" && b.Language != b.Languages[0] {
		v.add("language", "%q is not the first of languages; leave one of the two out", b.Language)
	}
	for i, tag := range b.Tongues() {
		path := "language"
		if len(b.Languages) > 0 {
			path = fmt.Sprintf("languages[%d]", i)
		}
		if !slices.Contains(languages, tag) {
			v.add(path, `%q is not spoken yet; use "en" or "de"`, tag)
		}
		if slices.Contains(b.Tongues()[:i], tag) {
			v.add(path, "%q is there already", tag)
		}
	}
}

// card checks everything outside the lists.
func (v *validation) card(b *Business) {
	if !goodID.MatchString(b.ID) {
		v.add("id", `must be small letters, digits and single dashes, such as "bright-smile"`)
	}
	v.needed("name", b.Name, maxName)
	v.needed("trade", b.Trade, maxName)
	v.text("greeting", b.Greeting, maxText)
	v.tongues(b)
	if b.TimeZone == "" {
		v.add("time_zone", `is missing; write a name such as "America/Chicago"`)
	} else if _, err := time.LoadLocation(b.TimeZone); err != nil || b.TimeZone == "Local" {
		v.add("time_zone", `%q is not known; write a name such as "America/Chicago"`, b.TimeZone)
	}
	if _, ok := language.MinorUnits(b.Currency); !ok {
		v.add("currency", `%q is not known; write a code such as "USD"`, b.Currency)
	}
	if !goodRegion.MatchString(b.Region) {
		v.add("region", `%q is not a country code; write two letters such as "US"`, b.Region)
	}
	for _, f := range []struct{ path, s string }{
		{"address.street", b.Address.Street}, {"address.city", b.Address.City}, {"address.postcode", b.Address.Postcode},
		{"address.state", b.Address.State},
	} {
		v.text(f.path, f.s, maxName)
	}
	v.text("address.directions", b.Address.Directions, maxText)
	v.text("address.parking", b.Address.Parking, maxText)
	v.reachable("contact", b.Contact.Phone, b.Contact.Email)
	if w := b.Contact.Website; w != "" && !goodWebsite.MatchString(w) {
		v.add("contact.website", "%q is not the address of a website", w)
	}
}

func (v *validation) hours(path string, h *Hours) {
	rows := h.Rows()
	for i := range rows {
		day := time.Weekday((i + 1) % 7)
		if _, err := ParseHours(rows[day]); err != nil {
			v.add(path+"."+strings.ToLower(day.String()), "%v", err)
		}
	}
}

func (v *validation) holiday(path string, h Holiday) {
	if !h.Closure() {
		v.needed(path+".name", h.Name, maxName)
	}
	from, yearly, err := parseHolidayDate(h.From)
	if err != nil {
		v.add(path+".from", "%q is %v", h.From, err)
	}
	if h.To != "" {
		to, toYearly, toErr := parseHolidayDate(h.To)
		switch {
		case toErr != nil:
			v.add(path+".to", "%q is %v", h.To, toErr)
		case err == nil && toYearly != yearly:
			v.add(path+".to", "must have a year exactly when from has one")
		case err == nil && !yearly && to.before(from):
			v.add(path+".to", "is before from")
		case err == nil && !yearly && from.daysTo(to) > 366:
			v.add(path+".to", "is more than a year after from")
		}
	}
	if _, err := ParseHours(h.Hours); err != nil {
		v.add(path+".hours", "%v", err)
	}
}

// unique reports a name that was used before under another entry.
func (v *validation) unique(seen map[string]string, path, owner, name string) {
	key := strings.Join(v.lang.Words(name), " ")
	if prev, ok := seen[key]; ok && prev != owner {
		v.add(path, "%q is already used by %s", name, prev)
		return
	}
	seen[key] = owner
}

func (v *validation) also(path string, also []string) {
	v.many(path, len(also))
	for i, a := range also {
		v.needed(fmt.Sprintf("%s[%d]", path, i), a, maxText)
	}
}

func (v *validation) services(b *Business) {
	v.many("services", len(b.Services))
	seen := map[string]string{}
	for i, s := range b.Services {
		path := fmt.Sprintf("services[%d]", i)
		v.needed(path+".name", s.Name, maxName)
		v.unique(seen, path+".name", path, s.Name)
		v.also(path+".also", s.Also)
		for k, a := range s.Also {
			v.unique(seen, fmt.Sprintf("%s.also[%d]", path, k), path, a)
		}
		v.text(path+".description", s.Description, maxText)
		v.price(path+".price", s.Price)
		if s.Minutes < 0 || s.Minutes > 24*60 {
			v.add(path+".minutes", "must be between 0 and 1440")
		}
	}
}

func (v *validation) price(path string, p Price) {
	const most = 100_000_000 // a million in major units: more is a slip of the keyboard
	for _, f := range []struct {
		name string
		n    int
	}{{"amount", p.Amount}, {"from", p.From}, {"to", p.To}} {
		if f.n < 0 || f.n > most {
			v.add(path+"."+f.name, "must be between 0 and %d (in cents)", most)
		}
	}
	switch {
	case p.Free && (p.Amount != 0 || p.From != 0 || p.To != 0):
		v.add(path+".free", "cannot go with an amount")
	case p.Amount != 0 && (p.From != 0 || p.To != 0):
		v.add(path+".amount", "cannot go with from or to")
	case p.From != 0 && p.To != 0 && p.To <= p.From:
		v.add(path+".to", "must be more than from")
	}
	v.text(path+".unit", p.Unit, maxName)
	v.text(path+".note", p.Note, maxText)
}

func (v *validation) staff(b *Business) {
	v.many("staff", len(b.Staff))
	seen := map[string]string{}
	for i, p := range b.Staff {
		path := fmt.Sprintf("staff[%d]", i)
		v.needed(path+".name", p.Name, maxName)
		v.unique(seen, path+".name", path, p.Name)
		v.also(path+".also", p.Also)
		v.text(path+".role", p.Role, maxName)
		v.text(path+".about", p.About, maxText)
		v.extension(path+".extension", p.Extension)
		if _, err := time.Parse(time.DateOnly, p.Away); p.Away != "" && err != nil {
			v.add(path+".away", "%q is no day; write it as 2026-12-03", p.Away)
		}
		if p.Hours != nil {
			v.hours(path+".hours", p.Hours)
		}
	}
}

func (v *validation) answers(b *Business) {
	v.many("answers", len(b.Answers))
	seen := map[string]string{}
	for i, a := range b.Answers {
		path := fmt.Sprintf("answers[%d]", i)
		v.needed(path+".question", a.Question, maxText)
		v.unique(seen, path+".question", path, a.Question)
		v.also(path+".also", a.Also)
		v.needed(path+".reply", a.Reply, maxText)
	}
}

// Extensions returns every destination to which a caller may be put through, sorted, each once.
func (b *Business) Extensions() []string {
	out := append([]string{b.Transfer.Extension, b.Emergency.Extension}, b.Transfer.Next...)
	for _, p := range b.Staff {
		out = append(out, p.Extension)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
