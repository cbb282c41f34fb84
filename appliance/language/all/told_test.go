package all_test

import (
	"testing"

	"frontdesk.internal/appliance/language/all"
)

// TestTold: a message keeps what it is to tell, and nothing that was said to who takes it down.
func TestTold(t *testing.T) {
	for _, tt := range []struct {
		lang, name, text, want string
		whole                  bool
	}{
		{"en", "", "well you must know, can I make an appointment to come in and talk about a design",
			"Can I make an appointment to come in and talk about a design", false},
		{"en", "Pauline James", "yes go on, tell them it's Pauline James, and it's whether you cut it on site, and whether Saint Wilfrid's " +
			"wants a form",
			"It's whether you cut it on site, and whether Saint Wilfrid's wants a form", false},
		{"en", "", "okay you're not listening. can I talk to the lady that does the kids stuff", "", false},
		{"en", "", "Not that. change the message. a class for a thirteen year old", "A class for a thirteen year old", true},
		{"en", "Craig Donoghue", "that's the one. and it's twelve Ramsay Street Highfields by the way", "It's twelve Ramsay Street Highfields",
			false},
		{"en", "", "none of it. the message is I'm cancelling Friday at four. just leave it at that", "I'm cancelling Friday at four.", true},
		{"en", "Dana Whitlock", "no no, it's Dana Whitlock, and what I want is a class for a thirteen year old, that's the message",
			"A class for a thirteen year old", true},
		{"en", "", "The boiler makes a noise like a kettle, and I don't have it on at night.",
			"The boiler makes a noise like a kettle, and I don't have it on at night.", false},
		{"en", "", "No hot water since Monday.", "No hot water since Monday.", false},
		{"en", "", "I need to talk to Hannah about the lettering on my stone", "I need to talk to Hannah about the lettering on my stone", false},
		{"en", "Ed Lowe", "hello, this is Ed Lowe, please tell them that the gate is stuck, thank you very much", "The gate is stuck", false},
		{"de", "", "i sags doch", "", false},
		{"de", "Benedikt Maier", "ja schreib auf benedikt maier zehn erwachsene und ein kind erster august ab zwei",
			"Zehn erwachsene und ein kind erster august ab zwei", false},
		{"de", "Stefan Brunner", "hab i eh schon gsagt", "", false},
		{"de", "Ruth Egger", "grüß gott hier ist ruth egger unser tor klemmt seit gestern", "Unser tor klemmt seit gestern", false},
		{"de", "", "nein, die Nachricht ist: ich sage den Termin am Freitag ab. Lassen Sie es dabei.", "Ich sage den Termin am Freitag ab.",
			true},
		{"de", "", "Kein warmes Wasser seit Montag.", "Kein warmes Wasser seit Montag.", false},
		{"de", "", "ja und nicht vergessen vierzehnter dezember vormittag", "Vierzehnter dezember vormittag", false},
	} {
		got, whole := all.For(tt.lang).Told(tt.text, tt.name)
		if got != tt.want || whole != tt.whole {
			t.Errorf("%q\n told %q %v\n want %q %v", tt.text, got, whole, tt.want, tt.whole)
		}
	}
}

// TestBrief: a long message is read back in the words that say most.
func TestBrief(t *testing.T) {
	for _, tt := range []struct{ lang, text, want string }{
		{"en", "I was in there yesterday and I took my wedding ring off for the clay, and I got home and, I don't have it. It's gold with a " +
			"little " +
			"sapphire, I think I left it by the sink", "I took my wedding ring off for the clay, It's gold with a little sapphire, I think I " +
			"left it by the sink"},
		{"de", "ich glaub ich hab meinen ehering in der jackentasche gelassen die hab ich gestern bei euch abgegeben. können sie gleich " +
			"nachschauen ob der ring da ist bevor die jacke in die maschine kommt dunkelblaue jacke ring ist gold mit gravur anna",
			"Ich glaub ich hab meinen ehering in der jackentasche gelassen, bevor die jacke in die maschine kommt dunkelblaue jacke ring " +
				"ist gold mit gravur anna"},
		{"en", "Short and sweet.", "Short and sweet."},
	} {
		if got := all.For(tt.lang).Brief(tt.text, 25); got != tt.want {
			t.Errorf("%q\nbrief %q\n want %q", tt.text, got, tt.want)
		}
	}
}

// TestAsksKept tells questions about a message from what is to be told.
func TestAsksKept(t *testing.T) {
	for _, tt := range []struct {
		lang, text string
		want       bool
	}{
		{"en", "yeah but did you put that it's a ring, by the sink", true}, {"en", "well what did you put", true},
		{"en", "did you get the thirteen bit", true}, {"en", "is my address in there", true}, {"en", "have you written down that it leaks", true},
		{"en", "yes, as long as you've put the saturday on it", true}, {"en", "what does it say", true},
		{"en", "no, it's the van I want", false}, {"en", "and tell her it's blue", false}, {"en", "yes please", false},
		{"en", "can you do it on Friday", false},
		{"de", "haben sie das mit dem ring und der blauen jacke auch drin", true}, {"de", "hast du das mit dem hund", true},
		{"de", "was haben sie denn jetzt aufgeschrieben", true}, {"de", "haben sie auch notiert dass es der zweite stock ist", true},
		{"de", "steht da auch die adresse drin", true}, {"de", "nein es geht um den transport", false}, {"de", "ja bitte", false},
		{"de", "haben sie am freitag offen", false},
	} {
		l := all.For(tt.lang)
		if got := l.AsksKept(l.Words(tt.text)); got != tt.want {
			t.Errorf("AsksKept(%q) = %v", tt.text, got)
		}
	}
}
