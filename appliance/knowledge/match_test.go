package knowledge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

func words(text string) []string { return shop().Speech().Words(text) }

func shop() *knowledge.Business {
	return &knowledge.Business{
		TimeZone: "UTC",
		Services: []knowledge.Service{
			{Name: "teeth cleaning", Also: []string{"cleaning"}}, {Name: "deep cleaning"}, {Name: "root canal"},
			{Name: "check-up", Also: []string{"exam"}}, {Name: "will"}, {Name: "blue widget"}, {Name: "red widget"}, {Name: "green widget"},
		},
		Staff: []knowledge.Person{
			{Name: "Dr. Maria Lopez", Role: "dentist"}, {Name: "Dr. James Chen", Role: "dentist"}, {Name: "Tom Park", Role: "receptionist"},
			{Name: "Tom Will", Role: "nurse"},
		},
		Answers: []knowledge.Answer{
			{Question: "Do you accept insurance?", Also: []string{"do you take Delta Dental"}, Reply: "Yes."},
			{Question: "Do you treat children?", Reply: "Yes."},
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
		"how much is a cleaning": "[0]", "a deep cleaning please": "[1]", "teeth cleanings": "[0]", "the root canal and a checkup": "[2] [3]",
		"my canal": "[2]", "a check up": "[3]", "exams": "[3]", "I need a will": "[4]", "will you be there": "", "a widget": "[5 6 7]",
		"the red widget": "[6]", "roof canal": "[2]", "hello there": "", "deep cleening": "[1]", "a cleaning and a deep cleaning": "[0] [1]",
	} {
		if got := describe(x.Services(words(text))); got != want {
			t.Errorf("Services(%q) = %s, want %s", text, got, want)
		}
	}
	if ms := x.Services(words("a widget")); len(ms) != 1 || !ms[0].Ambiguous() {
		t.Errorf("widgets are three: %v", ms)
	}
}

func TestIndexStaff(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]string{
		"Dr. Lopez": "[0]", "maria": "[0]", "doctor lopes": "[0]", "James Chen": "[1]", "Tom": "[2 3]", "Tom Park": "[2]", "where can I park": "",
		"is parking free": "", "will you": "", "the doctor": "", "Dr. Smith": "",
		"mr chen": "[1]",
	} {
		if got := describe(x.Staff(words(text))); got != want {
			t.Errorf("Staff(%q) = %s, want %s", text, got, want)
		}
	}
	if got := describe(x.Roles(words("who is the dentist"))); got != "[0 1]" {
		t.Errorf("Roles = %s", got)
	}
}

func TestIndexAnswers(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]int{
		"Do you take my insurance?": 0, "insurance": 0, "Delta Dental": 0, "do you treat kids": 1, "can I bring a dog": -1,
	} {
		got := -1
		if ms := x.Answers(words(text), 0.6); len(ms) > 0 {
			got = ms[0].Items[0]
		}
		if got != want {
			t.Errorf("Answers(%q) = %d, want %d", text, got, want)
		}
	}
	if ms := x.Answers(words("Do you take my insurance?"), 0.1); !slices.IsSortedFunc(ms, func(a, b knowledge.Mention) int {
		return int(1000 * (b.Score - a.Score))
	}) {
		t.Errorf("not best first: %v", ms)
	}
}

func TestIndexEmergency(t *testing.T) {
	x := knowledge.NewIndex(shop())
	for text, want := range map[string]bool{
		"I have a burst pipe": true, "the pipe burst": true, "a pipe has just burst": true, "there's a gas leak": true, "I'm bleeding": true,
		"it's not bleeding": false, "no gas leak here": false, "my pipe": false,
		"a burst of laughter and much later somebody smoked a pipe": false,
	} {
		if _, got := x.Emergency(words(text)); got != want {
			t.Errorf("Emergency(%q) = %v, want %v", text, got, want)
		}
	}
}

// A name of the staff that sounds like an emergency is none.
func TestEmergencyAndNames(t *testing.T) {
	b := &knowledge.Business{
		Language: "de", Region: "DE", Staff: []knowledge.Person{{Name: "Thomas Brandt"}},
		Emergency: knowledge.Emergency{Words: []string{"es brennt"}},
	}
	x, de := knowledge.NewIndex(b), b.Speech()
	for text, want := range map[string]bool{
		"Bei uns brennt es!": true, "Eine Nachricht für Herrn Brandt, bitte.": false, "Herr Brandt, es brennt!": true,
	} {
		if _, got := x.Emergency(de.Words(text)); got != want {
			t.Errorf("Emergency(%q) = %v, want %v", text, got, want)
		}
	}
}

// A phrase of which one word alone carries meaning is more than that word.
func TestEmergencyInSmallWords(t *testing.T) {
	b := &knowledge.Business{
		Language: "en", Region: "IE", Emergency: knowledge.Emergency{Words: []string{
			"not moving", "horse got out", "it's an emergency", "colic", "he has a key", "is on fire",
		}},
	}
	x, en := knowledge.NewIndex(b), b.Speech()
	for text, want := range map[string]bool{
		"She's lying there and she's not moving": true, "I have a mare and I'm moving down in January": false,
		"I'm not sure when, but we're moving":  false,
		"a horse got out and it's on the road": true, "my mammy is on a horse": false,
		"this is an emergency": true, "I think it's colic": true,
		"my ex is outside and he has a key": true, "how much to get a key copied": false,
		"the barn is on fire": true, "I'd like to fire off a few copies": false,
	} {
		if _, got := x.Emergency(en.Words(text)); got != want {
			t.Errorf("Emergency(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	x := knowledge.NewIndex(shop())
	ws := words("how much is a hot stone massage")
	if got := x.Unknown(ws, []int{4}, map[string]bool{"stone": true}); !slices.Equal(got, []string{"massage"}) {
		t.Errorf("Unknown = %v", got)
	}
}
