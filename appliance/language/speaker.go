package language

import "time"

// Speaker says things: what it returns is to be spoken as it stands, without digits or signs that a voice would have to guess at.
type Speaker interface {
	// Number returns n in words. Numbers of a billion and more are read digit by digit.
	Number(n int) string
	// Ordinal returns the words for a place from 0 to 99: "twenty-sixth".
	Ordinal(n int) string
	// Digits reads the digits in s one by one: "nine one one". Everything else in s is left out.
	Digits(s string) string
	// Phone reads a number in the groups in which people of the region say it. A comma stands between groups so that a voice pauses there.
	Phone(number, region string) string
	// Letters reads a name letter by letter: "B, E, R, G, E, R".
	Letters(name string) string

	// Clock reads minutes since midnight: "eight thirty AM", "noon". Past 24 hours it goes on with the next day.
	Clock(minutes int) string
	// Spans reads stretches of time: "from eight AM to noon, and from one PM to five PM"; it has words for a whole day and for none.
	Spans(spans []Span) string
	// Duration reads a length of time in minutes: "one hour and thirty minutes".
	Duration(minutes int) string
	// Weekday names a day of the week.
	Weekday(d time.Weekday) string
	// Date reads a day: "Thursday, November twenty-sixth".
	Date(t time.Time, region string) string

	// Money reads an amount in minor units of an ISO 4217 currency. An unknown currency is named by its code.
	Money(minor int, currency string) string
	// Price reads a price without a subject: "one hundred and twenty dollars", "free of charge". It is empty when only a note, or nothing,
	// is known.
	Price(p Price, currency string) string
	// List joins words as people do: "a", "a and b", "a, b, and c"; or with "or".
	List(items []string, or bool) string

	// Aloud rewrites an owner's text as it is to be spoken: numbers, prices, times, phone numbers, addresses of mail and web and usual
	// abbreviations become words. It adds no fact and leaves none out.
	Aloud(text, region string) string
	// Mail reads an e-mail address: "info at example dot com".
	Mail(address string) string
	// Web reads the address of a website without its scheme: "example dot com".
	Web(address string) string
	// Address reads street, city and state. It is empty when nothing is known.
	Address(a Address, region string) string
	// Clauses cuts text into short pieces that are spoken one by one, so that the first is heard soon. Joined with blanks they are the text
	// again.
	Clauses(text string) []string
}
