package tokenizer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalizerConfig is the normalizer of a tokenizer.json; which fields there are depends on the type.
type normalizerConfig struct {
	Type string `json:"type"`

	// BertNormalizer.
	CleanText    bool  `json:"clean_text"`
	ChineseChars bool  `json:"handle_chinese_chars"`
	StripAccents *bool `json:"strip_accents"` // null: as Lowercase
	Lowercase    bool  `json:"lowercase"`

	// Sequence.
	Parts []normalizerConfig `json:"normalizers"`
	// Precompiled.
	Map []byte `json:"precompiled_charsmap"`
	// Replace.
	Pattern json.RawMessage `json:"pattern"`
	Content string          `json:"content"`
}

// normalizer is what is done to a text first, in order.
type normalizer []func(string) string

func (n normalizer) apply(text string) string {
	text = strings.ToValidUTF8(text, "")
	for _, f := range n {
		text = f(text)
	}
	return text
}

// newNormalizer makes the normalizer of a file; nil changes nothing.
func newNormalizer(c *normalizerConfig) (normalizer, error) {
	if c == nil {
		return nil, nil
	}
	var n normalizer
	var runes map[rune]string // replacements that follow each other
	flush := func() {
		if runes != nil {
			n = append(n, replaceRunes(runes))
			runes = nil
		}
	}
	parts := c.Parts
	if c.Type != "Sequence" {
		parts = []normalizerConfig{*c}
	}
	for _, p := range parts {
		if p.Type == "Replace" {
			from, err := p.rune()
			if err != nil {
				return nil, err
			}
			if runes == nil {
				runes = make(map[rune]string)
			}
			if from != noRune {
				runes[from] = p.Content
			}
			continue
		}
		flush()
		switch p.Type {
		case "NFC":
			n = append(n, norm.NFC.String)
		case "NFKC":
			n = append(n, norm.NFKC.String)
		case "Precompiled":
			m, err := newCharsMap(p.Map)
			if err != nil {
				return nil, err
			}
			n = append(n, m.apply)
		default:
			return nil, fmt.Errorf("normalizer %q is not known", p.Type)
		}
	}
	flush()
	return n, nil
}

// noRune says that a replacement changes nothing that matters.
const noRune rune = -1

// rune returns the one rune that is replaced. Several spaces made one is all else that is known: words end at one as at more.
func (c *normalizerConfig) rune() (rune, error) {
	var p struct{ String, Regex string }
	if err := json.Unmarshal(c.Pattern, &p); err != nil {
		return 0, fmt.Errorf("normalizer Replace: %w", err)
	}
	if r, n := utf8.DecodeRuneInString(p.String); n > 0 && n == len(p.String) && (r != utf8.RuneError || n > 1) {
		return r, nil
	}
	if p.Regex == " {2,}" && strings.Trim(c.Content, " ▁") == "" {
		return noRune, nil
	}
	return 0, fmt.Errorf("normalizer Replace with the pattern %s is not known", c.Pattern)
}

// replaceRunes writes other text for some runes.
func replaceRunes(runes map[rune]string) func(string) string {
	return func(text string) string {
		var b strings.Builder
		b.Grow(len(text))
		for _, r := range text {
			if to, ok := runes[r]; ok {
				b.WriteString(to)
			} else {
				b.WriteRune(r)
			}
		}
		return b.String()
	}
}
