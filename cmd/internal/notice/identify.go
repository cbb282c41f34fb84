package notice

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

var (
	// ErrUnknown is wrapped by errors about a licence that is not known here.
	ErrUnknown = errors.New("unknown licence")
	// ErrDenied is wrapped by errors about a licence under which a work must not be part of the program.
	ErrDenied = errors.New("licence not allowed in the program")
)

// mark is a licence and words that its text has; absent are words that it has not.
type mark struct {
	id     string
	words  []string
	absent string
}

// marks returns the known licences. Those that are alike in part are told apart by what one of them lacks.
func marks() []mark {
	const bsd = "redistribution and use in source and binary forms"
	return []mark{
		{"Apache-2.0", []string{"apache license", "version 2.0", "terms and conditions for use, reproduction"}, ""},
		{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy", "the software is provided"}, ""},
		{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose"}, ""},
		{"ISC", []string{"permission to use, copy, modify, and distribute this software for any purpose"}, ""},
		{"BSD-3-Clause", []string{bsd, "endorse or promote products"}, ""},
		{"BSD-2-Clause", []string{bsd}, "endorse or promote products"},
		{"MPL-2.0", []string{"mozilla public license version 2.0"}, ""},
		{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}, ""},
		{"CC0-1.0", []string{"cc0 1.0 universal"}, ""},
		{"Zlib", []string{"altered source versions must be plainly marked as such"}, ""},
		{"AGPL-3.0", []string{"gnu affero general public license"}, "mozilla public license"},
		{"LGPL", []string{"gnu lesser general public license"}, "mozilla public license"},
		{"GPL", []string{"gnu general public license"}, "mozilla public license"},
	}
}

// Identify returns the SPDX names of all licences whose words are in text, sorted.
func Identify(text string) ([]string, error) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	var ids []string
	for _, m := range marks() {
		has := !slices.ContainsFunc(m.words, func(w string) bool { return !strings.Contains(text, w) })
		if has && (m.absent == "" || !strings.Contains(text, m.absent)) {
			ids = append(ids, m.id)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%w: %.60q", ErrUnknown, text)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// Linkable reports whether a work under all of these licences may be part of the program: those that ask for no more than
// their notice. The GNU libraries of the compiler come with an exception for programs that it has compiled.
func Linkable(ids ...string) error {
	allowed := []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "Unlicense", "Zlib",
		"GPL-3.0-or-later WITH GCC-exception-3.1"}
	if len(ids) == 0 {
		return ErrUnknown
	}
	for _, id := range ids {
		if !slices.Contains(allowed, id) {
			return fmt.Errorf("%w: %s", ErrDenied, id)
		}
	}
	return nil
}
