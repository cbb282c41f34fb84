package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/transcript"
)

// Clip is speech to be written down.
type Clip struct {
	PCM      audio.PCM // at engines.Rate
	Language string    // ISO 639-1; "" = the server finds out
	Prompt   string    // words that are likely
}

// Transcript is what was written down.
type Transcript struct {
	engines.Recognition
	Language string // ISO 639-1; "" = the server does not say, or not in a way that is known here
}

// Transcribe has speech written down. What the server may have invented is withheld, as from the box's own engine. The error is a
// *notify.Error.
func (c *Client) Transcribe(ctx context.Context, clip Clip) (Transcript, error) {
	model, err := c.Model(ctx)
	if err != nil {
		return Transcript{}, err
	}
	form := formVerbose
	if c.plain.Load() {
		form = formPlain
	}
	answer, err := c.transcribe(ctx, model, form, clip)
	var refused *notify.Error
	if form == formVerbose && errors.As(err, &refused) &&
		(refused.Code == http.StatusBadRequest || refused.Code == http.StatusUnprocessableEntity) {
		if answer, err = c.transcribe(ctx, model, formPlain, clip); err == nil {
			c.plain.Store(true)
		}
	}
	if err != nil {
		return Transcript{}, err
	}
	return readTranscript(answer, clip.PCM.Duration(engines.Rate))
}

// Forms of an answer: with probabilities, and with words alone, which is all that some servers have.
const (
	formVerbose = "verbose_json"
	formPlain   = "json"
)

func (c *Client) transcribe(ctx context.Context, model, form string, clip Clip) ([]byte, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	fields := [][2]string{
		{"model", model}, {"response_format", form}, {"temperature", "0"}, {"language", clip.Language}, {"prompt", clip.Prompt},
	}
	if form == formVerbose {
		fields = append(fields, [2]string{"timestamp_granularities[]", "word"}, [2]string{"timestamp_granularities[]", "segment"})
	}
	var errs []error
	for _, f := range fields {
		if f[1] != "" {
			errs = append(errs, w.WriteField(f[0], f[1]))
		}
	}
	part, err := w.CreateFormFile("file", "speech.wav")
	if err == nil {
		err = wav.Write(part, engines.Rate, clip.PCM)
	}
	if err := errors.Join(append(errs, err, w.Close())...); err != nil {
		return nil, &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	return c.post(ctx, "audio/transcriptions", w.FormDataContentType(), body.Bytes())
}

// word is one of an answer; servers for Whisper tell how likely it was.
type word struct {
	Word        string   `json:"word"`
	Probability *float64 `json:"probability"`
}

// verbose is an answer with all that there may be.
type verbose struct {
	Text     *string `json:"text"`
	Language string  `json:"language"`
	Words    []word  `json:"words"`
	Segments []struct {
		Text       string   `json:"text"`
		AvgLogProb *float64 `json:"avg_logprob"`
		NoSpeech   *float64 `json:"no_speech_prob"`
		Words      []word   `json:"words"`
	} `json:"segments"`
}

// wordsMost bounds the words of one clip; nobody says as many in half a minute.
const wordsMost = 400

// unknownProb is the probability of a word of which the server says nothing: it may be so, and may not.
const unknownProb = 0.5

// readTranscript reads an answer about a clip of a length.
func readTranscript(body []byte, d time.Duration) (Transcript, error) {
	var v verbose
	if err := json.Unmarshal(body, &v); err != nil || v.Text == nil {
		return Transcript{}, garbage("no transcript")
	}
	text := line(*v.Text)
	words, told := v.words(text)
	if len(words) > wordsMost {
		return Transcript{}, garbage("more words than can be said")
	}
	decoded := transcript.Decoded{Duration: d, NoSpeech: v.noSpeech()}
	for _, w := range words {
		decoded.Pieces = append(decoded.Pieces, transcript.Piece{Text: " " + w.Text, Prob: w.Prob, LogProb: math.Log(max(w.Prob, 1e-6))})
	}
	out := Transcript{Recognition: decoded.Recognition(), Language: tag(v.Language)}
	if out.Rejected == "" {
		out.Text = text
	}
	if !told {
		out.Words = nil
	}
	return out, nil
}

// words are the words of the text with their probabilities: each word's own, else that of its segment. told is false when the server says
// nothing of them.
func (v *verbose) words(text string) (out []engines.Word, told bool) {
	own := v.Words
	for _, s := range v.Segments {
		if len(v.Words) == 0 {
			own = append(own, s.Words...)
		}
	}
	var joined strings.Builder
	for _, w := range own {
		if w.Probability == nil {
			out = nil
			break
		}
		if t := line(w.Word); t != "" {
			joined.WriteString(t)
			out = append(out, engines.Word{Text: t, Prob: within(*w.Probability)})
		}
	}
	if len(out) > 0 && letters(joined.String()) == letters(text) {
		return out, true
	}
	out = nil
	for _, s := range v.Segments {
		if s.AvgLogProb == nil {
			out = nil
			break
		}
		for t := range strings.FieldsSeq(line(s.Text)) {
			out = append(out, engines.Word{Text: t, Prob: within(math.Exp(*s.AvgLogProb))})
		}
	}
	joined.Reset()
	for _, w := range out {
		joined.WriteString(w.Text)
	}
	if len(out) > 0 && letters(joined.String()) == letters(text) {
		return out, true
	}
	out = nil
	for t := range strings.FieldsSeq(text) {
		out = append(out, engines.Word{Text: t, Prob: unknownProb})
	}
	return out, false
}

// noSpeech is how likely nothing was said; negative = the server does not say.
func (v *verbose) noSpeech() float64 {
	if len(v.Segments) == 0 {
		return -1
	}
	least := 1.0
	for _, s := range v.Segments {
		if s.NoSpeech == nil {
			return -1
		}
		least = min(least, within(*s.NoSpeech))
	}
	return least
}

func within(p float64) float64 { return max(0, min(1, p)) }

// line makes one line of a text, without what cannot be seen.
func line(text string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(visible), " ")
}

// letters is a text without blanks.
func letters(text string) string { return strings.ReplaceAll(text, " ", "") }

// tag is the ISO 639-1 code of a language that a server names by it, or by its English name.
func tag(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if code, ok := tags()[name]; ok {
		return code
	}
	if len(name) == 2 && name[0] >= 'a' && name[0] <= 'z' && name[1] >= 'a' && name[1] <= 'z' {
		return name
	}
	return ""
}

// tags are the languages that callers of offices probably speak, by the names that Whisper has for them.
func tags() map[string]string {
	return map[string]string{
		"english": "en", "german": "de", "french": "fr", "italian": "it", "spanish": "es", "portuguese": "pt", "dutch": "nl",
		"polish": "pl", "turkish": "tr", "russian": "ru", "ukrainian": "uk", "arabic": "ar", "czech": "cs", "danish": "da",
		"swedish": "sv", "norwegian": "no", "finnish": "fi", "hungarian": "hu", "romanian": "ro", "greek": "el", "croatian": "hr",
	}
}
