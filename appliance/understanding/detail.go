package understanding

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
)

// detail is the sentence that lies nearest to an utterance among those that the profile says of the service, or in the answer, that was
// spoken of before; nil when there is none. Score is how near.
func (r *Reader) detail(s Seen) *Ask {
	if r.book == nil || s.after == nil {
		return nil
	}
	var best *Ask
	look := func(text, source string, vecs [][]float32) {
		for i, sentence := range sentences(r.lang, text) {
			if i >= len(vecs) {
				return
			}
			if n := s.near(vecs[i : i+1]); best == nil || n > best.Score {
				best = &Ask{Intent: Detail, Score: n, Sentence: sentence, Source: source, Text: s.whole.seg.text, Meaning: *s.after}
			}
		}
	}
	switch m := *s.after; {
	case m.Service >= 0 && m.Service < len(r.biz.Services):
		x, e := r.biz.Services[m.Service], r.book.services[m.Service]
		look(x.Description, fmt.Sprintf("services[%d].description", m.Service), e.about)
		look(x.Price.Note, fmt.Sprintf("services[%d].price.note", m.Service), e.note)
	case m.Answer >= 0 && m.Answer < len(r.biz.Answers):
		look(r.biz.Answers[m.Answer].Reply, fmt.Sprintf("answers[%d].reply", m.Answer), r.book.answers[m.Answer].reply)
	}
	return best
}

// sentences are those of a text that have a vector.
func sentences(l language.Language, text string) (out []string) {
	for _, s := range l.Sentences(text) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// nearDetail is how near a sentence must lie to be told where nothing else is surely meant, CloseDetail where something else would be. Of
// 40 turns that followed an answer, those that asked on about it lay at .29 to .72, all but one, and those that asked for something else
// at .25 at most.
const (
	nearDetail  = 0.28
	CloseDetail = 0.45
)

// preferDetail tells a sentence of what was spoken of before, with the question whether it was wanted, where that is likelier to be
// meant than what was read.
func (r *Reading) preferDetail() {
	d := r.Detail
	if d == nil || d.Score < nearDetail {
		return
	}
	if s := r.Named.Services; len(s) > 0 && s[0].Score >= namedWhole && !slices.Contains(s[0].Items, d.Meaning.Service) {
		return // something else is named
	}
	for _, a := range slices.Concat(r.Asks, r.Weak) {
		if a.Intent == Price && a.Meaning.Service == d.Meaning.Service && a.Meaning.Service >= 0 && a.Score >= suspected {
			return // its price is asked for, and no sentence holds that
		}
	}
	switch {
	case len(r.Asks) > 1:
		return
	case len(r.Asks) == 0:
		if len(r.Weak) > 0 && !Informative(r.Weak[0].Intent) && r.Weak[0].Intent != Unknown && r.Weak[0].Score >= likelyPart {
			return
		}
	default:
		a := r.Asks[0]
		switch a.Intent {
		case Unknown:
		case Answer, Price, Service, Duration:
			other := len(a.Services) > 0 && !a.Guessed && a.Meaning.Service != d.Meaning.Service
			asked := a.Intent == Answer && a.Meaning.Answer != d.Meaning.Answer && a.Score >= surePart // an answer of the owner's to just that
			if d.Score < CloseDetail || a.Because != "" || other || asked {
				return
			}
		default:
			return
		}
	}
	told := *d
	told.Doubt = true
	weak := r.Weak
	if len(r.Asks) == 1 && r.Asks[0].Intent != Unknown && (len(weak) == 0 || weak[0].Meaning != r.Asks[0].Meaning) {
		weak = append([]Ask{r.Asks[0]}, weak...)
	}
	r.Asks, r.Weak = []Ask{told}, weak
}
