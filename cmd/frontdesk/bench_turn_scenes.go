package main

import (
	"fmt"

	"frontdesk.internal/appliance/phone/phonetest/scene"
)

// turnTalk is what the callers of one business say.
type turnTalk struct {
	language  string
	sample    string   // business profile
	voices    []string // one call after the other
	questions []string // turnsPerCall to a call, then goodbye
}

// turnsPerCall is how many questions a caller asks.
const turnsPerCall = 6

// turnTalks are the calls of the bench. About one question in four is put so that no rule knows it.
var turnTalks = []turnTalk{
	{
		language: "en", sample: "dental",
		voices: []string{"flite:slt", "flite:rms", "espeak:en-us", "flite:awb", "espeak:en-gb", "flite:kal16"},
		questions: []string{
			"What are your opening hours on Monday?", "How much is a teeth cleaning?", "Where are you located?",
			"Is there any parking?", "Do you take insurance?", "My tooth has gone a bit yellow, can you do something about that?",
			"Are you open on Saturday?", "What does a root canal cost?", "Do you treat children?",
			"I grind my teeth at night, is there anything for that?", "How can I pay?", "Who is Doctor Chen?",
			"When do you close on Friday?", "How much is a check up?", "Is the office wheelchair accessible?",
			"What happens if I cannot make it to my appointment?", "Do you do teeth whitening?", "What is your address?",
			"Are you open tomorrow?", "How much do you charge for X-rays?", "Are you accepting new patients?",
			"I am scared of needles, how do you deal with that?", "What should I bring to my first visit?", "Do you speak Spanish?",
			"Are you open on Sunday?", "What is the price of a crown?", "What is your website?",
			"Could somebody straighten the teeth of my son?", "Do you do fillings?", "What are your hours on Wednesday?",
			"Can I bring my daughter who is four?", "How much is an extraction?", "How do I find you?",
			"Are you open on Christmas Day?", "What is your e-mail address?", "Are you a robot?",
		},
	},
	{
		language: "de", sample: "elektro", voices: []string{"pico:de-DE"},
		questions: []string{
			"Wann haben Sie am Montag geöffnet?", "Was kostet eine Wallbox?", "Wo finde ich Sie?",
			"Kann ich bei Ihnen parken?", "Wie kann ich bezahlen?", "Bei uns fliegt dauernd die Sicherung raus, können Sie sich das ansehen?",
			"Haben Sie am Samstag geöffnet?", "Wie schnell können Sie kommen?", "In welchem Gebiet arbeiten Sie?",
			"Ich habe mir selbst eine Lampe gekauft, hängen Sie mir die auf?", "Geben Sie Gewährleistung?", "Bilden Sie aus?",
			"Wann machen Sie am Freitag zu?", "Arbeiten Sie auch für Hausverwaltungen?", "Wie ist Ihre Adresse?",
			"Darf ich im Mietshaus den Strom selbst reparieren?", "Wie lautet Ihre E-Mail-Adresse?", "Haben Sie morgen offen?",
			"Sprechen Sie auch Englisch?", "Wie komme ich zu Ihnen?", "Sind Sie ein Roboter?",
			"Haben Sie eine Webseite?", "Ist am Sonntag jemand da?", "Bis wann haben Sie am Donnerstag offen?",
		},
	},
}

// scenes are the calls of one voice each; none when this system has none of the voices.
func (t turnTalk) scenes() []scene.Scene {
	var voices []string
	for _, v := range t.voices {
		if scene.Available(v) == nil {
			voices = append(voices, v)
		}
	}
	if len(voices) == 0 {
		return nil
	}
	var out []scene.Scene
	for i := 0; i < len(t.questions); i += turnsPerCall {
		n := len(out)
		s := scene.Scene{
			Name: fmt.Sprintf("bench-%s-%d", t.language, n+1), Caller: fmt.Sprintf("217555018%d", n), Voice: voices[n%len(voices)], SNR: 30,
		}
		for _, q := range t.questions[i:min(i+turnsPerCall, len(t.questions))] {
			s.Steps = append(s.Steps, scene.Act{Say: q})
		}
		s.Steps = append(s.Steps, scene.Act{Hangup: true})
		out = append(out, s)
	}
	return out
}
