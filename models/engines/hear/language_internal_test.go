package hear

import (
	"context"
	"errors"
	"slices"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// polyglot recognises by a table of languages and notes which were asked.
type polyglot struct {
	by    map[string]engines.Recognition
	asked []string
}

func (p *polyglot) Close() error { return nil }

func (p *polyglot) Recognize(_ context.Context, _ audio.PCM, o engines.RecognizeOptions) (engines.Recognition, error) {
	p.asked = append(p.asked, o.Language)
	r, ok := p.by[o.Language]
	if !ok {
		return engines.Recognition{}, errors.New("not known")
	}
	return r, nil
}

func TestRecogniseIn(t *testing.T) {
	said := func(text string, p float64) engines.Recognition {
		return engines.Recognition{Text: text, AvgLogProb: p}
	}
	rejected := engines.Recognition{Rejected: "low_probability", AvgLogProb: -1.3}
	for name, tt := range map[string]struct {
		by      map[string]engines.Recognition
		partial bool
		want    string
		asked   []string
	}{
		"sure of the first": {
			map[string]engines.Recognition{"de": said("ja", -0.2), "en": said("yes", -0.1)}, false, "de", []string{"de"},
		},
		"the other is clearly it": {
			map[string]engines.Recognition{"de": said("Wie viel ist ein Stock?", -0.8), "en": said("How much is a socket?", -0.1)}, false, "en",
			[]string{"de", "en"},
		},
		"nothing in the first": {
			map[string]engines.Recognition{"de": rejected, "en": said("Hello", -0.3)}, false, "en", []string{"de", "en"},
		},
		"neither is sure": {
			map[string]engines.Recognition{"de": said("ein Tanker", -0.8), "en": said("I'm not good", -0.9)}, false, "de", []string{"de", "en"},
		},
		"noise is no other language": {
			map[string]engines.Recognition{"de": rejected, "en": said("mask off", -1.1)}, false, "de", []string{"de", "en"},
		},
		"hardly better":   {map[string]engines.Recognition{"de": said("a", -0.6), "en": said("b", -0.45)}, false, "de", []string{"de", "en"}},
		"half a sentence": {map[string]engines.Recognition{"de": said("a", -0.9), "en": said("b", -0.1)}, true, "de", []string{"de"}},
		"the other fails": {map[string]engines.Recognition{"de": said("a", -0.9)}, false, "de", []string{"de", "en"}},
	} {
		p := &polyglot{by: tt.by}
		r, language, err := recogniseIn(t.Context(), p, nil, engines.RecognizeOptions{Language: "de", Partial: tt.partial}, []string{"de", "en"})
		if err != nil || language != tt.want || r.Text != tt.by[tt.want].Text || !slices.Equal(p.asked, tt.asked) {
			t.Errorf("%s: %q in %s, asked %v, %v", name, r.Text, language, p.asked, err)
		}
	}
}
