package en

import _ "embed"

// Examples are turns that teach what callers mean, for package fit.
//
//go:embed examples.toml
var Examples []byte

var places = map[string]string{
	"service": "that", "person": "Susan Miller", "role": "manager", "day": "Tuesday", "time": "three", "thing": "thing",
}

// Filler implements language.Reader.
func (Language) Filler(place string) string { return places[place] }
