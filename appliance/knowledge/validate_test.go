package knowledge_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

// TestValidate breaks a good profile in one way at a time; the problem must name the field.
func TestValidate(t *testing.T) {
	good := func() *knowledge.Business {
		b := shop()
		b.ID, b.Name, b.Trade, b.Language, b.TimeZone, b.Currency, b.Region = "shop", "Shop", "shop", "en", "America/Chicago", "USD", "US"
		return b
	}
	if ps := good().Validate(); len(ps) > 0 {
		t.Fatalf("the good profile has problems: %v", ps)
	}
	for path, spoil := range map[string]func(*knowledge.Business){
		"id":                       func(b *knowledge.Business) { b.ID = "Bright Smile" },
		"name":                     func(b *knowledge.Business) { b.Name = " " },
		"trade":                    func(b *knowledge.Business) { b.Trade = "" },
		"greeting":                 func(b *knowledge.Business) { b.Greeting = strings.Repeat("x", 601) },
		"language":                 func(b *knowledge.Business) { b.Language = "xx" },
		"time_zone":                func(b *knowledge.Business) { b.TimeZone = "America/Springfield" },
		"currency":                 func(b *knowledge.Business) { b.Currency = "Dollar" },
		"region":                   func(b *knowledge.Business) { b.Region = "USA" },
		"address.street":           func(b *knowledge.Business) { b.Address.Street = "a\nb" },
		"contact.phone":            func(b *knowledge.Business) { b.Contact.Phone = "call us" },
		"contact.email":            func(b *knowledge.Business) { b.Contact.Email = "Bob <a@b.c>" },
		"contact.website":          func(b *knowledge.Business) { b.Contact.Website = "our site" },
		"hours.sunday":             func(b *knowledge.Business) { b.Hours.Sunday = "sometimes" },
		"holidays[0].name":         func(b *knowledge.Business) { b.Holidays[0].Name = "" },
		"holidays[0].from":         func(b *knowledge.Business) { b.Holidays[0].From = "13-01" },
		"holidays[0].to":           func(b *knowledge.Business) { b.Holidays[0].To = "2026-05-06" },
		"holidays[0].hours":        func(b *knowledge.Business) { b.Holidays[0].Hours = "9" },
		"services[1].name":         func(b *knowledge.Business) { b.Services[1].Name = "Cleaning" },
		"services[0].also[0]":      func(b *knowledge.Business) { b.Services[0].Also[0] = "" },
		"services[0].price.free":   func(b *knowledge.Business) { b.Services[0].Price = knowledge.Price{Free: true, Amount: 1} },
		"services[0].price.to":     func(b *knowledge.Business) { b.Services[0].Price = knowledge.Price{From: 5, To: 4} },
		"services[0].price.amount": func(b *knowledge.Business) { b.Services[0].Price = knowledge.Price{From: 5, Amount: 4} },
		"services[0].price.from":   func(b *knowledge.Business) { b.Services[0].Price = knowledge.Price{From: -5} },
		"services[2].minutes":      func(b *knowledge.Business) { b.Services[2].Minutes = -1 },
		"staff[1].name":            func(b *knowledge.Business) { b.Staff[1].Name = "dr maria lopez" },
		"staff[0].extension":       func(b *knowledge.Business) { b.Staff[0].Extension = "sip:evil@example.com" },
		"staff[0].hours.friday":    func(b *knowledge.Business) { b.Staff[0].Hours = &knowledge.Hours{Friday: "x"} },
		"answers[0].reply":         func(b *knowledge.Business) { b.Answers[0].Reply = "" },
		"answers[1].question":      func(b *knowledge.Business) { b.Answers[1].Question = "do you accept insurance" },
		"emergency.words[0]":       func(b *knowledge.Business) { b.Emergency.Words[0] = "no" },
		"emergency.say":            func(b *knowledge.Business) { b.Emergency.Say = "" },
		"emergency.extension":      func(b *knowledge.Business) { b.Emergency.Extension = "9 1 1" },
		"transfer.extension":       func(b *knowledge.Business) { b.Transfer.Extension = "reception" },
		"transfer.always":          func(b *knowledge.Business) { b.Transfer.Always = true },
		"transfer.next":            func(b *knowledge.Business) { b.Transfer.Next = []string{"1", "2", "3", "4", "5"} },
		"transfer.next[0]":         func(b *knowledge.Business) { b.Transfer.Next = []string{"sip:evil@example.com"} },
		"transfer.next[1]":         func(b *knowledge.Business) { b.Transfer.Next = []string{"31", "31"} },
		"services":                 func(b *knowledge.Business) { b.Services = slices.Repeat(b.Services, 40) },
	} {
		b := good()
		spoil(b)
		ps := b.Validate()
		if !slices.ContainsFunc(ps, func(p knowledge.Problem) bool { return p.Path == path && p.Text != "" }) {
			t.Errorf("%s: reported %v", path, ps)
		}
	}
}

// TestValidateAll reports everything at once.
func TestValidateAll(t *testing.T) {
	if ps := (&knowledge.Business{}).Validate(); len(ps) != 7 {
		t.Errorf("an empty profile has %d problems: %v", len(ps), ps)
	}
}

func TestExtensions(t *testing.T) {
	b := shop()
	b.Transfer.Extension, b.Emergency.Extension, b.Staff[0].Extension, b.Staff[1].Extension = "10", "99", "10", "11"
	if got := b.Extensions(); !slices.Equal(got, []string{"10", "11", "99"}) {
		t.Errorf("Extensions = %v", got)
	}
}
