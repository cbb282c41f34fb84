package knowledge

import (
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/en"
)

// English words, for callers that do not know of a business's language.

// Words cuts text into normalised words.
func Words(text string) []string { return en.Language{}.Words(text) }

// StopWord says whether w (normalised) carries no meaning by itself.
func StopWord(w string) bool { return en.Language{}.StopWord(w) }

// Alike says how sure it is that the spoken word a is the wanted word b.
func Alike(a, b string) float64 { return en.Language{}.Alike(a, b) }

// Number returns n in words.
func Number(n int) string { return en.Language{}.Number(n) }

// Digits reads the digits in s one by one.
func Digits(s string) string { return en.Language{}.Digits(s) }

// Phone reads a telephone number in groups.
func Phone(number, region string) string { return en.Language{}.Phone(number, region) }

// Clock reads minutes since midnight.
func Clock(minutes int) string { return en.Language{}.Clock(minutes) }

// ClockOf is Clock for the wall-clock time of t.
func ClockOf(t time.Time) string { return Clock(t.Hour()*60 + t.Minute()) }

// SpanWords reads spans.
func SpanWords(spans []Span) string { return en.Language{}.Spans(spans) }

// List joins words as people do, with last before the last.
func List(items []string, last string) string { return en.Language{}.List(items, last == "or") }

// DateWords reads a day.
func DateWords(t time.Time) string { return en.Language{}.Date(t, "US") }

// PriceWords reads the price without a subject.
func PriceWords(p Price, currency string) string { return en.Language{}.Price(p, currency) }

// AddressWords reads street, city and state.
func AddressWords(a Address, region string) string { return en.Language{}.Address(a, region) }

// Aloud rewrites text as it is to be spoken.
func Aloud(text, region string) string { return en.Language{}.Aloud(text, region) }

// MailWords reads an e-mail address.
func MailWords(s string) string { return en.Language{}.Mail(s) }

// WebWords reads the address of a website.
func WebWords(s string) string { return en.Language{}.Web(s) }

// MinorUnits is how many minor units (cents) make one major unit of an ISO 4217 currency.
func MinorUnits(currency string) int {
	n, _ := language.MinorUnits(currency)
	return n
}
