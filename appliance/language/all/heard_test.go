package all_test

import (
	"testing"

	"frontdesk.internal/appliance/language/all"
)

// What a recogniser writes for a yes or no that is said alone is taken for it, and what is one, or is something else, is not.
func TestReplyHeard(t *testing.T) {
	for tag, words := range map[string]map[string]string{
		"de": {
			"9": "nein", "neun": "nein", "jahr": "ja", "denau": "genau", "richtih": "richtig",
			"nein": "", "ja": "", "nummer": "", "12": "", "": "",
		},
		"en": {
			"know": "no", "years": "yes", "corect": "correct", "exactli": "exactly",
			"no": "", "yes": "", "number": "", "night": "", "five": "",
		},
	} {
		l := all.For(tag)
		for word, want := range words {
			if got := l.ReplyHeard(word); got != want {
				t.Errorf("%s: %q is heard as %q, want %q", tag, word, got, want)
			}
		}
	}
}
