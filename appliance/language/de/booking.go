package de

import (
	"slices"
	"strings"
)

// Undoes implements [language.Replies].
func (Language) Undoes(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc([]string{
			"absag", "abzusag", "abgesagt", "stornier", "verschieb", "verschob", "verleg", "änder", "aender", "geändert", "umbuch", "umzubuch",
			"bestätig", "bestaetig", "schon", "bereits", "vergessen",
		}, func(stem string) bool { return strings.HasPrefix(w, stem) }) || w == "ab" // "ich sage ab"
	})
}
