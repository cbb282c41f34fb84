package language_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
)

func TestAsserted(t *testing.T) {
	for _, tt := range []struct {
		tag     string
		answers bool
		text    string
		want    string
	}{
		{"en", true, "No, not the small one, I want the large cupboard.", "I want the large cupboard."},
		{"en", true, "what? no. not a puppy. it's about the old collie", "it's about the old collie"},
		{"en", true, "yes, and how long does the varnish take", "and how long does the varnish take"},
		{"en", true, "eh? no, no, nobody's in danger, we need the railing painted", "we need the railing painted"},
		{"en", true, "no it is not, I said a chimney cowl. for a barn", "I said a chimney cowl. for a barn"},
		{"en", true, "Yes.", "Yes."},
		{"en", true, "no thank you", "no thank you"},
		{"en", true, "Not sure, maybe Tuesday afternoon?", "maybe Tuesday afternoon?"},
		{"en", true, "no no, I only wanted to know if you take in dresses", "you take in dresses"},
		{"en", true, "I was just wondering do you open on Sundays", "do you open on Sundays"},
		{"de", true, "Nein, ich wollte nur wissen, ob Sie auch abholen.", "ich wollte nur wissen, ob Sie auch abholen."},
		{"de", true, "na, ich wollte bloß fragen ob ihr auch Zelte habt", "ihr auch Zelte habt"},
		{"en", false, "I don't mean the evening course, the one for beginners in the morning", "the one for beginners in the morning"},
		{"en", false, "Hello, no hot water since this morning, can you send somebody?",
			"Hello, no hot water since this morning, can you send somebody?"},
		{"en", false, "No, I'd like two tickets for Friday", "No, I'd like two tickets for Friday"},
		{"de", true, "Nein, kein Gebrauchtrad, ein neues Kinderrad.", "ein neues Kinderrad."},
		{"de", true, "na, ned des kloane, den großen Saal mein ich", "den großen Saal mein ich"},
		{"de", true, "Ja, und was kostet das Stimmen im Monat?", "und was kostet das Stimmen im Monat?"},
		{"de", false, "Ich meine nicht den Abendkurs, den für Anfänger am Vormittag", "den für Anfänger am Vormittag"},
		{"de", false, "Kein warmes Wasser seit heute früh, können Sie jemanden schicken?",
			"Kein warmes Wasser seit heute früh, können Sie jemanden schicken?"},
	} {
		if got := language.Asserted(all.For(tt.tag), tt.text, tt.answers); got != tt.want {
			t.Errorf("%s, answers %v: %q leaves %q, want %q", tt.tag, tt.answers, tt.text, got, tt.want)
		}
	}
}

func TestWithoutReply(t *testing.T) {
	for _, tt := range []struct{ tag, text, want string }{
		{"en", "Yes, two hundred pounds.", "Two hundred pounds."},
		{"en", "Yes, but ring the bell twice.", "Ring the bell twice."},
		{"en", "No, only on Saturdays.", "Only on Saturdays."},
		{"en", "Yes.", "Yes."},
		{"en", "We do, but not in winter.", "We do, but not in winter."},
		{"de", "Ja, aber bitte vorher anrufen.", "Bitte vorher anrufen."},
		{"de", "Nein, nur samstags.", "Nur samstags."},
	} {
		if got := language.WithoutReply(all.For(tt.tag), tt.text); got != tt.want {
			t.Errorf("%s: %q leaves %q, want %q", tt.tag, tt.text, got, tt.want)
		}
	}
}

func TestReplyIn(t *testing.T) {
	for text, want := range map[string]language.Reply{
		"what? no, heavens, we only want to hire a tent": language.No,
		"oh! yes, please do":                             language.Yes,
		"what do you mean by that":                       language.Neither,
		"the tent for four, without the pegs":            language.Neither,
	} {
		if got := language.ReplyIn(all.For("en"), text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestMourns(t *testing.T) {
	for text, want := range map[string]bool{
		"we lost my husband in autumn": true, "my late father had an account with you": true, "Mum passed away last week": true,
		"my phone died": false, "we lost the key to the shed": false, "I'm dying for a coffee": false,
	} {
		if en := all.For("en"); en.Mourns(en.Words(text)) != want {
			t.Errorf("%q mourns: %v", text, !want)
		}
	}
	for text, want := range map[string]bool{
		"meine Oma ist im März gestorben": true, "es geht um einen Trauerfall in der Familie": true, "mein verstorbener Mann": true,
		"mein Handy ist gestorben": false, "ich hab den Schlüssel verloren": false,
	} {
		if de := all.For("de"); de.Mourns(de.Words(text)) != want {
			t.Errorf("%q mourns: %v", text, !want)
		}
	}
}

// TestAsksHelp: who asks what to do is not through with the question whether it is an emergency.
func TestAsksHelp(t *testing.T) {
	for tag, list := range map[string]map[string]bool{
		"en": {"I don't think so, but should I be worried?": true, "I dunno, what should we do": true, "no, I only want a quote": false},
		"de": {"weiß ich nicht, was sollen wir denn machen": true, "ist das schlimm?": true, "nein, ich will nur einen Preis": false},
	} {
		l := all.For(tag)
		for text, want := range list {
			if l.AsksHelp(l.Words(text)) != want {
				t.Errorf("%q asks for help: %v", text, !want)
			}
		}
	}
}
