package llama

import (
	"bytes"
	"strings"
)

// cutAtStop looks for the first of stops that ends in text after the first from bytes, and returns where it begins.
func cutAtStop(text []byte, from int, stops []string) (at int, found bool) {
	at = len(text)
	for _, s := range stops {
		if s == "" {
			continue
		}
		start := max(0, from-len(s)+1)
		if i := bytes.Index(text[start:], []byte(s)); i >= 0 && start+i < at {
			at, found = start+i, true
		}
	}
	return at, found
}

// valid returns b as a string that is valid UTF-8, which a token or an answer cut short need not be.
func valid(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
