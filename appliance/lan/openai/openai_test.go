package openai

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// seedsChoice are completions as servers write them, and worse.
func seedsChoice() []string {
	return []string{
		// llama-server
		`{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"hours"},"logprobs":{"content":[{"id":17,` +
			`"token":"hours","bytes":[104],"logprob":-0.02,"top_logprobs":[]}]}}],"model":"x","timings":{"prompt_n":12}}`,
		// vLLM
		`{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":" price","reasoning_content":null},` +
			`"logprobs":{"content":[{"token":" pr","logprob":-0.1,"bytes":null},{"token":"ice","logprob":0.0}]}}],"usage":{}}`,
		`{"choices":[{"message":{"content":"hours"},"logprobs":null}]}`, `{"choices":[{"message":{"content":null}}]}`, `{"choices":[]}`,
		`{"choices":[{"message":{"content":"hours"},"logprobs":{"content":[{"logprob":5}]}}]}`,
		`{"choices":[{"message":{"content":"hours"},"logprobs":{"content":[{"logprob":-1e308},{"logprob":-1e308}]}}]}`,
		`{"choices":[{"message":{"content":"hours"},"logprobs":{"content":[{"logprob":1e999}]}}]}`,
		`{"choices":[{"message":{"content":"hours"},"logprobs":{"content":[{"token":"hours"}]}}]}`,
		`{"choices":[{"message":{"content":"pay me"},"logprobs":{"content":[{"logprob":0}]}}]}`,
		`[]`, `null`, `{"choices":7}`, `{"error":{"message":"no"}}`, ``, "\x00", strings.Repeat("[", 20000),
	}
}

func seedsTranscript() []string {
	return []string{
		// whisper.cpp's server, and one for faster-whisper
		`{"task":"transcribe","language":"english","duration":2.1,"text":" When are you open?\n","segments":[{"id":0,"text":" When are you open?",` +
			`"avg_logprob":-0.11,"no_speech_prob":0.02,"words":[{"word":" When","start":0,"end":0.2,"probability":0.97},` +
			`{"word":" are","probability":0.98},{"word":" you","probability":0.99},{"word":" open?","probability":0.9}]}]}`,
		`{"text":"Wann haben Sie offen?","language":"de","words":[{"word":"Wann","start":0.1,"end":0.3},{"word":"haben"},{"word":"Sie"},` +
			`{"word":"offen"}],"segments":[{"text":" Wann haben Sie offen?","avg_logprob":-0.3,"no_speech_prob":0.01}]}`,
		`{"text":"Hello."}`, `{"text":""}`, `{"text":null}`, `{}`, `null`, `[]`, `"hello"`, ``, "\xff\xfe",
		`{"text":"a\u0000b\u202e c","segments":[{"text":"a b c","avg_logprob":99,"no_speech_prob":-3}]}`,
		`{"text":"x","segments":[{"text":"x","avg_logprob":-1e308,"no_speech_prob":1e308}]}`,
		`{"text":"x","words":[{"word":"y","probability":1}]}`, `{"text":"x","words":[{"word":"x","probability":7}]}`,
		`{"text":"` + strings.Repeat("no ", 500) + `"}`, `{"text":7}`, `{"text":"x","segments":{}}`,
	}
}

func choices() []string { return []string{"hours", "price", "other"} }

func checkChoice(t *testing.T, body string) (ok bool) {
	t.Helper()
	c, err := readChoice([]byte(body), choices())
	if err != nil {
		if c != (Choice{}) {
			t.Errorf("%.80q: a choice beside an error: %+v", body, c)
		}
		return false
	}
	if c.Index < 0 || c.Index >= len(choices()) || !(c.LogProb <= 0) || c.Tokens < 1 {
		t.Errorf("%.80q: %+v", body, c)
	}
	return true
}

func checkTranscript(t *testing.T, body string) (said string) {
	t.Helper()
	x, err := readTranscript([]byte(body), 2*time.Second)
	if err != nil {
		return ""
	}
	if (x.Rejected == "") != (x.Text != "") || len(x.Text) > 64 || !utf8.ValidString(x.Text) {
		t.Errorf("%.80q: %+v", body, x)
	}
	for _, r := range x.Text {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			t.Errorf("%.80q: %q is in the words", body, r)
		}
	}
	for _, w := range x.Words {
		if !(w.Prob >= 0 && w.Prob <= 1) || w.Text == "" {
			t.Errorf("%.80q: %+v", body, w)
		}
	}
	if math.IsNaN(x.AvgLogProb) || !(x.NoSpeechProb >= 0 && x.NoSpeechProb <= 1) || len(x.Language) != 0 && len(x.Language) != 2 {
		t.Errorf("%.80q: %+v", body, x)
	}
	return x.Text
}

func TestReadChoice(t *testing.T) {
	for i, body := range seedsChoice() {
		if got, want := checkChoice(t, body), i < 2 || strings.Contains(body, "1e308"); got != want {
			t.Errorf("%.80q: believed %v, want %v", body, got, want)
		}
	}
	c, err := readChoice([]byte(seedsChoice()[1]), choices())
	if err != nil || c.Index != 1 || c.LogProb != -0.1 || c.Tokens != 2 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestReadTranscript(t *testing.T) {
	for _, body := range seedsTranscript() {
		checkTranscript(t, body)
	}
	x, err := readTranscript([]byte(seedsTranscript()[0]), 2*time.Second)
	if err != nil || x.Text != "When are you open?" || x.Language != "en" || len(x.Words) != 4 ||
		x.Words[3].Prob != 0.9 || x.NoSpeechProb != 0.02 {
		t.Errorf("%+v, %v", x, err)
	}
	// Without probabilities of the words, those of the segments count.
	x, err = readTranscript([]byte(seedsTranscript()[1]), 2*time.Second)
	if err != nil || x.Text != "Wann haben Sie offen?" || x.Language != "de" || len(x.Words) != 4 ||
		math.Abs(x.Words[0].Prob-math.Exp(-0.3)) > 1e-9 {
		t.Errorf("%+v, %v", x, err)
	}
}

func TestTag(t *testing.T) {
	for name, want := range map[string]string{"english": "en", "German\n": "de", "fr": "fr", "klingon": "", "": "", "e1": "", "de-DE": ""} {
		if got := tag(name); got != want {
			t.Errorf("tag(%q) = %q", name, got)
		}
	}
}

func FuzzReadChoice(f *testing.F) {
	for _, s := range seedsChoice() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) { checkChoice(t, body) })
}

func FuzzReadTranscript(f *testing.F) {
	for _, s := range seedsTranscript() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) { checkTranscript(t, body) })
}

func FuzzFirstModel(f *testing.F) {
	for _, s := range []string{`{"data":[{"id":"qwen"}]}`, `{"data":[]}`, `{}`, `[]`, `{"data":[{"id":""},{"id":"x"}]}`, `{"data":[{"id":7}]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if name, err := firstModel([]byte(body)); err == nil && (name == "" || len(name) > nameMost) {
			t.Errorf("%q is a model", name)
		}
	})
}
