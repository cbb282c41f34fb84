// Package transcript makes text and words of what a recogniser's decoder gave, and withholds what is likely invented.
//
// Models that were trained to write always write something: over silence, over noise, or the same words again and again. [Decoded]
// says by the words, their probabilities and how long the clip is whether they are to be believed. The package is pure.
package transcript

import (
	"math"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/models/engines"
)

// Reasons for which text is withheld (engines.Recognition.Rejected).
const (
	RejectedNoSpeech       = "no_speech"       // nothing was said
	RejectedLowProbability = "low_probability" // the model guessed
	RejectedRepetition     = "repetition"      // the model fell into a loop
	RejectedNoise          = "noise"           // the model named a sound instead of words
)

// Limits of the gate. The first is that of Whisper's reference implementation, the others are judgement, not fitted to data;
// the tests on real audio and bench asr (which counts what was withheld) show that they neither pass noise nor cost words.
const (
	// noSpeechSure with an unsure text is silence, as in the reference implementation of Whisper.
	noSpeechSure = 0.6
	// noSpeechLikely makes a phrase that models are known to invent incredible; so does not knowing.
	noSpeechLikely = 0.3
	// unsureLogProb is the mean log probability below which a text needs other evidence.
	unsureLogProb = -0.8
	// guessLogProb is the mean log probability below which no text is believed.
	guessLogProb = -1.3
	// fastestSpeech in characters a second: auctioneers reach 30.
	fastestSpeech = 32
)

// Piece is one token of the decoder.
type Piece struct {
	Text    string // bytes; a character may be split over two pieces; one that starts a word starts with a space
	Special bool   // a control token, such as the end of the text
	Prob    float64
	LogProb float64
}

// Decoded is what one run of an engine gave.
type Decoded struct {
	Pieces   []Piece
	NoSpeech float64 // 0…1; negative: unknown
	Duration time.Duration
}

// Recognition turns tokens into text and words and withholds what is likely invented.
func (d Decoded) Recognition() engines.Recognition {
	text, words := d.words()
	r := engines.Recognition{
		AvgLogProb:   d.avgLogProb(),
		NoSpeechProb: max(0, d.NoSpeech),
	}
	if r.Rejected = d.reject(text, r.AvgLogProb); r.Rejected != "" {
		return r
	}
	r.Text, r.Words = text, words
	return r
}

// avgLogProb is the mean over all tokens, the end included: whether the model wanted to stop there tells much.
func (d Decoded) avgLogProb() float64 {
	if len(d.Pieces) == 0 {
		return 0
	}
	var sum float64
	for _, p := range d.Pieces {
		sum += p.LogProb
	}
	return sum / float64(len(d.Pieces))
}

// words joins the tokens: one that starts with a space starts a word.
func (d Decoded) words() (string, []engines.Word) {
	var (
		all   strings.Builder
		words []engines.Word
	)
	for _, p := range d.Pieces {
		if p.Special || p.Text == "" {
			continue
		}
		all.WriteString(p.Text)
		if strings.HasPrefix(p.Text, " ") || len(words) == 0 {
			words = append(words, engines.Word{Prob: 1})
		}
		w := &words[len(words)-1]
		w.Text += strings.TrimPrefix(p.Text, " ")
		w.Prob = min(w.Prob, p.Prob)
	}
	kept := words[:0]
	for _, w := range words {
		if w.Text = strings.ToValidUTF8(strings.TrimSpace(w.Text), "\uFFFD"); w.Text != "" {
			kept = append(kept, w)
		}
	}
	return strings.ToValidUTF8(strings.TrimSpace(all.String()), "\uFFFD"), kept
}

// reject returns why the text is not to be believed, or "".
func (d Decoded) reject(text string, avg float64) string {
	spoken := normalise(text)
	switch {
	case strings.TrimSpace(text) == "":
		return RejectedNoSpeech
	case isSoundName(text):
		return RejectedNoise
	case len(spoken) == 0:
		return RejectedNoSpeech
	case loops(spoken):
		return RejectedRepetition
	case d.NoSpeech > noSpeechSure && avg < unsureLogProb:
		return RejectedNoSpeech
	case invented(spoken) && (d.NoSpeech < 0 || d.NoSpeech > noSpeechLikely || avg < unsureLogProb):
		return RejectedNoSpeech
	case avg < guessLogProb:
		return RejectedLowProbability
	case float64(len(text)) > fastestSpeech*math.Max(0.5, d.Duration.Seconds()):
		return RejectedLowProbability
	}
	return ""
}

// normalise splits text into lower-case words without punctuation.
func normalise(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\''
	})
}

// isSoundName reports whether the whole text is a description such as "[BLANK_AUDIO]", "(music)" or "♪ ♪".
func isSoundName(text string) bool {
	depth, sound := 0, false
	for _, r := range text {
		switch {
		case r == '[' || r == '(' || r == '*' && depth == 0:
			depth++
			sound = true
		case r == ']' || r == ')' || r == '*':
			depth--
		case r == '♪' || r == '♫':
			sound = true
		case depth == 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			return false
		}
	}
	return sound
}

// loops reports whether a phrase is repeated beyond what people do. Single words may come often ("no no no", the digits
// of a number), so they need more repetitions than a phrase of several words.
func loops(words []string) bool {
	for size := 1; size <= len(words)/3 && size <= 12; size++ {
		limit := 4
		switch {
		case size == 1:
			limit = 8
		case size >= 4:
			limit = 3
		}
		if longestRun(words, size) >= limit {
			return true
		}
	}
	return false
}

// longestRun returns how often in a row some phrase of size words occurs.
func longestRun(words []string, size int) int {
	longest, same := 1, 0
	for i := size; i < len(words); i++ {
		if words[i] == words[i-size] {
			same++
		} else {
			same = 0
		}
		longest = max(longest, same/size+1)
	}
	return longest
}

// invented reports whether the words are one of the phrases that Whisper models write over silence, learnt from
// subtitles. Callers say some of them too ("thank you", "bye"), so they only count together with doubt.
func invented(words []string) bool {
	switch phrase := strings.Join(words, " "); phrase {
	case "you", "thank you", "thanks", "thank you very much", "thank you so much", "bye", "bye bye", "okay", "ok", "so",
		"oh", "hmm", "uh", "um", "the end", "yeah", "i'm sorry", "the", "and", "i", "a", "silence", "music", "beep":
		return true
	default:
		for _, part := range []string{
			"thanks for watching", "thank you for watching", "thank you for listening", "please subscribe",
			"like and subscribe", "see you next time", "see you in the next", "amara org", "subtitles by", "transcribed by",
			"translated by", "copyright",
		} {
			if strings.Contains(phrase, part) {
				return true
			}
		}
		return false
	}
}
