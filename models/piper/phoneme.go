package piper

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The marks that Piper puts into each sequence of ids.
const (
	padding = "_"
	begin   = "^"
	end     = "$"
)

// languageSwitch is what espeak-ng writes around a word that it reads in another language, as in "(fr)…(en)".
var languageSwitch = regexp.MustCompile(`\([^)]+\)`)

// joinPhonemes puts the IPA of a sentence's clauses together, each followed by its own punctuation, which Piper's
// models are trained on: they make the pause and the fall or rise of it.
func joinPhonemes(clauses []clause, ipa []string) string {
	var b strings.Builder
	for i, c := range clauses {
		b.WriteString(languageSwitch.ReplaceAllString(ipa[i], ""))
		if c.end == 0 {
			if i < len(clauses)-1 {
				b.WriteByte(' ')
			}
			continue
		}
		b.WriteByte(c.end)
		if !c.last {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// phonemeIDs numbers the code points of ipa by the voice's table: beginning mark, padding, then each phoneme and
// padding, end mark. A code point that the table lacks is left out, as Piper does. It returns nil when nothing is left
// that could be spoken.
func (c *voiceConfig) phonemeIDs(ipa string) []int64 {
	pad := c.PhonemeIDMap[padding]
	ids := append([]int64(nil), c.PhonemeIDMap[begin]...)
	ids = append(ids, pad...)
	spoken := false
	add := func(p string) {
		id, ok := c.PhonemeIDMap[p]
		if !ok {
			return
		}
		spoken = spoken || !strings.ContainsAny(p, " .,;:!?")
		ids = append(append(ids, id...), pad...)
	}
	for _, r := range norm.NFD.String(ipa) {
		p := string(r)
		if replaced, ok := c.PhonemeMap[p]; ok {
			for _, q := range replaced {
				add(q)
			}
			continue
		}
		add(p)
	}
	if !spoken {
		return nil
	}
	return append(ids, c.PhonemeIDMap[end]...)
}
