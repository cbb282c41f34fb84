package language_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
)

var breaks = language.Breaks{Abbreviations: map[string]bool{"dr": true, "e.g": true}, Ordinals: true, Before: []string{"and", "or"}}

func TestClauses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		" \n ":                               "",
		"Hello":                              "Hello",
		"Yes; we are open.":                  "Yes; we are open.",
		"Yes.  We are open today.":           "Yes.|We are open today.",
		"Good morning, practice of Dr. Kim.": "Good morning, practice of Dr. Kim.",
		"It costs 9.50 euros. Anything else? Good!":      "It costs 9.50 euros.|Anything else?|Good!",
		`She said "Come in." Then she left.`:             `She said "Come in."|Then she left.`,
		"No, on Sunday we are closed.":                   "No, on Sunday we are closed.",
		"On the 24. we are closed. e.g. today. and more": "On the 24. we are closed. e.g. today. and more",
		"Good morning to you, this is the practice of Dr. A. Kim. How can I help?": "Good morning to you,|this is the practice of Dr. A. " +
			"Kim.|How can I help?",
		"Yes. We are open on Monday from eight to noon, on Tuesday from eight to noon, on Wednesday from eight to noon, " +
			"and on Thursday.": "" +
			"Yes.|We are open on Monday from eight to noon, on Tuesday from eight to noon,|on Wednesday from eight to noon, and on Thursday.",
		"Yes. There is nothing here at which one could pause until the word for it comes and then it ends all of this.": "" +
			"Yes.|There is nothing here at which one could pause until the word for it comes|and then it ends all of this.",
		strings.Repeat("word ", 40) + "end.": strings.Repeat("word ", 40) + "end.",
	} {
		if got := strings.Join(breaks.Clauses(text), "|"); got != want {
			t.Errorf("Clauses(%q)\n got %q\nwant %q", text, got, want)
		}
	}
}

// Of what was heard a sentence ends before a small letter, too.
func TestSentences(t *testing.T) {
	for text, want := range map[string]string{
		"i have a question. are you open? on saturday.": "i have a question.|are you open?|on saturday.",
		"dr. kim please. thanks":                        "dr. kim please.|thanks",
		"on the 24. please":                             "on the 24. please",
		"well... yes; no":                               "well...|yes;|no",
	} {
		if got := strings.Join(breaks.Sentences(text), "|"); got != want {
			t.Errorf("Sentences(%q)\n got %q\nwant %q", text, got, want)
		}
	}
}

// FuzzClauses holds that clauses make the text again and that long ones have no comma to be cut at.
func FuzzClauses(f *testing.F) {
	f.Add("Good morning, this is Dr. Kim. How can I help?")
	f.Add(strings.Repeat("word ", 300))
	f.Add(strings.Repeat("one, two; ", 100) + "…")
	f.Add("ä, ö, ü\u00a0, " + strings.Repeat("ß", 90) + ", x")
	f.Fuzz(func(t *testing.T, text string) {
		pieces := breaks.Clauses(text)
		if got, want := strings.Join(pieces, " "), strings.Join(strings.Fields(text), " "); got != want {
			t.Errorf("pieces %q do not make the text %q", got, want)
		}
		for _, p := range pieces {
			if strings.TrimSpace(p) == "" {
				t.Errorf("an empty piece in %q", pieces)
			}
		}
	})
}
