package dialogue_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// A talk is what callers say in a message, and what comes of it.
type talkOf struct {
	name    string
	sample  string // "" = dental
	known   string
	opt     dialogue.Options
	turns   []string       // "~" before what was recognised badly, and alone for what was not at all
	hangsUp bool           // in the end
	last    string         // with that: what was being said
	says    []language.Key // all of these are said last
	not     []language.Key // and none of these
	holds   string         // words that are said last
	lacks   string         // words that are not
	state   string         // where it ends; "" = anywhere
	want    *record.Message
	none    bool // nothing is committed
}

func (tt talkOf) play(t *testing.T) {
	t.Helper()
	name := tt.sample
	if name == "" {
		name = "dental"
	}
	b := sample(t, name)
	lang := all.For(b.Tongues()[0])
	tt.opt.Words = sharedReader
	c := dialogue.New(b, tt.opt)
	now := time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location())
	from := map[string]record.PhoneNumber{
		"dental": "2175550144", "elektro": "05115550144", "plumber": "3035550144", "lawfirm": "4125550144",
	}[name]
	c.Handle(now, dialogue.Answered{From: from, Known: record.Personal(tt.known)})
	said, all := "", ""
	var m *record.Message
	run := func(ev dialogue.Event) {
		out := c.Handle(now, ev)
		said = words(out)
		for len(out) > 0 {
			var next []dialogue.Action
			for _, a := range out {
				if x, ok := a.(dialogue.Commit); ok {
					m = &x.Message
					next = append(next, c.Handle(now, dialogue.Committed{ID: x.ID})...)
				}
				if x, ok := a.(dialogue.Unanswered); ok {
					next = append(next, c.Handle(now, dialogue.Committed{ID: x.ID})...)
				}
				if x, ok := a.(dialogue.Ask); ok {
					next = append(next, c.Handle(now, dialogue.Proposed{ID: x.ID, Choice: -1})...)
				}
			}
			said += " " + words(next)
			out = next
		}
		all += "\n  " + said
	}
	for _, text := range tt.turns {
		sure := 0.95
		if rest, badly := strings.CutPrefix(text, "~"); badly {
			text, sure = rest, 0.45
		}
		all += "\n" + text
		if text == "" {
			run(dialogue.Unclear{Reason: "noise"})
			continue
		}
		run(dialogue.Heard{Text: text, Confidence: sure})
	}
	if tt.hangsUp {
		ev := dialogue.HungUp{}
		if tt.last != "" {
			ev.Last = &dialogue.Heard{Text: tt.last, Confidence: 0.9}
		}
		run(ev)
	}
	for _, k := range tt.says {
		if text := lang.Text(k, language.Args{}); !strings.Contains(said, text) {
			t.Errorf("%s: %q is not said\n%s", tt.name, text, all)
		}
	}
	for _, k := range tt.not {
		if text := lang.Text(k, language.Args{}); strings.Contains(said, text) {
			t.Errorf("%s: %q is said\n%s", tt.name, text, all)
		}
	}
	if tt.holds != "" && !strings.Contains(said, tt.holds) {
		t.Errorf("%s: %q is not said\n%s", tt.name, tt.holds, all)
	}
	if tt.lacks != "" && strings.Contains(said, tt.lacks) {
		t.Errorf("%s: %q is said\n%s", tt.name, tt.lacks, all)
	}
	if tt.state != "" && c.State() != tt.state {
		t.Errorf("%s: ends in %s, want %s\n%s", tt.name, c.State(), tt.state, all)
	}
	if tt.none && m != nil {
		t.Errorf("%s: kept %+v\n%s", tt.name, *m, all)
	}
	if tt.want == nil {
		return
	}
	if m == nil {
		t.Errorf("%s: nothing is kept\n%s", tt.name, all)
		return
	}
	got, want := *m, *tt.want
	if want.NumberFrom == "" {
		got.NumberFrom = ""
	}
	if want.Number == "" {
		got.Number = ""
	}
	if want.Urgency == "" {
		want.Urgency = record.Normal
	}
	if got != want {
		t.Errorf("%s: kept\n%+v, want\n%+v\n%s", tt.name, got, want, all)
	}
}

const (
	leave   = "I'd like to leave a message."
	leaveDE = "Ich möchte eine Nachricht hinterlassen."
)

// Names that may be written otherwise than they sound are spelled, once; others are taken as they are.
func TestNamesInAMessage(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "common", turns: []string{leave, "Tom Baker."}, state: "offerNumber"},
		{name: "unknown", turns: []string{leave, "Olena Kravits."}, says: []language.Key{language.TextSpellWhole}},
		{name: "last name", turns: []string{leave, "Tom Meyer."}, says: []language.Key{language.TextSpellLast}},
		{name: "a usual first name", turns: []string{leave, "Stephen Baker."}, state: "offerNumber"},
		{name: "first name", turns: []string{leave, "Zorana Baker."}, says: []language.Key{language.TextSpellFirst}},
		{name: "spelled", turns: []string{leave, "Tom Meyer.", "M A I E R.", "Yes.", "My crown broke.", "No.", "Yes."},
			want: &record.Message{Name: "Tom Maier", Reason: "My crown broke."}},
		{name: "in the NATO alphabet", turns: []string{leave, "Tom Kravits.", "Kilo Romeo Alpha Victor Echo Tango Sierra.", "Yes."},
			hangsUp: true,
			want:    &record.Message{Name: "Tom Kravets", Partial: true}},
		{name: "spelled at once", turns: []string{leave, "Olena Kravits, K R A V E T S."}, state: "offerNumber"},
		{name: "as usual", turns: []string{leave, "Stephen Baker.", "The usual way."}, state: "offerNumber"},
		{
			name: "hint", turns: []string{leave, "Tom Clarke.", "Without an E."}, hangsUp: true,
			want: &record.Message{Name: "Tom Clark", Partial: true},
		},
		{name: "will not spell", turns: []string{leave, "Olena Kravits.", "No."}, state: "offerNumber"},
		{name: "cannot spell", turns: []string{leave, "Olena Kravits.", "I don't know, it's my neighbour's."}, state: "offerNumber"},
		{
			name: "says it again", turns: []string{leave, "Olena Kravits.", "Kravets.", "Kravets."}, hangsUp: true,
			want: &record.Message{Name: "Olena Kravets", Partial: true},
		},
		{name: "letters heard badly", turns: []string{leave, "Tom Meyer.", "~M A I E R."}, holds: "spelled M, A, I, E, R"},
		{name: "common and heard badly", turns: []string{leave, "~Tom Baker."}, holds: "I understood Tom Baker. Is that right?"},
		{name: "number in the place of letters", turns: []string{leave, "Olena Kravits.", "217 555 0177"}, state: "checkNumber"},
		{name: "with a remark", turns: []string{leave, "It's Olena Kravits and I need this fixed today."}, hangsUp: true,
			want: &record.Message{Name: "Olena Kravits", Reason: "I need this fixed today.", Partial: true}},
		{
			name: "a remark is the reason", turns: []string{leave, "Tom Baker, I'm calling about my crown.", "Yes."}, state: "checkAll",
			holds: "You said: I'm calling about my crown.",
		},
		{name: "a remark is added", turns: []string{
			leave, "My name is Tom, but you can call my husband.", "Yes.", "It is about my last bill.", "Yes.",
		},
			want: &record.Message{Name: "Tom", Reason: "It is about my last bill. You can call my husband."}},
		{
			name: "a remark alone", turns: []string{leave, "I need an appointment for two of my children.", "Tom Baker.", "Yes."}, state: "checkAll",
		},
		{
			name: "the name once more in the place of its letters", turns: []string{leave, "This is Olena Kravits speaking.",
				"This is Olena Kravits speaking.", "This is Olena Kravits speaking.", "Yes."}, state: "askReason", lacks: "You said",
		},
		{name: "a name says not why", turns: []string{"Could you ask Dr. Maria Lopez to call me back please?", "Tom Baker.", "Yes."},
			state: "askReason"},
		{name: "nor in German", sample: "elektro", turns: []string{
			"Könnten Sie Thomas Brandt bitten, mich zurückzurufen?", "Sabine Koch.", "Ja.",
		},
			state: "askReason"},
		{name: "how they know each other is no reason", turns: []string{leave, "It's Tom Baker, I was in last week.", "Yes."},
			state: "askReason"},
		{name: "but is added to it", turns: []string{
			leave, "Tom Baker, I've been a patient for years.", "Yes.", "It is about my last bill.", "Yes.",
		},
			want: &record.Message{Name: "Tom Baker", Reason: "It is about my last bill. I've been a patient for years."}},
		{name: "Swedish", turns: []string{leave, "Thomas Lindqvist.", "L I N D Q V I S T."}, state: "offerNumber"},
		{name: "why", turns: []string{leave, "Why do you need that?"}, says: []language.Key{language.TextWhyName, language.TextAskName}},
		{
			name: "why, and the name", turns: []string{leave, "Why do you need that? It's Tom Baker."}, says: []language.Key{language.TextWhyName},
			state: "offerNumber",
		},
		{
			name: "why the number", turns: []string{leave, "Tom Baker.", "What do you need that for?"}, says: []language.Key{language.TextWhyNumber},
			state: "offerNumber",
		},
		{name: "refuses", turns: []string{leave, "I'd rather not say."}, state: "offerNumber"},
		{
			name: "wants none", turns: []string{leave, "No, I don't want to leave a message."}, says: []language.Key{language.TextDropped},
			state: "idle", none: true,
		},
		{name: "with a question", turns: []string{leave, "Tom Baker. When are you open on Friday?"}, holds: "Friday", state: "offerNumber"},
		{name: "with the number", turns: []string{leave, "Tom Baker, my number is 217 555 0177."}, state: "checkNumber"},
		{name: "known", known: "Tom Baker", turns: []string{leave}, state: "offerNumber"},
		{name: "known by a seldom name", known: "Olena Kravets", turns: []string{leave}, state: "offerNumber"},
		{
			name: "introduced", turns: []string{"Hi, this is Olena Kravits, can somebody call me back?"},
			says: []language.Key{language.TextSpellWhole},
		},
		{
			name: "an emergency is not spelled", sample: "plumber", turns: []string{"There is a gas leak!", "Olena Kravits."},
			not: []language.Key{language.TextSpellWhole},
		},
		{name: "German", sample: "elektro", turns: []string{leaveDE, "Mein Name ist Anke Meier."}, says: []language.Key{language.TextSpellLast}},
		{name: "German, common", sample: "elektro", turns: []string{leaveDE, "Sabine Koch."}, state: "offerNumber"},
		{
			name: "German, spelled", sample: "elektro", turns: []string{leaveDE, "Anke Meier.", "M wie Martha, A, Y wie Ypsilon, E, R."},
			hangsUp: true, want: &record.Message{Name: "Anke Mayer", Partial: true},
		},
		{
			name: "German, hint", sample: "elektro", turns: []string{leaveDE, "Anke Schmidt.", "Mit Doppel-T."}, hangsUp: true,
			want: &record.Message{Name: "Anke Schmitt", Partial: true},
		},
		{
			name: "German, remark", sample: "elektro",
			turns: []string{leaveDE, "Sabine Koch, und ich brauche heute noch jemanden, der die Sicherung tauscht.", "Ja."}, state: "askUrgent",
		},
		{
			name: "German, why", sample: "elektro", turns: []string{leaveDE, "Wozu brauchen Sie den?"},
			says: []language.Key{language.TextWhyName, language.TextAskName},
		},
	} {
		tt.play(t)
	}
}

// What is told beside an answer is kept beside what was told before.
func TestNothingToldIsLost(t *testing.T) {
	begin := []string{leave, "Tom Baker. There's a gray mark on my new crown."}
	for _, tt := range []struct {
		name  string
		turns []string
		want  record.Message
	}{
		{"beside the number",
			[]string{"no call my work phone it's 217 555 0143", "that's right and can I just say I want the owner to call me not the front desk"},
			record.Message{Reason: "There's a gray mark on my new crown. I want the owner to call me not the front desk"}},
		{"behind the wish to pass it on", []string{"Yes.", "yes pass it on please and I want it fixed before saturday"},
			record.Message{Reason: "There's a gray mark on my new crown. I want it fixed before saturday"}},
		{"behind another name", []string{"Yes.", "no the name's Hale and there's a second crown that hurts a bit", "Yes."},
			record.Message{Name: "Hale", Reason: "There's a gray mark on my new crown. There's a second crown that hurts a bit"}},
		{"a question to be added", []string{"Yes.", "can you add, what time does the whitening start please"},
			record.Message{Reason: "There's a gray mark on my new crown. What time does the whitening start"}},
	} {
		tt.want.Partial = tt.name != "behind the wish to pass it on"
		if tt.want.Name == "" {
			tt.want.Name = "Tom Baker"
		}
		talkOf{name: tt.name, turns: append(append([]string{}, begin...), tt.turns...), hangsUp: true, want: &tt.want}.play(t)
	}
	for _, tt := range []talkOf{
		{name: "not urgent", sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", "Ja.", "Die Heizung ist kalt.", "Nein dringend nicht."},
			state: "checkAll", lacks: "dringende"},
		{name: "a time at which nobody is there", sample: "elektro",
			turns:   []string{leaveDE, "Sabine Koch.", "Nein, da bin ich tagsüber nicht, nehmen Sie lieber 0511 555 0177."},
			hangsUp: true, want: &record.Message{Name: "Sabine Koch", Partial: true, Reason: "Da bin ich tagsüber nicht"}},
	} {
		tt.play(t)
	}
	talkOf{
		name: "said before", turns: []string{leave, "I just said Tom Baker"}, state: "offerNumber",
	}.play(t)
}

// Who does not want to be recorded is told that he is not, and is offered nothing.
func TestNobodyIsRecorded(t *testing.T) {
	for _, text := range []string{
		"I don't want to be recorded.", "Please don't record this.", "I'm not comfortable with being recorded.",
		"I do not want this call to be recorded or taped by anybody at all.",
	} {
		for _, begin := range [][]string{nil, {"How much is a cleaning?"}, {"Do you sell kayaks?"}} {
			talkOf{
				name: text, turns: append(append([]string{}, begin...), text), says: []language.Key{language.TextNotRecorded},
				not: []language.Key{language.TextOfferMessage, language.TextTakeMessage}, state: "idle", none: true,
			}.play(t)
		}
		talkOf{
			name: text, turns: []string{leave, text}, says: []language.Key{language.TextNotRecorded, language.TextAskName}, state: "askName",
		}.play(t)
	}
	talkOf{
		name: "and asks", turns: []string{"I don't want to be recorded, but how much is a cleaning?"},
		says: []language.Key{language.TextNotRecorded}, holds: "one hundred", state: "idle",
	}.play(t)
	talkOf{
		name: "German", sample: "elektro", turns: []string{"Ich möchte nicht aufgezeichnet werden."},
		says: []language.Key{language.TextNotRecorded}, state: "idle",
	}.play(t)
}

// Who hangs up has left what he has told, to the last word.
func TestHungUpInAMessage(t *testing.T) {
	for _, tt := range []talkOf{
		{
			name: "after the name", turns: []string{leave, "Tom Baker."},
			want: &record.Message{Name: "Tom Baker", Number: "2175550144", NumberFrom: "caller_id", Partial: true},
		},
		{
			name: "after the number", turns: []string{leave, "Tom Baker.", "No.", "217 555 0177"},
			want: &record.Message{Name: "Tom Baker", Number: "2175550177", NumberFrom: "spoken", Partial: true},
		},
		{
			name: "in the reason", turns: []string{leave, "Tom Baker.", "Yes."}, last: "I need to move my appointment because my",
			want: &record.Message{
				Name: "Tom Baker", Number: "2175550144", NumberFrom: "caller_id", Reason: "I need to move my appointment because my", Partial: true,
			},
		},
		{
			name: "in the name", turns: []string{leave}, last: "My name is Tom Baker and",
			want: &record.Message{Name: "Tom Baker", Number: "2175550144", NumberFrom: "caller_id", Partial: true},
		},
		{
			name: "in the letters", turns: []string{leave, "Olena Kravits."}, last: "K R A V E T S",
			want: &record.Message{Name: "Olena Kravets", Partial: true},
		},
		{
			name: "a yes at the end", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill."}, last: "Yes, please.",
			want: &record.Message{Name: "Tom Baker", Reason: "It is about my last bill."},
		},
		{
			name: "no number, please", turns: []string{leave, "Tom Baker.", "No.", "I'd rather not say."},
			want: &record.Message{Name: "Tom Baker", Partial: true},
		},
		{
			name: "all in one breath", last: "Hi, my name is Tom Baker, my number is 217 555 0177 and I was wondering whether",
			want: &record.Message{
				Name: "Tom Baker", Number: "2175550177", NumberFrom: "spoken",
				Reason: "Hi, my name is Tom Baker, my number is 217 555 0177 and I was wondering whether", Partial: true,
			},
		},
		{
			name: "when to call", turns: []string{leave, "Tom Baker.", "Yes."}, last: "Just call me after five.",
			want: &record.Message{Name: "Tom Baker", BestTime: "after five", Partial: true},
		},
		{name: "a question only", last: "What are your opening hours?", none: true},
		{name: "called off", turns: []string{leave, "Tom Baker."}, last: "Forget it.", none: true},
		{name: "only what is on file", known: "Tom Baker", turns: []string{leave}, none: true},
		{name: "nothing", turns: []string{leave}, none: true},
		{name: "a child", turns: []string{leave, "I'm six years old."}, last: "My name is Tim and my number is 217 555 0177", none: true},
		{
			name: "German", sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", "Ja."}, last: "Bei mir ist seit gestern der Strom weg und",
			want: &record.Message{Name: "Sabine Koch", Reason: "Bei mir ist seit gestern der Strom weg und", Partial: true},
		},
	} {
		tt.hangsUp = true
		tt.play(t)
	}
}

// A sentence at the read-back changes the part that it is about, and only that is said again.
func TestReadBackChanges(t *testing.T) {
	begin := []string{leave, "Tom Baker.", "Yes.", "It is about my last bill."}
	msg := func(f func(m *record.Message)) *record.Message {
		m := &record.Message{Name: "Tom Baker", Reason: "It is about my last bill."}
		f(m)
		return m
	}
	for _, tt := range []talkOf{
		{name: "yes", turns: []string{"Yes."}, want: msg(func(*record.Message) {})},
		{name: "yes and thanks", turns: []string{"Yes, that's right, thank you."}, want: msg(func(*record.Message) {})},
		{name: "urgent", turns: []string{"Make it urgent, please."}, holds: "marked as urgent"},
		{name: "yes, but urgent", turns: []string{"Yes, but it's urgent."}, want: msg(func(m *record.Message) { m.Urgency = record.Urgent })},
		{name: "when", turns: []string{"Mornings are best."}, holds: "Best time to call: Mornings."},
		{name: "yes, and when", turns: []string{"Yes, but please call me after five."}, want: msg(func(m *record.Message) {
			m.BestTime = "after five"
		})},
		{name: "for whom", turns: []string{"It's for Dr. Lopez."}, holds: "It is for Doctor Maria Lopez now."},
		{name: "name", turns: []string{"My name is Tom Barker."}, holds: "Tom Barker, spelled B, A, R, K, E, R"},
		{name: "name and yes", turns: []string{"My name is Tom Barker.", "Yes."}, holds: "The name is now Tom Barker. Shall I pass that on?"},
		{name: "name spelled", turns: []string{"It's B A R K E R.", "Yes.", "Yes."}, want: msg(func(m *record.Message) {
			m.Name = "Tom Barker"
		})},
		{name: "name, not so", turns: []string{"It's Barker, not Baker.", "Yes.", "Yes."}, want: msg(func(m *record.Message) {
			m.Name = "Tom Barker"
		})},
		{
			name: "number", turns: []string{"No, the number should be 217 555 0199.", "Yes."},
			holds: "The number is now the one ending in nine nine. Shall I pass that on?",
		},
		{name: "number alone", turns: []string{"217 555 0199", "Yes.", "Yes."}, want: msg(func(m *record.Message) { m.Number = "2175550199" })},
		{
			name: "reason", turns: []string{"No, it's about the crown from last week."},
			holds: "Now it says: It's about the crown from last week. Shall I pass that on?",
		},
		{
			name: "more", turns: []string{"And please tell him the crown is loose again."},
			holds: "I have added: The crown is loose again.",
		},
		{name: "more, kept", turns: []string{"Also, I need a copy of the x-rays.", "Yes."}, want: msg(func(m *record.Message) {
			m.Reason += " I need a copy of the x-rays."
		})},
		{name: "yes, and more", turns: []string{"Yes, and please also mention the loose crown."}, want: msg(func(m *record.Message) {
			m.Reason += " The loose crown."
		})},
		{name: "no", turns: []string{"No."}, says: []language.Key{language.TextWhatChange}},
		{
			name: "no, then the part", turns: []string{"No.", "The crown is loose too, not only the bill."}, holds: "Now it says", state: "checkAll",
		},
		{name: "no, then nothing", turns: []string{"No.", "Nothing, it's fine."}, want: msg(func(*record.Message) {})},
		{name: "a question", turns: []string{"When are you open on Friday?"}, holds: "Friday", state: "checkAll"},
		{name: "again", turns: []string{"Could you repeat that?"}, holds: "from Tom Baker"},
		{name: "not understood", turns: []string{"Hm."}, holds: "Shall I pass that on?"},
	} {
		first := tt.turns
		tt.turns = append(append([]string{}, begin...), first...)
		if tt.name != "again" {
			tt.lacks = "I have a message" // the whole is not read again
		}
		tt.play(t)
	}
}

// What is asked together is answered together, in its order, during a message too.
func TestSeveralQuestions(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "hours and price", turns: []string{"What are your opening hours and how much is a cleaning?"}, holds: "one hundred and twenty"},
		{name: "address and parking", turns: []string{"Where are you and is there parking?"}, holds: "Elm Street"},
		{
			name: "in a message", turns: []string{leave, "When are you open on Friday and how much is a cleaning?"}, holds: "one hundred and twenty",
			state: "askName",
		},
	} {
		tt.play(t)
	}
}

// When to call, for whom, how urgent: what is told anywhere in a message is not asked again, and it is kept.
func TestWhatElseAMessageHolds(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "when, at the beginning", turns: []string{
			"Can somebody call me back after five?", "Tom Baker.", "Yes.", "It is about my last bill.", "Yes.",
		},
			want: &record.Message{Name: "Tom Baker", Reason: "It is about my last bill.", BestTime: "after five"}},
		{name: "when, with the reason", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill. Mornings are best.", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "It is about my last bill.", BestTime: "Mornings"}},
		{
			name: "when, read back", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill. Mornings are best."},
			holds: "Best time to call: Mornings.",
		},
		{name: "when, with the number", turns: []string{
			leave, "Tom Baker.", "No.", "217 555 0177, but only after six.", "Yes.", "It is about my last bill.", "Yes.",
		},
			want: &record.Message{Name: "Tom Baker", Number: "2175550177", Reason: "It is about my last bill.", BestTime: "after six"}},
		{
			name: "when, and nothing else", turns: []string{leave, "Tom Baker.", "Yes.", "Just call me after five.", "Yes."},
			want: &record.Message{Name: "Tom Baker", BestTime: "after five"},
		},
		{name: "digits are no time", turns: []string{
			leave, "Tom Baker.", "No.", "You can reach me at six four six, five five five, oh one two nine.",
		},
			state: "checkNumber", holds: "six four six"},
		{name: "for whom, with the reason", turns: []string{
			leave, "Tom Baker.", "Yes.", "Please tell Dr. Lopez that the crown is loose.", "Yes.",
		},
			want: &record.Message{Name: "Tom Baker", For: "Dr. Maria Lopez", Reason: "The crown is loose."}},
		{name: "urgent, with the reason", turns: []string{leave, "Tom Baker.", "Yes.", "It's urgent, the crown came off.", "Yes."},
			want: &record.Message{Name: "Tom Baker", Urgency: record.Urgent, Reason: "It's urgent, the crown came off."}},
		{name: "a second one", turns: []string{
			leave, "Tom Baker.", "Yes.", "It is about my last bill.", "Yes.", "I'd like to leave another message for Dr. Lopez.",
			"The crown is loose again.", "Yes.",
		},
			want: &record.Message{Name: "Tom Baker", For: "Dr. Maria Lopez", Reason: "The crown is loose again."}},
		{name: "a second one, not begun", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.", "Yes.", "Thank you."},
			hangsUp: true,
			want:    &record.Message{Name: "Tom Baker", Reason: "It is about my last bill."}},
		{name: "German", sample: "elektro", turns: []string{
			leaveDE, "Sabine Koch.", "Ja.", "Der Herd geht nicht, rufen Sie mich bitte nach fünf an.", "Ja.",
		},
			want: &record.Message{Name: "Sabine Koch", Reason: "Der Herd geht nicht.", BestTime: "nach fünf"}},
	} {
		tt.play(t)
	}
}

// A name is none of the things that it sounds like, whoever has read it.
func TestNameIsNoWish(t *testing.T) {
	for said, state := range map[string]string{
		"Peter Novak.": "spellName", "It's Helen Fairbanks.": "spellName", "Tom Baker.": "offerNumber", "Grace Price.": "offerNumber",
		"A person, please.": "moving",
	} {
		for _, intent := range []understanding.Intent{
			understanding.Person, understanding.NeverMind, understanding.Goodbye, understanding.Privacy,
		} {
			c := dialogue.New(sample(t, "dental"), dialogue.Options{Rights: true, Words: sharedReader})
			c.Handle(at, dialogue.Answered{From: "2175550144"})
			c.Handle(at, dialogue.Heard{Text: leave})
			r := understanding.Reading{
				Text: said, Words: all.For("en").Words(said), Meaning: true, Asks: []understanding.Ask{{Intent: intent, Score: 0.99, Text: said}},
			}
			c.Handle(at, dialogue.Heard{Text: said, Confidence: 0.9, Reading: &r})
			if got := c.State(); got != state && (state != "moving" || intent == understanding.Person) {
				t.Errorf("%s, read as %s: %s, want %s", said, intent, got, state)
			}
		}
	}
}

// Who wants something passed on to somebody leaves a message, and who wants him does not.
func TestPassOn(t *testing.T) {
	for said, message := range map[string]bool{
		"Can you pass something on to Dr. Lopez for me, please?":  true,
		"Could you tell Dr. Lopez that I'll be ten minutes late?": true,
		"Would you let Dr. Lopez know that I called?":             true,
		"Can I ask Dr. Lopez something?":                          false,
		"Could I have a word with Dr. Lopez?":                     false,
		"Could you put me through to Dr. Lopez?":                  false,
		"Can you tell me whether Dr. Lopez is in?":                false,
	} {
		b := sample(t, "dental")
		c := dialogue.New(b, dialogue.Options{Words: sharedReader})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		r := sharedReader(b, all.For("en"))
		got, err := r.Read(t.Context(), said, at)
		if err != nil {
			t.Fatal(err)
		}
		got.Meaning, got.Asks = true, []understanding.Ask{{Intent: understanding.Person, Score: 0.99, Staff: got.Named.Staff, Text: said}}
		c.Handle(at, dialogue.Heard{Text: said, Confidence: 0.9, Reading: &got})
		if (c.State() == "askName") != message {
			t.Errorf("%s: %s", said, c.State())
		}
	}
}
