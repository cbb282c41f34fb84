// Package en is English: what callers say and hear in it. Everything in it is pure and read only.
package en

// Language is English.
type Language struct{}

// Tag implements [language.Language].
func (Language) Tag() string { return "en" }
