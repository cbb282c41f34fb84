package language

import "strings"

// Change is what words want of an appointment that there is.
type Change int

// What may be wanted of it.
const (
	ChangeNone   Change = iota // nothing: there is none yet
	ChangeKnown                // there is one: to confirm it, to be told when it is
	ChangeAbsent               // the caller cannot come
	ChangeMove
	ChangeCancel
)

// ChangeStems are beginnings of words that speak of an appointment that there is.
type ChangeStems []struct {
	Stem   string
	Change Change
}

// In says what words want. The last that moves it or calls it off counts: "not cancel it, just move it".
func (s ChangeStems) In(words []string) (c Change) {
	for _, w := range words {
		for _, x := range s {
			if strings.HasPrefix(w, x.Stem) && (x.Change != ChangeKnown || c == ChangeNone) {
				c = x.Change
			}
		}
	}
	return c
}
