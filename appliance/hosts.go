package appliance

import (
	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/engines"
)

// openHosts has computers of the office's network help the engines.
func (a *Appliance) openHosts(own Engines) {
	a.hosts = lan.New(lan.Options{
		Records: a.store, Gate: a.out, Own: own, Question: a.trialQuestion, Sentence: a.trialSentence, Calls: a.Calls,
		Logger: a.log.With("part", "engine hosts"),
	})
}

// withHelp is how the engines are, together with the computers that help: with one that chooses, a box needs no language model of its own.
type withHelp struct {
	*readiness
	hosts *lan.Hosts
}

var _ reception.Readiness = withHelp{}

// Ready implements reception.Readiness.
func (w withHelp) Ready() (speech, mind bool) {
	speech, mind = w.readiness.Ready()
	return speech, mind || w.hosts.Used(record.EngineText)
}

// trialSentence is what nearly every caller might say, in the first language of the business.
func (a *Appliance) trialSentence() (tag, text string) {
	b, _ := a.Business()
	tag = b.Tongues()[0]
	return tag, all.For(tag).Text(language.AskHours, language.Args{})
}

// trialQuestion puts that sentence as a call would.
func (a *Appliance) trialQuestion() engines.CompleteRequest {
	b, _ := a.Business()
	_, text := a.trialSentence()
	ask := dialogue.AskAbout(b, text)
	return engines.CompleteRequest{
		Call: "trial", Prefix: dialogue.Prefix(b), Prompt: ask.Prompt, Grammar: ask.Grammar, MaxTokens: ask.Max,
	}
}
