package de

import _ "embed"

// Examples are turns that teach what callers mean, for package fit.
//
//go:embed examples.toml
var Examples []byte

var places = map[string]string{
	"service": "das", "person": "Sabine Keller", "role": "Leiterin", "day": "Dienstag", "time": "drei", "thing": "Sache",
}

// Filler implements language.Reader.
func (Language) Filler(place string) string { return places[place] }
