package tokenizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unigram is SentencePiece's tokenizer of that name: every piece has a score, and a word is cut so that the sum is highest.
type unigram struct {
	vocab        map[string]int32
	scores       []float64
	unknown      int64
	unknownScore float64 // of a rune that no piece has
	longest      int     // bytes of the longest piece
	mark         string  // stands where a word begins
	norm         normalizer
}

// unknownPenalty is how far below the worst piece an unknown rune is.
const unknownPenalty = 10

// scored is a piece of the vocabulary. Its own reader is quick: there are hundreds of thousands of them.
type scored struct {
	piece string
	score float64
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *scored) UnmarshalJSON(b []byte) error {
	comma := bytes.LastIndexByte(b, ',')
	if comma < 1 || b[0] != '[' || b[len(b)-1] != ']' {
		return fmt.Errorf("%.40q is no piece with a score", b)
	}
	text := bytes.TrimSpace(b[1:comma])
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' && bytes.IndexByte(text, '\\') < 0 {
		s.piece = string(text[1 : n-1])
	} else if err := json.Unmarshal(text, &s.piece); err != nil {
		return err
	}
	score, err := strconv.ParseFloat(string(bytes.TrimSpace(b[comma+1:len(b)-1])), 64)
	s.score = float64(float32(score))
	return err
}

func newUnigram(f file) (cutter, int, error) {
	var m struct {
		Unknown *int64   `json:"unk_id"`
		Vocab   []scored `json:"vocab"`
	}
	if err := json.Unmarshal(f.Model, &m); err != nil {
		return nil, 0, fmt.Errorf("model: %w", err)
	}
	if m.Unknown == nil || *m.Unknown < 0 || *m.Unknown >= int64(len(m.Vocab)) {
		return nil, 0, errors.New("the unknown piece is not in the vocabulary")
	}
	u := &unigram{
		vocab: make(map[string]int32, len(m.Vocab)), scores: make([]float64, len(m.Vocab)), unknown: *m.Unknown,
	}
	special := make(map[int64]bool)
	for _, s := range f.PostProcessor.ids() {
		special[s] = true
	}
	lowest := math.Inf(1)
	for i, s := range m.Vocab {
		lowest = min(lowest, s.score)
		u.scores[i] = s.score
		if _, twice := u.vocab[s.piece]; twice || s.piece == "" || int64(i) == u.unknown || special[int64(i)] {
			continue // a special piece is never found in a text
		}
		u.vocab[s.piece] = int32(i)
		u.longest = max(u.longest, len(s.piece))
	}
	u.unknownScore = lowest - unknownPenalty
	var err error
	if u.mark, err = metaspace(f.PreTokenizer); err != nil {
		return nil, 0, err
	}
	u.norm, err = newNormalizer(f.Normalizer)
	return u, len(m.Vocab), err
}

// metaspace returns the mark that stands for the beginning of a word. Words end at spaces, in whatever of the usual ways the file
// says so: no piece holds a space or a mark but at its beginning.
func metaspace(p *preTokenizer) (string, error) {
	if p == nil {
		return "", errors.New("there is no pre-tokenizer")
	}
	parts := p.Parts
	if p.Type != "Sequence" {
		parts = []preTokenizer{*p}
	}
	mark := ""
	for _, part := range parts {
		switch {
		case part.Type == "WhitespaceSplit":
		case part.Type == "Metaspace" && part.Replacement != "" && (part.PrependScheme == "" || part.PrependScheme == "always") &&
			(part.Prefix == nil || *part.Prefix):
			mark = part.Replacement
		default:
			return "", fmt.Errorf("pre-tokenizer %q is not known in this form", part.Type)
		}
	}
	if mark == "" {
		return "", errors.New("no pre-tokenizer marks where words begin")
	}
	return mark, nil
}

func (u *unigram) cut(ids []int64, text string, most int) []int64 {
	for word := range strings.FieldsSeq(u.norm.apply(text)) {
		if len(ids) > most {
			break
		}
		ids = u.word(ids, u.mark+word)
	}
	return ids
}

// step is the best way to a place in a word.
type step struct {
	score float64
	from  int
	id    int64
	known bool // there is a way here
}

// word appends the pieces of a word with its mark: the highest sum of scores, found from its beginning to its end. Unknown runes
// that follow each other are one piece.
func (u *unigram) word(ids []int64, word string) []int64 {
	best := make([]step, len(word)+1)
	best[0].known = true
	for at := 0; at < len(word); {
		_, size := utf8.DecodeRuneInString(word[at:])
		here, single := best[at].score, false
		for end := at + 1; end <= min(len(word), at+u.longest); end++ {
			id, ok := u.vocab[word[at:end]]
			if !ok {
				continue
			}
			single = single || end == at+size
			best[end].improve(step{score: here + u.scores[id], from: at, id: int64(id), known: true})
		}
		if !single {
			best[at+size].improve(step{score: here + u.unknownScore, from: at, id: u.unknown, known: true})
		}
		at += size
	}
	begin := len(ids)
	for at := len(word); at > 0; at = best[at].from {
		if n := len(ids); best[at].id == u.unknown && n > begin && ids[n-1] == u.unknown {
			continue
		}
		ids = append(ids, best[at].id)
	}
	slices.Reverse(ids[begin:])
	return ids
}

// improve takes a way that is better than the one known.
func (s *step) improve(other step) {
	if !s.known || other.score > s.score {
		*s = other
	}
}
