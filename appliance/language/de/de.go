// Package de is German, as it is spoken in Germany, Austria and Switzerland: what callers say and hear in it. Everything in it is pure
// and read only.
package de

// Language is German.
type Language struct{}

// Tag implements [language.Language].
func (Language) Tag() string { return "de" }
