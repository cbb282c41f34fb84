// Package knowledge is what the business said about itself: profile, weekly hours and holidays, services and prices,
// staff, answers. It is pure: no I/O, no clock (the time is an argument).
//
// Every fact that the assistant speaks comes from here. Functions that answer return the fact together with the
// name of the profile field it came from.
package knowledge

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
)

// Business is one complete, published profile. TOML and JSON use the same field names.
type Business struct {
	ID       string `toml:"id" json:"id"`             // short, stable: "bright-smile"
	Name     string `toml:"name" json:"name"`         // as spoken: "Bright Smile Dental"
	Trade    string `toml:"trade" json:"trade"`       // "dental clinic"
	Greeting string `toml:"greeting" json:"greeting"` // own words; the notice that an AI assistant answers is added when missing
	Language string `toml:"language" json:"language"` // ISO 639-1; "en"
	// Languages are several of them, the first by default; instead of Language.
	Languages []string `toml:"languages" json:"languages,omitempty"`
	TimeZone  string   `toml:"time_zone" json:"time_zone"` // IANA name
	Currency  string   `toml:"currency" json:"currency"`   // ISO 4217: "USD"
	Region    string   `toml:"region" json:"region"`       // ISO 3166 region for phone numbers: "US"

	Address   Address   `toml:"address" json:"address"`
	Contact   Contact   `toml:"contact" json:"contact"`
	Hours     Hours     `toml:"hours" json:"hours"`
	Holidays  []Holiday `toml:"holidays" json:"holidays"`
	Services  []Service `toml:"services" json:"services"`
	Staff     []Person  `toml:"staff" json:"staff"`
	Answers   []Answer  `toml:"answers" json:"answers"`
	Emergency Emergency `toml:"emergency" json:"emergency"`
	Transfer  Transfer  `toml:"transfer" json:"transfer"`
	Notices   Notices   `toml:"notices" json:"notices,omitzero"`

	// Passages of the business's documents. They are kept beside the profile, in no file of it, and added when it is loaded to speak from.
	Passages []Passage `toml:"-" json:"-"`
	// Learned are turns of callers whose meaning the owner has told. They are in no file and in no edition: who reads the profile to
	// answer by it puts them in.
	Learned []Example `toml:"-" json:"-"`
	// Listen are words that recognition has missed and the owner has corrected, the newest first. They are in no file and in no
	// edition either.
	Listen []string `toml:"-" json:"-"`
}

// Parts of a profile that languages speak of too.
type (
	// Address is where the business is.
	Address = language.Address
	// Price is an amount or a range in minor units of Business.Currency.
	Price = language.Price
	// Span is one stretch of opening on a day.
	Span = language.Span
	// Opening is what holds on a day.
	Opening = language.Opening
)

// Contact is how else the business is reached.
type Contact struct {
	Phone   string `toml:"phone" json:"phone"`
	Email   string `toml:"email" json:"email"`
	Website string `toml:"website" json:"website"`
}

// Hours are rows as one writes them on a door: "8:00-12:00, 13:00-17:00"; "" or "closed" means closed, "by appointment" that it opens
// for nobody without one.
type Hours struct {
	Monday    string `toml:"monday" json:"monday"`
	Tuesday   string `toml:"tuesday" json:"tuesday"`
	Wednesday string `toml:"wednesday" json:"wednesday"`
	Thursday  string `toml:"thursday" json:"thursday"`
	Friday    string `toml:"friday" json:"friday"`
	Saturday  string `toml:"saturday" json:"saturday"`
	Sunday    string `toml:"sunday" json:"sunday"`
}

// Holiday is a day or a range with other hours. From and To are "2026-12-24"; a yearly one is "12-25".
type Holiday struct {
	Name  string `toml:"name" json:"name"` // "" = a closure that has no name
	From  string `toml:"from" json:"from"`
	To    string `toml:"to" json:"to"`       // "" = one day
	Hours string `toml:"hours" json:"hours"` // "" = closed
}

// Closure reports whether h is no holiday but days of one year on which the business is closed all the same.
func (h Holiday) Closure() bool {
	return h.Name == "" && strings.TrimSpace(h.Hours) == "" && len(h.From) == len(time.DateOnly)
}

// Service is something the business does, with what it costs if the owner wants it said.
type Service struct {
	Name        string   `toml:"name" json:"name"` // "check-up"
	Also        []string `toml:"also" json:"also"` // other words callers use
	Description string   `toml:"description" json:"description"`
	Price       Price    `toml:"price" json:"price"`
	Minutes     int      `toml:"minutes" json:"minutes"` // usual length; 0 = not said
}

// Person works there.
type Person struct {
	Name      string   `toml:"name" json:"name"` // "Dr. Maria Lopez"
	Also      []string `toml:"also" json:"also"` // "Maria", "Dr. Lopez"
	Role      string   `toml:"role" json:"role"` // "dentist"
	About     string   `toml:"about" json:"about"`
	Extension string   `toml:"extension" json:"extension"` // "" = not put through
	Hours     *Hours   `toml:"hours" json:"hours,omitempty"`
	Away      string   `toml:"away,omitempty" json:"away,omitempty"` // the last day of an absence, "2026-12-03"; "" = none
}

// Answer is a question with the owner's own reply, spoken as written.
type Answer struct {
	Question string   `toml:"question" json:"question"`
	Also     []string `toml:"also" json:"also"`
	Reply    string   `toml:"reply" json:"reply"`

	Source string `toml:"-" json:"-"` // the field of the profile that it is made of; "" = it stands in the list
}

// Emergency are words that change everything, and what is said then.
type Emergency struct {
	Words     []string `toml:"words" json:"words"`
	Say       string   `toml:"say" json:"say"`
	Extension string   `toml:"extension" json:"extension"`
}

// Transfer says where a caller goes who wants a person. Extension "" means that a message is taken instead.
type Transfer struct {
	Extension string `toml:"extension" json:"extension"`
	// Next are rung one after the other when nobody takes the call there.
	Next []string `toml:"next" json:"next,omitempty"`
	// Always puts callers through outside opening hours too.
	Always bool `toml:"always" json:"always"`
	// Announce has the person told who calls and why before; only who presses 1 gets the caller.
	Announce bool `toml:"announce" json:"announce"`
}

// Nobody is the profile of a box that was not told yet for whom it answers. All that it knows is the number that was called; "" =
// not even that.
func Nobody(number string) Business {
	return Business{Language: "en", Contact: Contact{Phone: number}}
}

// Nobody says whether the profile is that of a box that was not told yet for whom it answers: then nothing in it is a fact about a
// business, and all that callers are offered is to leave a message.
func (b *Business) Nobody() bool { return b.Name == "" }

// Location loads the time zone; UTC when the name is unknown (Validate reports it).
func (b *Business) Location() *time.Location {
	l, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		return time.UTC
	}
	return l
}

// Tongues are the tags of the languages that callers are answered in, the first by default; there is at least one.
func (b *Business) Tongues() []string {
	if len(b.Languages) > 0 {
		return b.Languages
	}
	return []string{b.Language}
}

// Speech returns the language that the business speaks by default.
func (b *Business) Speech() language.Language { return all.For(b.Tongues()[0]) }
