package dialogue_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// leaveGerman begins a message in German.
const leaveGerman = "ich möchte eine nachricht hinterlassen"

// TestTheReadBackHasAContent: however long the reason is, what it is about is read back in the caller's words, without fillers.
func TestTheReadBackHasAContent(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "long", turns: []string{leave, "Tom Baker.", "Yes.",
			"Well hi, so I came by on Tuesday for the cleaning, and I left my grey wool " +
				"scarf on the coat rack, and I was half way home when I saw it, and it was a present from my late grandmother, you know, so it " +
				"matters."},
			holds: "grey wool scarf", lacks: "Well hi"},
		{name: "german", sample: "elektro", turns: []string{leaveGerman, "thomas huber", "ja",
			"also guten tag ich war gestern bei ihnen im laden und hab " +
				"eine rote lampe mit langem kabel gekauft und jetzt seh ich daheim dass der schirm einen sprung hat und meine mutter sagt das war " +
				"bestimmt schon vorher so", "nein"}, holds: "rote lampe", lacks: "guten tag"},
	} {
		t.Run(tt.name, tt.play)
	}
}

// TestAsksWhatIsKept: who asks at the read-back whether something is in the message hears all of it, and nothing of the question is kept.
func TestAsksWhatIsKept(t *testing.T) {
	about := "It is about the blue folder with my x-rays that I left on the chair by the window last Monday afternoon when I was in for the " +
		"check-up with my two daughters and the dog."
	for _, tt := range []talkOf{
		{name: "did you put", turns: []string{leave, "Tom Baker.", "Yes.", about, "Yeah but did you put that it's blue?"},
			holds: "with my two daughters", state: "checkAll"},
		{name: "kept", turns: []string{leave, "Tom Baker.", "Yes.", about, "Hang on, what did you write?", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: record.Personal(about)}},
		{name: "german", sample: "elektro", turns: []string{leaveGerman, "thomas huber", "ja", "es geht um die rote lampe",
			"hast du das mit der lampe drin"},
			holds: "rote lampe", lacks: "ergänzt", state: "checkAll"},
		{name: "german kept", sample: "elektro", turns: []string{leaveGerman, "thomas huber", "ja", "es geht um die rote lampe",
			"ja haben sie auch aufgeschrieben dass sie rot ist", "ja bitte"},
			want: &record.Message{Name: "Thomas Huber", Reason: "Es geht um die rote lampe"}},
	} {
		t.Run(tt.name, tt.play)
	}
}

// TestNoNoiseIsKept: what only answers, grumbles, introduces or directs is no part of a message.
func TestNoNoiseIsKept(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "grumble", turns: []string{leave, "Tom Baker.", "Yes.", "Oh for goodness sake, I told you already. The retainer is cracked.",
			"Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "The retainer is cracked."}},
		{name: "replaced", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.",
			"no, not that. the message is the retainer is cracked, that's all you need to say", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "The retainer is cracked"}},
		{name: "changed", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.",
			"No. Change the message. I want my x-rays sent over.", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "I want my x-rays sent over."}},
		{name: "with the name", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.",
			"no no, it's Tom Baker, and what I want is a copy of my x-rays, that's the message", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "A copy of my x-rays"}},
		{name: "german", sample: "elektro", turns: []string{leaveGerman, "thomas huber hab ich doch schon gesagt", "ja",
			"ach na ja also schreib auf die klingel geht nicht", "ja"},
			want: &record.Message{Name: "Thomas Huber", Reason: "Die klingel geht nicht"}},
		{name: "german replaced", sample: "elektro", turns: []string{leaveGerman, "thomas huber", "ja", "es geht um die rechnung",
			"nein nicht das. die nachricht ist die klingel geht nicht. mehr nicht", "ja"},
			want: &record.Message{Name: "Thomas Huber", Reason: "Die klingel geht nicht."}},
	} {
		t.Run(tt.name, tt.play)
	}
}

// TestNamesOfStrangers: a name that is told anywhere is taken once, and whole.
func TestNamesOfStrangers(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "in the opening", turns: []string{"Hi, this is Tom Baker, what are your opening hours?", leave},
			not: []language.Key{language.TextAskName}, state: "offerNumber"},
		{name: "lower case", turns: []string{"hi this is tom baker i'd like to leave a message"}, not: []language.Key{language.TextAskName}},
		{name: "twice", turns: []string{leave, "it's Walt, Walt Buchanan, I was moving firewood"}, state: "offerNumber"},
		{name: "in one run", turns: []string{leave, "Zorana Whitlock.", "Z O R A N A, W H I T L O C K", "Yes.", "It is about my bill.", "Yes."},
			want: &record.Message{Name: "Zorana Whitlock", Reason: "It is about my bill."}},
		{name: "german opening", sample: "elektro", turns: []string{"grüß gott hier ist brigitte huber ich möchte eine nachricht hinterlassen"},
			state: "offerNumber"},
		{name: "german before", sample: "elektro", turns: []string{"hallo i bins der thomas huber wann habt ihr offen", leaveGerman},
			state: "offerNumber"},
		{name: "german twice", sample: "elektro", turns: []string{leaveGerman, "huber thomas huber", "ja", "es geht um die rechnung", "ja"},
			want: &record.Message{Name: "Thomas Huber", Reason: "Es geht um die rechnung"}},
		{name: "german said already", sample: "elektro", turns: []string{leaveGerman, "hab ich doch gesagt thomas huber"}, state: "offerNumber"},
		{name: "german filler", sample: "elektro", turns: []string{leaveGerman, "nachname huber ach lassen sie das", "ja"}, state: "askReason"},
		{name: "german no name", sample: "elektro", turns: []string{leaveGerman, "i will nix aufschreiben lassen"}, lacks: "Vorname"},
		{name: "german letters", sample: "elektro", turns: []string{leaveGerman, "elfriede zach", "zet a ce ha", "ja", "es geht um die rechnung",
			"ja"},
			want: &record.Message{Name: "Elfriede Zach", Reason: "Es geht um die rechnung"}},
		{name: "german usual", sample: "elektro", turns: []string{leaveGerman, "stefan huber"}, state: "offerNumber"},
	} {
		t.Run(tt.name, tt.play)
	}
}

// TestWhenAndForWhom: when to call and for whom a message is are kept in their places.
func TestWhenAndForWhom(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "ring after four", turns: []string{leave, "Tom Baker.", "Yes. And ring after four cause I'm at work.", "It is about my bill.",
			"Yes."},
			want: &record.Message{Name: "Tom Baker", BestTime: "after four", Reason: "It is about my bill."}},
		{name: "saturday mornings", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my bill.",
			"Yes, and can you say Saturday mornings are best for me?", "Yes."},
			want: &record.Message{Name: "Tom Baker", BestTime: "Saturday mornings", Reason: "It is about my bill."}},
		{name: "who does", turns: []string{"I'd like to leave a message for the lady who does the cleanings.", "Tom Baker.", "Yes.",
			"It is about my bill.", "Yes."},
			want: &record.Message{Name: "Tom Baker", For: "Karen Walsh", Reason: "It is about my bill."}},
		{name: "today or else", turns: []string{leave, "Tom Baker.", "Yes.", "I need somebody to call me today or else I go to my lawyer.",
			"Yes."},
			want: &record.Message{Name: "Tom Baker", BestTime: "today", Reason: "I need somebody to call me today or else I go to my lawyer.",
				Urgency: record.Urgent}},
		{name: "german mornings", sample: "elektro", turns: []string{leaveGerman, "thomas huber",
			"ja und vormittags bin i am besten zu erreichen",
			"es geht um die rechnung", "ja"}, want: &record.Message{Name: "Thomas Huber", BestTime: "vormittags",
			Reason: "Es geht um die rechnung"}},
		{name: "german today", sample: "elektro", turns: []string{leaveGerman, "thomas huber", "ja genau und bitte heut noch",
			"es geht um die rechnung", "ja"},
			want: &record.Message{Name: "Thomas Huber", BestTime: "heut noch", Reason: "Es geht um die rechnung"}},
		{name: "german urgent", sample: "elektro", turns: []string{leaveGerman, "thomas huber", "ja", "es geht um die rechnung das eilt wirklich",
			"ja"},
			want: &record.Message{Name: "Thomas Huber", Reason: "Es geht um die rechnung das eilt wirklich", Urgency: record.Urgent}},
	} {
		t.Run(tt.name, tt.play)
	}
}

// TestQuestionsAtTheReadBack: a question is answered, and only a bare no leads to the question what to change.
func TestQuestionsAtTheReadBack(t *testing.T) {
	begin := []string{leave, "Tom Baker.", "Yes.", "It is about my last bill."}
	for _, tt := range []talkOf{
		{name: "asked again", turns: []string{"no I'm asking you a question. Do you take Aetna?"}, not: []language.Key{language.TextWhatChange},
			state: "checkAll"},
		{name: "not known", turns: []string{"no I'm asking you a question. Does the bishop come by train, yes or no?"},
			says: []language.Key{language.TextCantTell}, not: []language.Key{language.TextWhatChange}, state: "checkAll"},
		{name: "restated", turns: []string{"No, I want a copy of my x-rays.", "Yes."}, want: &record.Message{Name: "Tom Baker",
			Reason: "I want a copy of my x-rays."}},
		{name: "a bare no", turns: []string{"No."}, says: []language.Key{language.TextWhatChange}},
		{name: "a small thing", turns: []string{"No, the March one."}, holds: "March one", state: "checkAll"},
	} {
		tt.turns = append(append([]string{}, begin...), tt.turns...)
		t.Run(tt.name, tt.play)
	}
}

// TestOfferedWithAName: the name and the person in the answer to an offered message are taken.
func TestOfferedWithAName(t *testing.T) {
	unknown := reading("do you sharpen ice skates here", nil, nil)
	said, c := spoken(t, unknown, plain("do you sharpen ice skates here"),
		plain("yes go on, tell them it's Anna Berger, and it's about my skates"))
	if strings.Contains(said, "your name") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}
