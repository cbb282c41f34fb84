package knowledge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"What's Dr. Lopez's e-mail?":  "what is doctor lopez email",
		"I'd like 8:30 a.m., please!": "i would like 8:30 am please",
		"It costs $1,200.":            "it costs 1200",
		"check-up":                    "check up",
		"Can't you? We won't.":        "can not you we will not",
		"José's Müller & Søn":         "jose muller and son",
		"U.S.A. o'clock":              "usa oclock",
		"8am and 5PM":                 "8 am and 5 pm",
		"the patients' X-rays":        "the patients x rays",
		"":                            "",
		"...":                         "",
		"I'm ill; it's OK":            "i am ill it is okay",
	} {
		if got := strings.Join(knowledge.Words(text), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzWords holds that words are normal: normalising them again changes nothing but what contractions stand for.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"What's Dr. Lopez's e-mail?", "8am's", "''''", "a.b.c.d", "1,2.3:4", "É'S"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range knowledge.Words(s) {
			if w == "" || strings.ContainsAny(w, " \t\n'\"?!;") {
				t.Errorf("Words(%q) has %q", s, w)
			}
		}
	})
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		least float64
		most  float64
	}{
		{"cleaning", "cleanings", 0.9, 1}, {"crown", "crowns", 0.9, 1}, {"whitening", "whiting", 0, 0.9}, {"insurance", "insurence", 0.8, 1}, {"extraction", "extracton", 0.8, 1},
		{"crown", "brown", 0, 0}, {"hours", "house", 0, 0}, {"a", "an", 0, 0}, {"200", "201", 0, 0}, {"water", "later", 0, 0},
	} {
		if got := knowledge.Alike(tt.a, tt.b); got < tt.least || got > tt.most {
			t.Errorf("Alike(%s, %s) = %.2f, want %.2f to %.2f", tt.a, tt.b, got, tt.least, tt.most)
		}
	}
}

func shop() *knowledge.Business {
	return &knowledge.Business{
		TimeZone: "UTC",
		Services: []knowledge.Service{
			{Name: "teeth cleaning", Also: []string{"cleaning"}}, {Name: "deep cleaning"}, {Name: "root canal"}, {Name: "check-up", Also: []string{"exam"}}, {Name: "will"},
			{Name: "blue widget"}, {Name: "red widget"}, {Name: "green widget"},
		},
		Staff: []knowledge.Person{
			{Name: "Dr. Maria Lopez", Role: "dentist"}, {Name: "Dr. James Chen", Role: "dentist"}, {Name: "Tom Park", Role: "receptionist"}, {Name: "Tom Will", Role: "nurse"},
		},
		Answers: []knowledge.Answer{
			{Question: "Do you accept insurance?", Also: []string{"do you take Delta Dental"}, Reply: "Yes."}, {Question: "Do you treat children?", Reply: "Yes."},
		},
		Holidays:  []knowledge.Holiday{{Name: "Founder's Day", From: "05-05"}},
		Emergency: knowledge.Emergency{Words: []string{"burst pipe", "gas leak", "bleeding"}, Say: "Help."},
	}
}

func describe(ms []knowledge.Mention) string {
	var out []string
	for _, m := range ms {
		out = append(out, fmt.Sprint(m.Items))
	}
	return strings.Join(out, " ")
}

func TestIndexServices(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]string{
		"how much is a cleaning": "[0]", "a deep cleaning please": "[1]", "teeth cleanings": "[0]", "the root canal and a checkup": "[2] [3]", "my canal": "[2]", "a check up": "[3]", "exams": "[3]",
		"I need a will": "[4]", "will you be there": "", "a widget": "[5 6 7]", "the red widget": "[6]", "roof canal": "[2]", "hello there": "", "deep cleening": "[1]", "a cleaning and a deep cleaning": "[0] [1]",
	} {
		if got := describe(x.Services(knowledge.Words(text))); got != want {
			t.Errorf("Services(%q) = %s, want %s", text, got, want)
		}
	}
	if ms := x.Services(knowledge.Words("a widget")); len(ms) != 1 || !ms[0].Ambiguous() {
		t.Errorf("widgets are three: %v", ms)
	}
}

func TestIndexStaff(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]string{
		"Dr. Lopez": "[0]", "maria": "[0]", "doctor lopes": "[0]", "James Chen": "[1]", "Tom": "[2 3]", "Tom Park": "[2]", "where can I park": "", "is parking free": "", "will you": "", "the doctor": "", "Dr. Smith": "",
		"mr chen": "[1]",
	} {
		if got := describe(x.Staff(knowledge.Words(text))); got != want {
			t.Errorf("Staff(%q) = %s, want %s", text, got, want)
		}
	}
	if got := describe(x.Roles(knowledge.Words("who is the dentist"))); got != "[0 1]" {
		t.Errorf("Roles = %s", got)
	}
}

func TestIndexAnswers(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]int{"Do you take my insurance?": 0, "insurance": 0, "Delta Dental": 0, "do you treat kids": 1, "can I bring a dog": -1} {
		got := -1
		if ms := x.Answers(knowledge.Words(text), 0.6); len(ms) > 0 {
			got = ms[0].Items[0]
		}
		if got != want {
			t.Errorf("Answers(%q) = %d, want %d", text, got, want)
		}
	}
	if ms := x.Answers(knowledge.Words("Do you take my insurance?"), 0.1); !slices.IsSortedFunc(ms, func(a, b knowledge.Mention) int { return int(1000 * (b.Score - a.Score)) }) {
		t.Errorf("not best first: %v", ms)
	}
}

func TestIndexEmergency(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]bool{
		"I have a burst pipe": true, "the pipe burst": true, "a pipe has just burst": true, "there's a gas leak": true, "I'm bleeding": true, "it's not bleeding": false, "no gas leak here": false,
		"my pipe": false, "a burst of laughter and much later somebody smoked a pipe": false,
	} {
		if _, got := x.Emergency(knowledge.Words(text)); got != want {
			t.Errorf("Emergency(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	words := knowledge.Words("how much is a hot stone massage")
	if got := knowledge.Unknown(words, []int{4}, map[string]bool{"stone": true}); !slices.Equal(got, []string{"massage"}) {
		t.Errorf("Unknown = %v", got)
	}
}
