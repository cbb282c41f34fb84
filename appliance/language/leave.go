package language

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language/phrase"
)

// Partings is how callers take leave. It is read only.
type Partings struct {
	Ends   phrase.Phrases // stand at the end: "bye", "have a nice day"
	Sounds []string       // the same in one word, as it may be heard in several: "aufwiederhoeren"
	Beside phrase.Set     // words that may stand before them and behind
}

// soundMost is in how many words one may be heard, and soundSlips how many letters may differ.
const (
	soundMost  = 5
	soundSlips = 3
)

// In says whether words take leave and say nothing else.
func (p Partings) In(words []string) bool {
	end := len(words)
	for end > 0 {
		if at := p.at(words[:end]); at >= 0 {
			return p.Beside.All(words[:at]) || p.In(words[:at])
		}
		if !p.Beside[words[end-1]] {
			return false
		}
		end--
	}
	return false
}

// at is where a parting begins that words end with; -1 = they do not.
func (p Partings) at(words []string) int {
	for n := 1; n <= min(soundMost+2, len(words)); n++ {
		from := len(words) - n
		if p.Ends.In(words[from:]) {
			return from
		}
		joined := strings.Join(words[from:], "")
		if n <= soundMost && slices.ContainsFunc(p.Sounds, func(s string) bool {
			return len(joined) >= len(s)-soundSlips && Edits(joined, s, soundSlips) <= soundSlips && joined[0] == s[0]
		}) {
			return from
		}
	}
	return -1
}
