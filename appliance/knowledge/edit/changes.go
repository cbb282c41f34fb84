package edit

import (
	"fmt"
	"strings"

	"frontdesk.internal/appliance/knowledge"
)

// Change is one difference between two profiles, in plain words.
type Change struct {
	Section Section `json:"section"`
	Text    string  `json:"text"` // "Monday: 8:00-12:00 → 8:00-17:00"
}

// Changes says what is different in b from a, in the order of the sections; none means that they say the same.
func Changes(a, b knowledge.Business) []Change {
	c := &comparison{}
	c.in(Card)
	c.fields(
		"Name", a.Name, b.Name, "Trade", a.Trade, b.Trade, "Greeting", a.Greeting, b.Greeting, "Short name", a.ID, b.ID,
		"Language", strings.Join(a.Tongues(), ", "), strings.Join(b.Tongues(), ", "), "Time zone", a.TimeZone, b.TimeZone, "Currency", a.Currency,
		b.Currency, "Country", a.Region, b.Region)
	c.in(Place)
	c.fields(
		"Street", a.Address.Street, b.Address.Street, "City", a.Address.City, b.Address.City, "Postcode", a.Address.Postcode, b.Address.Postcode,
		"State", a.Address.State, b.Address.State, "Directions", a.Address.Directions, b.Address.Directions, "Parking", a.Address.Parking,
		b.Address.Parking, "Telephone", a.Contact.Phone, b.Contact.Phone, "E-mail", a.Contact.Email, b.Contact.Email, "Website",
		a.Contact.Website, b.Contact.Website)
	c.in(Hours)
	c.hours("", a.Hours, b.Hours)
	c.in(Holidays)
	lists(c, "Holiday", a.Holidays, b.Holidays, func(h knowledge.Holiday) string { return strings.TrimSpace(h.Name + " " + h.From) },
		func(name string, x, y knowledge.Holiday) {
			c.fields(name+", until", x.To, y.To, name+", hours", open(x.Hours), open(y.Hours))
		})
	c.in(Services)
	lists(c, "Service", a.Services, b.Services, func(s knowledge.Service) string { return s.Name },
		func(name string, x, y knowledge.Service) {
			c.fields(name+", price", FormatPrice(x.Price, a.Currency), FormatPrice(y.Price, b.Currency), name+", note on the price", x.Price.Note,
				y.Price.Note, name+", description", x.Description, y.Description, name+", minutes", minutes(x.Minutes), minutes(y.Minutes),
				name+", other words", also(x.Also), also(y.Also))
		})
	c.in(Staff)
	lists(c, "Person", a.Staff, b.Staff, func(p knowledge.Person) string { return p.Name },
		func(name string, x, y knowledge.Person) {
			c.fields(name+", role", x.Role, y.Role, name+", about", x.About, y.About, name+", extension", x.Extension, y.Extension,
				name+", away until", x.Away, y.Away,
				name+", other names", also(x.Also), also(y.Also))
			c.hours(name+", ", own(x.Hours), own(y.Hours))
		})
	c.in(Answers)
	lists(c, "Question", a.Answers, b.Answers, func(q knowledge.Answer) string { return q.Question },
		func(name string, x, y knowledge.Answer) {
			c.fields(name, x.Reply, y.Reply, name+" Other ways to ask", also(x.Also), also(y.Also))
		})
	c.in(Emergency)
	c.fields("Emergency words", also(a.Emergency.Words), also(b.Emergency.Words), "Said in an emergency", a.Emergency.Say, b.Emergency.Say,
		"Emergency extension", a.Emergency.Extension, b.Emergency.Extension)
	c.in(Transfer)
	c.fields("Extension for a person", a.Transfer.Extension, b.Transfer.Extension, "Outside opening hours too", yes(a.Transfer.Always),
		yes(b.Transfer.Always), "Extensions after that", also(a.Transfer.Next), also(b.Transfer.Next), "Tell the person first",
		yes(a.Transfer.Announce), yes(b.Transfer.Announce))
	c.in(Notices)
	c.fields("Notice of the assistant", a.Notices.Assistant, b.Notices.Assistant, "Notice of the recording", a.Notices.Recording,
		b.Notices.Recording, "Question whether to record", a.Notices.Ask, b.Notices.Ask, "Privacy notice", a.Notices.Privacy, b.Notices.Privacy,
		"Contact for privacy", a.Notices.Contact.Name, b.Notices.Contact.Name, "Contact's telephone", a.Notices.Contact.Phone,
		b.Notices.Contact.Phone, "Contact's e-mail", a.Notices.Contact.Email, b.Notices.Contact.Email)
	for _, s := range Sections() {
		if !Same(s, a, b) && !c.told[s] {
			c.in(s)
			c.add(s.Title() + ": order or spelling changed")
		}
	}
	return c.out
}

// comparison collects changes.
type comparison struct {
	section Section
	out     []Change
	told    map[Section]bool
}

func (c *comparison) in(s Section) { c.section = s }

func (c *comparison) add(text string) {
	if c.told == nil {
		c.told = map[Section]bool{}
	}
	c.told[c.section] = true
	c.out = append(c.out, Change{Section: c.section, Text: text})
}

// fields compares name, old, new, name, old, new, and so on.
func (c *comparison) fields(triples ...string) {
	for i := 0; i+2 < len(triples); i += 3 {
		name, a, b := triples[i], triples[i+1], triples[i+2]
		switch {
		case a == b:
		case a == "":
			c.add(name + ": " + short(b))
		case b == "":
			c.add(name + ": " + short(a) + " was taken out")
		default:
			c.add(name + ": " + short(a) + " → " + short(b))
		}
	}
}

func (c *comparison) hours(who string, a, b knowledge.Hours) {
	for _, d := range week() {
		c.fields(who+d.String(), open(*dayRow(&a, d)), open(*dayRow(&b, d)))
	}
}

// lists compares entries that have the same name, and tells of those that only one side has.
func lists[T any](c *comparison, kind string, a, b []T, name func(T) string, each func(name string, x, y T)) {
	old := map[string][]T{}
	for _, x := range a {
		old[name(x)] = append(old[name(x)], x)
	}
	for _, y := range b {
		n := name(y)
		if was := old[n]; len(was) > 0 {
			old[n] = was[1:]
			each(short(n), was[0], y)
			continue
		}
		c.add(kind + " added: " + short(n))
	}
	for _, x := range a {
		if n := name(x); len(old[n]) > 0 {
			old[n] = old[n][1:]
			c.add(kind + " taken out: " + short(n))
		}
	}
}

// shortest bounds what of a text is shown, in characters.
const shortest = 70

func short(s string) string {
	if r := []rune(s); len(r) > shortest {
		return string(r[:shortest-1]) + "…"
	}
	return s
}

func also(words []string) string { return strings.Join(words, ", ") }

func open(hours string) string {
	if isClosed(hours) {
		return "closed"
	}
	return hours
}

func own(h *knowledge.Hours) knowledge.Hours {
	if h == nil {
		return knowledge.Hours{}
	}
	return *h
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func minutes(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
