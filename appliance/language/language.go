// Package language is what the program knows of the languages that callers speak: the interface, the types that it speaks of, and what all
// languages have in common. One package below it is one language, with every word that is spoken to callers and every word that is read out
// of what they say; package all finds the one for a business.
//
// The packages are pure: no I/O, no clock (the time is an argument). A [Language] is read only and safe for concurrent use.
package language

// Language is one language. A region, where a method takes one, is an ISO 3166 code such as "US": people of one language write dates, keep
// feasts and dial numbers differently; an unknown region gives what is usual in the language.
type Language interface {
	// Tag is the BCP 47 primary subtag: "en".
	Tag() string
	Voice
	Texts
}
