// Package edit is what stands between a business profile and the people who change it: the profile in sections, prices
// and opening hours as they are written by hand, and the difference between two profiles in plain words.
//
// It is pure: no I/O, no clock, nothing kept. Profiles that are handed in are never changed unless the function says so.
package edit

import (
	"reflect"
	"strings"

	"frontdesk.internal/appliance/knowledge"
)

// Section is a part of the profile that is changed as a whole.
type Section string

// The sections in the order in which they are shown.
const (
	Card      Section = "card"      // name, trade, greeting, and what the rest is reckoned by
	Place     Section = "place"     // address and other ways to reach the business
	Hours     Section = "hours"     // the normal week
	Holidays  Section = "holidays"  // days with other hours
	Services  Section = "services"  // services and prices
	Staff     Section = "staff"     // who works there
	Answers   Section = "answers"   // questions and answers
	Emergency Section = "emergency" // words that change everything
	Transfer  Section = "transfer"  // where callers go who want a person
	Notices   Section = "notices"   // what callers must be told, and whom they ask about it
)

// Sections returns all sections in the order in which they are shown.
func Sections() []Section {
	return []Section{Card, Place, Hours, Holidays, Services, Staff, Answers, Emergency, Transfer, Notices}
}

// Title is the section's name on a page.
func (s Section) Title() string {
	switch s {
	case Card:
		return "Name and greeting"
	case Place:
		return "Address and contact"
	case Hours:
		return "Opening hours"
	case Holidays:
		return "Holidays"
	case Services:
		return "Services and prices"
	case Staff:
		return "Staff"
	case Answers:
		return "Questions and answers"
	case Emergency:
		return "Emergencies"
	case Transfer:
		return "Putting callers through"
	case Notices:
		return "Notices and privacy"
	}
	return string(s)
}

// Valid reports whether s is one of Sections.
func (s Section) Valid() bool { return s.Title() != string(s) }

// Of returns the section that a field belongs to, by its path as [knowledge.Problem] writes it.
func Of(path string) Section {
	root := path
	if i := strings.IndexAny(path, ".["); i >= 0 {
		root = path[:i]
	}
	switch root {
	case "address", "contact":
		return Place
	case "hours", "holidays", "services", "staff", "answers", "emergency", "transfer", "notices":
		return Section(root)
	}
	return Card
}

// Copy sets a section of to as it is in from. The two share lists afterwards.
func Copy(s Section, from knowledge.Business, to *knowledge.Business) {
	switch s {
	case Card:
		to.ID, to.Name, to.Trade, to.Greeting = from.ID, from.Name, from.Trade, from.Greeting
		to.Language, to.Languages, to.TimeZone, to.Currency, to.Region = from.Language, from.Languages, from.TimeZone, from.Currency, from.Region
	case Place:
		to.Address, to.Contact = from.Address, from.Contact
	case Hours:
		to.Hours = from.Hours
	case Holidays:
		to.Holidays = from.Holidays
	case Services:
		to.Services = from.Services
	case Staff:
		to.Staff = from.Staff
	case Answers:
		to.Answers = from.Answers
	case Emergency:
		to.Emergency = from.Emergency
	case Transfer:
		to.Transfer = from.Transfer
	case Notices:
		to.Notices = from.Notices
	}
}

// Same reports whether a section says the same in two profiles; a list without entries is no list, and a day without hours is
// closed.
func Same(s Section, a, b knowledge.Business) bool {
	var x, y knowledge.Business
	Copy(s, a, &x)
	Copy(s, b, &y)
	return same(reflect.ValueOf(x), reflect.ValueOf(y))
}

// Merge returns what mine and theirs make together when both began from base: theirs, with the sections that mine changed.
func Merge(base, mine, theirs knowledge.Business) knowledge.Business {
	for _, s := range Sections() {
		if !Same(s, base, mine) {
			Copy(s, mine, &theirs)
		}
	}
	return theirs
}

func same(a, b reflect.Value) bool {
	if x, ok := a.Interface().(knowledge.Hours); ok {
		y, _ := b.Interface().(knowledge.Hours) // of the same type as a
		for _, d := range week() {
			if p, q := *dayRow(&x, d), *dayRow(&y, d); p != q && (!isClosed(p) || !isClosed(q)) {
				return false
			}
		}
		return true
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return same(a.Elem(), b.Elem())
	}
	return a.Equal(b)
}
