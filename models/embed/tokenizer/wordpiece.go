package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordPiece is BERT's tokenizer: words and single punctuation marks, each cut into the longest pieces from its beginning on.
type wordPiece struct {
	vocab    map[string]int64
	unknown  int64
	prefix   string // of a piece that does not begin its word
	maxRunes int    // a longer word is one unknown piece
	norm     bertNormalizer
}

// bertNormalizer is what is done to a text first.
type bertNormalizer struct {
	clean, chinese, accents, lower bool
}

func newWordPiece(f file) (cutter, int, error) {
	var m struct {
		Unknown  string           `json:"unk_token"`
		Prefix   string           `json:"continuing_subword_prefix"`
		MaxRunes int              `json:"max_input_chars_per_word"`
		Vocab    map[string]int64 `json:"vocab"`
	}
	if err := json.Unmarshal(f.Model, &m); err != nil {
		return nil, 0, fmt.Errorf("model: %w", err)
	}
	if f.Normalizer == nil || f.Normalizer.Type != "BertNormalizer" || f.PreTokenizer == nil || f.PreTokenizer.Type != "BertPreTokenizer" {
		return nil, 0, errors.New("a WordPiece model without BERT's normalizer and pre-tokenizer is not known")
	}
	size := len(m.Vocab)
	for piece, id := range m.Vocab {
		if id < 0 || id >= int64(size) {
			return nil, 0, fmt.Errorf("piece %q has number %d in a vocabulary of %d", piece, id, size)
		}
	}
	unknown, ok := m.Vocab[m.Unknown]
	if !ok {
		return nil, 0, fmt.Errorf("the unknown piece %q is not in the vocabulary", m.Unknown)
	}
	if m.MaxRunes <= 0 {
		return nil, 0, fmt.Errorf("max_input_chars_per_word is %d", m.MaxRunes)
	}
	n := f.Normalizer
	w := &wordPiece{
		vocab: m.Vocab, unknown: unknown, prefix: m.Prefix, maxRunes: m.MaxRunes,
		norm: bertNormalizer{clean: n.CleanText, chinese: n.ChineseChars, accents: n.Lowercase, lower: n.Lowercase},
	}
	if n.StripAccents != nil {
		w.norm.accents = *n.StripAccents
	}
	return w, size, nil
}

func (w *wordPiece) cut(ids []int64, text string, most int) []int64 {
	text = w.norm.apply(text)
	for len(text) > 0 && len(ids) <= most {
		var word string
		word, text = nextWord(text)
		if word != "" {
			ids = w.word(ids, word)
		}
	}
	return ids
}

// word appends the pieces of one word.
func (w *wordPiece) word(ids []int64, word string) []int64 {
	if utf8.RuneCountInString(word) > w.maxRunes {
		return append(ids, w.unknown)
	}
	begin := len(ids)
	for at := 0; at < len(word); {
		id, n := w.longest(word[at:], at > 0)
		if n == 0 {
			return append(ids[:begin], w.unknown)
		}
		ids = append(ids, id)
		at += n
	}
	return ids
}

// longest returns the longest piece that s begins with and its length without the prefix, 0 for none.
func (w *wordPiece) longest(s string, inside bool) (id int64, n int) {
	prefix := ""
	if inside {
		prefix = w.prefix
	}
	for end := len(s); end > 0; {
		if id, ok := w.vocab[prefix+s[:end]]; ok {
			return id, end
		}
		_, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
	}
	return 0, 0
}

// nextWord returns the first word or punctuation mark of a text, "" for a space, and what follows it.
func nextWord(text string) (word, rest string) {
	for i, r := range text {
		switch {
		case i > 0 && (unicode.IsSpace(r) || isPunctuation(r)):
			return text[:i], text[i:]
		case unicode.IsSpace(r):
			return "", text[utf8.RuneLen(r):]
		case isPunctuation(r):
			n := utf8.RuneLen(r)
			return text[:n], text[n:]
		}
	}
	return text, ""
}

// isPunctuation is BERT's idea of it: all of ASCII that is neither letter nor digit counts, and what Unicode calls punctuation.
func isPunctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r < 0x7f && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	return unicode.IsPunct(r)
}

// apply returns the text as the vocabulary has it. Bytes that are no UTF-8 are left out.
func (n bertNormalizer) apply(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 8)
	for _, r := range text {
		if n.clean {
			if r == 0 || r == utf8.RuneError || isControl(r) {
				continue
			}
			if unicode.IsSpace(r) {
				r = ' '
			}
		}
		if n.chinese && isChinese(r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(r)
	}
	text = b.String()
	if n.accents {
		text = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(text))
	}
	if n.lower {
		text = lower(text)
	}
	return text
}

// lower is strings.ToLower but for the one letter that becomes two.
func lower(text string) string {
	return strings.ToLower(strings.ReplaceAll(text, "İ", "i̇"))
}

// isControl reports whether r stands for nothing that can be seen; spaces do.
func isControl(r rune) bool {
	if r == '\t' || r == '\n' || r == '\r' {
		return false
	}
	return unicode.Is(unicode.C, r)
}

// isChinese reports whether r is written without spaces around words: each is a word for itself. Japanese kana and Korean
// letters do not count.
func isChinese(r rune) bool {
	for _, b := range [][2]rune{
		{0x4e00, 0x9fff}, {0x3400, 0x4dbf}, {0x20000, 0x2a6df}, {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b820, 0x2ceaf},
		{0xf900, 0xfaff}, {0x2f800, 0x2fa1f},
	} {
		if r >= b[0] && r <= b[1] {
			return true
		}
	}
	return false
}
