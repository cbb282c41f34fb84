package hibari

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// token is a piece, or a part of one, on its way to its phonemes.
type token struct {
	text     string
	tag      string
	space    bool
	alias    string // read in place of text
	phonemes string
	done     bool // phonemes are set
	head     bool // no other part of its word is before it
	currency string
	apart    bool // a space is before it where its word is joined
}

// spelling is what is looked up.
func (t *token) spelling() string {
	if t.alias != "" {
		return t.alias
	}
	return t.text
}

func (t *token) set(phonemes string) { t.phonemes, t.done = phonemes, true }

// speller turns text into phonemes. It is used from one goroutine at a time.
type speller struct {
	tables    *tables
	tokenizer tokenizer
	tagger    *tagger
	lexicon   *lexicon
	unknown   func(ctx context.Context, word string) (string, error) // reads a word that the lexicon lacks
}

const (
	pauses = `;:,.!?—…`     // signs that are phonemes, too
	marks  = pauses + `"“”` // and those around what is quoted
	silent = "',-._‘’/"     // signs within words that are not heard
	longer = 400            // a sentence of more phonemes than this is cut at its pauses
	breaks = ",;:—"         // there
	heard  = vowels + consonants + pauses
)

// signTags are the tags of what is no word, and the phonemes of some.
var signTags = map[string]string{
	".": "", ",": "", "-LRB-": "(", "-RRB-": ")", "``": "“", `""`: "”", "''": "”", ":": "", "$": "", "#": "", "NFP": "",
}

// signSounds are signs that the lexicon does not know.
var signSounds = map[rune]string{
	'/': "slˈæʃ", '=': "ˈikwᵊlz", '+': "plˈʌs", '&': "ænd", '@': "æt", '%': "pəɹsˈɛnt", '#': "hˈæʃ", '*': "ˈæstəɹˌɪsk", '~': "tˈɪldə",
	'^': "kˈɛɹət", '<': "lˈɛs ðən", '>': "ɡɹˈATəɹ ðən", '—': "—",
}

// phonemes returns those of a text, one string for each sentence.
func (s *speller) phonemes(ctx context.Context, text string) ([]string, error) {
	var out []string
	for _, sentence := range s.tables.sentences(text) {
		ps, err := s.sentence(ctx, sentence)
		if err != nil {
			return nil, err
		}
		if ps != "" {
			out = append(out, shorter(ps)...)
		}
	}
	return out, nil
}

// shorter cuts phonemes of a very long sentence at its pauses.
func shorter(ps string) []string {
	if count(ps) <= longer {
		return []string{ps}
	}
	var out []string
	part := ""
	for len(ps) > 0 {
		n := len(ps)
		for i := 0; i+1 < len(ps); i++ {
			if ps[i+1] == ' ' && strings.ContainsRune(breaks, last(ps[:i+1])) {
				n = i + 1
				break
			}
		}
		next := ps[:n]
		ps = strings.TrimLeft(ps[n:], " ")
		switch {
		case part == "":
			part = next
		case count(part)+count(next)+1 > longer:
			out, part = append(out, part), next
		default:
			part += " " + next
		}
	}
	return append(out, part)
}

// sentence returns the phonemes of one sentence.
func (s *speller) sentence(ctx context.Context, text string) (string, error) {
	pieces := s.tokenizer.pieces(s.tables.write(text))
	tags := s.tagger.tag(pieces)
	tokens := make([]*token, len(pieces))
	for i, p := range pieces {
		tokens[i] = &token{text: p.text, tag: tags[i], space: p.space, head: true}
	}
	words := parts(tokens)
	var next outlook
	for _, w := range slices.Backward(words) {
		var err error
		if len(w) == 1 {
			err = s.single(ctx, w[0], &next)
		} else {
			err = s.compound(ctx, w, &next)
		}
		if err != nil {
			return "", err
		}
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(sounds.Replace(joined(w)))
		if w[len(w)-1].space {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String()), nil
}

// sounds are named otherwise by the model than by the lexicon.
var sounds = strings.NewReplacer("ɾ", "T", "ʔ", "t")

// joined are the phonemes of a word.
func joined(w []*token) string {
	var b strings.Builder
	for _, t := range w {
		if t.apart && t.phonemes != "" && b.Len() > 0 && !strings.HasSuffix(b.String(), " ") {
			b.WriteByte(' ')
		}
		b.WriteString(t.phonemes)
	}
	return b.String()
}

// parts cuts tokens further where their writing shows it ("getName", "3pm"), and gathers what belongs to one word.
func parts(tokens []*token) [][]*token {
	var words [][]*token
	open := false // the last word takes what follows without a space
	sign := ""    // of a currency, for the number behind it
	for i, whole := range tokens {
		texts := subtokens(whole.text)
		for j, text := range texts {
			t := &token{text: text, tag: whole.tag, head: true, space: whole.space && j == len(texts)-1}
			_, amount := currencies[text]
			phonemes, isSign := signTags[t.tag]
			switch {
			case t.tag == "$" && amount:
				sign = text
				t.set("")
			case t.tag == ":" && (text == "-" || text == "–"):
				t.set("—")
			case isSign && !latin(text):
				if phonemes == "" {
					phonemes = strings.Map(func(r rune) rune {
						if strings.ContainsRune(marks, r) {
							return r
						}
						return -1
					}, text)
				}
				t.set(phonemes)
			case sign != "" && t.tag != "CD":
				sign = ""
			case sign != "":
				if j == len(texts)-1 && (i == len(tokens)-1 || tokens[i+1].tag != "CD") {
					t.currency = sign
				}
			case j > 0 && j < len(texts)-1 && text == "2" && unicode.IsLetter(last(texts[j-1])) && unicode.IsLetter(first(texts[j+1])):
				t.alias = "to"
			}
			ready := t.done || t.alias != ""
			if open && !ready {
				w := words[len(words)-1]
				t.head = false
				words[len(words)-1] = append(w, t)
				open = !t.space
				continue
			}
			words = append(words, []*token{t})
			open = !ready && !t.space
		}
	}
	return words
}

// latin reports whether s is made of plain letters.
func latin(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}

// The forms of a part of a token, tried in this order. A place is marked by an empty group where what follows it must be.
var (
	simple   = regexp.MustCompile(`\A[A-Za-z][a-z]*\z`)
	subBegin = regexp.MustCompile(`\A(?:['‘’]+|-(?:\d?[,.]?\d)+)`) // at the beginning of the token only
	subtoken = regexp.MustCompile(`\A(?:[` + upperClass + `]()[` + upperClass + `][` + lowerClass + `]` +
		`|(?:\d?[,.]?\d)+|[-_]+|['‘’]{2,}` +
		`|` + letterClass + `*?(?:['‘’]` + letterClass + `)*?[` + lowerClass + `]()[` + upperClass + `]` +
		`|` + letterClass + `+(?:['‘’]` + letterClass + `)*` +
		`|[^\pL\pN_\-'‘’]|['‘’]+\z)`)
)

// subtokens cuts a token where its writing shows it.
func subtokens(text string) []string {
	if simple.MatchString(text) {
		return []string{text}
	}
	var out []string
	for i := 0; i < len(text); {
		m := subtoken.FindStringSubmatchIndex(text[i:])
		if i == 0 {
			if begin := subBegin.FindStringSubmatchIndex(text); begin != nil {
				m = begin
			}
		}
		n := len(string(first(text[i:])))
		if m != nil {
			n = endOf(m)
			out = append(out, text[i:i+n])
		}
		i += n
	}
	return out
}

// endOf is where a match ends: at the group in it that is empty, or at its own end.
func endOf(m []int) int {
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 && m[i] == m[i+1] {
			return m[i]
		}
	}
	return m[1]
}

// before is the context before a word of these phonemes.
func (c outlook) before(ps, text, tag string) outlook {
	for _, r := range ps {
		if !strings.ContainsRune(heard, r) {
			continue
		}
		c.known = !strings.ContainsRune(pauses, r)
		c.vowel = strings.ContainsRune(vowels, r)
		break
	}
	c.to = text == "to" || text == "To" || text == "TO" && (tag == "TO" || tag == "IN")
	return c
}

// single gives a word of one part its phonemes.
func (s *speller) single(ctx context.Context, t *token, next *outlook) error {
	if !t.done {
		if ps, ok := s.lexicon.say(t, *next); ok {
			t.set(ps)
		}
	}
	if !t.done {
		ps, err := s.read(ctx, t.text)
		if err != nil {
			return err
		}
		t.set(ps)
	}
	*next = next.before(t.phonemes, t.text, t.tag)
	return nil
}

// compound gives a word of several parts its phonemes: the longest runs of parts that the lexicon knows, from the end on.
func (s *speller) compound(ctx context.Context, w []*token, next *outlook) error {
	left, right := 0, len(w)
	for left < right {
		if run := w[left:right]; !slices.ContainsFunc(run, func(t *token) bool { return t.done }) {
			t := merged(run)
			if ps, ok := s.lexicon.say(t, *next); ok {
				for _, t := range run {
					t.set("")
				}
				run[0].set(ps)
				*next = next.before(ps, t.text, t.tag)
				left, right = 0, left
				continue
			}
		}
		if left+1 < right {
			left++
			continue
		}
		right--
		if t := w[right]; !t.done {
			if strings.Trim(t.text, silent) != "" {
				return s.readAll(ctx, w)
			}
			t.set("")
		}
		left = 0
	}
	balance(w)
	return nil
}

// readAll reads a word that the lexicon does not know all parts of.
func (s *speller) readAll(ctx context.Context, w []*token) error {
	ps, err := s.read(ctx, merged(w).text)
	if err != nil {
		return err
	}
	for _, t := range w {
		t.set("")
	}
	w[0].set(ps)
	return nil
}

// merged is one token of several; its part of speech is that of the one with the most letters, capitals counting twice.
func merged(list []*token) *token {
	out := &token{head: list[0].head}
	most := 0
	for _, t := range list {
		out.text += t.text
		n := 0
		for _, r := range t.text {
			if n++; string(r) != lower(string(r)) {
				n++
			}
		}
		if n > most {
			most, out.tag = n, t.tag
		}
		out.currency = max(out.currency, t.currency)
	}
	return out
}

// balance takes stress from parts of a word, so that it does not sound like several; parts of different kinds are spoken apart.
func balance(w []*token) {
	kinds := map[int]bool{}
	var said []*token
	apart, stressedParts := false, 0
	for _, t := range w {
		for _, r := range t.text {
			switch {
			case r == '/':
				apart = true
			case strings.ContainsRune(silent, r):
			case unicode.IsLetter(r):
				kinds[0] = true
			case isDigit(r):
				kinds[1] = true
			default:
				kinds[2] = true
			}
		}
		if t.phonemes != "" {
			said = append(said, t)
			if strings.Contains(t.phonemes, primary) {
				stressedParts++
			}
		}
	}
	if apart || len(kinds) > 1 {
		for _, t := range w[1:] {
			t.apart = true
		}
		return
	}
	switch {
	case len(said) == 2 && count(said[0].text) == 1:
		said[1].phonemes = stressed(said[1].phonemes, weaken)
		return
	case len(said) < 2 || stressedParts <= (len(said)+1)/2:
		return
	}
	slices.SortStableFunc(said, func(a, b *token) int {
		x, y := strings.Contains(a.phonemes, primary), strings.Contains(b.phonemes, primary)
		switch {
		case x && !y:
			return 1
		case y && !x:
			return -1
		}
		return weight(a.phonemes) - weight(b.phonemes)
	})
	for _, t := range said[:len(said)/2] {
		t.phonemes = stressed(t.phonemes, weaken)
	}
}

// The kinds of what is read one by one in an unknown word.
var readable = regexp.MustCompile(letterClass + `+(?:['’]` + letterClass + `+)*|\d+(?:[,.]\d+)*|[^\pL\pN_\s]+`)

// read says what the lexicon does not know: words as they look, numbers by their digits, signs by name.
func (s *speller) read(ctx context.Context, text string) (string, error) {
	var out []string
	for _, part := range readable.FindAllString(text, -1) {
		ps := ""
		switch r := first(part); {
		case isDigit(r):
			ps, _ = s.lexicon.number(part, "", false)
		case unicode.IsLetter(r):
			var err error
			if ps, err = s.unknown(ctx, part); err != nil {
				return "", err
			}
		default:
			for _, r := range part {
				ps += signSounds[r]
			}
		}
		if ps != "" {
			out = append(out, ps)
		}
	}
	return strings.Join(out, " "), nil
}
