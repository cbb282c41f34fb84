package language_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/de"
	"frontdesk.internal/appliance/language/en"
)

// A question that stands beside something else is found with and without marks; what only sounds like one is left alone.
func TestAskedBeside(t *testing.T) {
	for _, l := range []struct {
		lang language.Language
		says [][3]string
	}{
		{en.Language{}, [][3]string{
			{"yes please and how much would it be roughly", "yes please", "how much would it be roughly"},
			{"it's Anna Lee L E E but could you tell me what that costs", "it's Anna Lee L E E", "could you tell me what that costs"},
			{"yep and hey is there a fee if I don't turn up", "yep", "is there a fee if I don't turn up"},
			{"I don't want to pay if I can't make it is there a charge", "I don't want to pay if I can't make it", "is there a charge"},
			{"Yes. What time do you close? It's rather urgent.", "Yes. It's rather urgent.", "What time do you close?"},
			{"pass it on but am I gonna get charged", "pass it on", "am I gonna get charged"},
			{"How long does it take?", "", "How long does it take?"},
			{"What information do you have on me?", "What information do you have on me?", ""},
			{"it's Tom Is", "it's Tom Is", ""},
			{"yes and what I need is a new chain", "yes and what I need is a new chain", ""},
			{"it broke and when he comes home he will be cross", "it broke and when he comes home he will be cross", ""},
			{"tell him the boiler is out and he should bring a pump", "tell him the boiler is out and he should bring a pump", ""},
		}},
		{de.Language{}, [][3]string{
			{"ja gern und was kostet das ungefähr", "ja gern", "was kostet das ungefähr"},
			{"Anna Huber, aber wie lange dauert das denn?", "Anna Huber,", "wie lange dauert das denn?"},
			{"ja die Nummer stimmt und sagen Sie kann ich auch am Samstag kommen", "ja die Nummer stimmt",
				"kann ich auch am Samstag kommen"},
			{"nein nicht dringend aber muss ich da was zahlen", "nein nicht dringend", "muss ich da was zahlen"},
			{"Ja, genau die. Rufen Sie heute noch an? Der Ring ist schmal.", "Ja, genau die. Der Ring ist schmal.", "Rufen Sie heute noch an?"},
			{"Weibel, W E I B E L. Sind wir denn da versichert?", "Weibel, W E I B E L.", "Sind wir denn da versichert?"},
			{"Morgen kann ich nicht, dann muss ich arbeiten", "Morgen kann ich nicht, dann muss ich arbeiten", ""},
			{"ja und was ich brauche steht auf dem Zettel", "ja und was ich brauche steht auf dem Zettel", ""},
		}},
	} {
		for _, s := range l.says {
			rest, question := l.lang.AskedBeside(s[0])
			if rest != s[1] || question != s[2] {
				t.Errorf("%q: %q and %q, want %q and %q", s[0], rest, question, s[1], s[2])
			}
		}
	}
}
