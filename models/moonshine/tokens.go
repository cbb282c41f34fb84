package moonshine

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Bounds on what a file of tokens may say of itself.
const (
	maxTokens = 1 << 17
	maxToken  = 1 << 10 // bytes
	maxFile   = 8 << 20
)

// start and end are the tokens around a text.
const (
	start = 1
	end   = 2
)

// tokens are the texts of the decoder's tokens, in bytes: a character may be split over two. A text that starts a word starts with a space.
type tokens []string

// readTokens reads a file of tokens: the length of each in a byte, or in two of which the first is 128 or more, then its bytes.
func readTokens(r io.Reader) (tokens, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	var t tokens
	for len(data) > 0 {
		n := int(data[0])
		data = data[1:]
		if n >= 128 {
			if len(data) == 0 {
				return nil, fmt.Errorf("read tokens: %w", io.ErrUnexpectedEOF)
			}
			n += int(data[0])*128 - 128
			data = data[1:]
		}
		if n > len(data) || n > maxToken || len(t) >= maxTokens {
			return nil, fmt.Errorf("read tokens: %w", io.ErrUnexpectedEOF)
		}
		t = append(t, strings.ReplaceAll(string(data[:n]), "▁", " "))
		data = data[n:]
	}
	if len(t) <= end {
		return nil, errors.New("read tokens: there are none")
	}
	return t, nil
}

// text returns what a token writes, and whether it writes anything: the tokens around a text and those for times do not.
func (t tokens) text(id int) (string, bool) {
	if id <= end || id >= len(t) {
		return "", false
	}
	s := t[id]
	return s, len(s) < 3 || s[0] != '<' || s[len(s)-1] != '>'
}

// tokenLimit returns how many tokens a clip of so many seconds may give: a decoder that wants more is in a loop.
func tokenLimit(seconds float64) int { return min(int(6.5*seconds)+4, maxSteps) }

// maxSteps is how many places the decoder has.
const maxSteps = 256

// modern are words that the model writes as its oldest sources do.
var modern = strings.NewReplacer("to-morrow", "tomorrow", "To-morrow", "Tomorrow", "to-day", "today", "To-day", "Today", "to-night",
	"tonight", "To-night", "Tonight")

// finished is a text without the comma with which the model ends what was said to the end as often as what was not.
func finished(text string) string { return strings.TrimRight(text, ",;:- ") }

// likeliest returns the token that the scores are for most, and the log of its probability.
func likeliest(scores []float32) (id int, logProb float64) {
	for i, s := range scores {
		if s > scores[id] {
			id = i
		}
	}
	sum := 0.0
	for _, s := range scores {
		sum += math.Exp(float64(s - scores[id]))
	}
	return id, -math.Log(sum)
}
