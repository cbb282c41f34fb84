package selftest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/tryout"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// questionsMost is how many questions a test asks at the most.
const questionsMost = 3

// longestReply bounds, in words, the answers that are asked for: a test should not take minutes.
const longestReply = 45

// question is one to ask, with the answer that the profile gives.
type question struct {
	text, expected, source string
	speech                 audio.PCM // at Rate
}

// candidates are questions that profiles answer, in the order of preference; of each kind one is asked.
func candidates(b *knowledge.Business) [][]string {
	speech := b.Speech()
	ask := func(k language.Key, a language.Args) string { return speech.Text(k, a) }
	var prices, own []string
	for _, s := range b.Services {
		prices = append(prices, ask(language.AskPrice, language.Args{Service: s.Name}))
	}
	for _, a := range b.Answers {
		own = append(own, a.Question)
	}
	return [][]string{
		prices,
		{ask(language.AskHoursOn, language.Args{Weekday: time.Wednesday}), ask(language.AskHours, language.Args{})},
		{ask(language.AskAddress, language.Args{})}, {ask(language.AskParking, language.Args{})}, own,
		{ask(language.AskPhone, language.Args{})}, {ask(language.AskServices, language.Args{})},
	}
}

// choose picks the questions that the rules alone answer from the profile.
func choose(ctx context.Context, b *knowledge.Business, at time.Time) ([]question, error) {
	var plan []question
	for _, kind := range candidates(b) {
		if len(plan) == questionsMost {
			break
		}
		for _, text := range kind {
			r, err := tryout.Ask(ctx, b, text, at, nil)
			if err != nil {
				return nil, err
			}
			if r.Outcome != tryout.Answered || r.By != "rule" || r.Model != tryout.ModelNotAsked || r.Source == "" ||
				len(strings.Fields(r.Said)) > longestReply {
				continue
			}
			plan = append(plan, question{text: text, expected: r.Said, source: r.Source})
			break
		}
	}
	return plan, nil
}

// prepare chooses the questions and has the box's voice say them.
func (r *run) prepare() ([]question, error) {
	plan, err := choose(r.ctx, r.biz, time.Now())
	if err != nil {
		return nil, err
	}
	for i := range plan {
		req := engines.SpeakRequest{Call: "selftest", Text: r.biz.Speech().Aloud(plan[i].text, r.biz.Region), Rate: Rate}
		err := r.t.o.Mouth.Speak(r.ctx, req, func(s engines.Speech) error {
			plan[i].speech = append(plan[i].speech, s.PCM...)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("speak the questions: %w", err)
		}
	}
	return plan, nil
}
