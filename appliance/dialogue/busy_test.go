package dialogue_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
)

// Whoever is known to be on the phone is not rung: the caller is told, and a message is offered. Others are put through as ever.
func TestBusyPerson(t *testing.T) {
	for _, tt := range []struct {
		asked string
		busy  []string
		moved bool
		said  string
	}{
		{"Is Dr. Lopez free?", nil, true, "putting you through"},
		{"Is Dr. Lopez free?", []string{"202"}, true, "putting you through"},
		{"Is Dr. Lopez free?", []string{"201"}, false, "Doctor Maria Lopez is on another call right now. I can take a message for them."},
		{"I want to talk to a person.", []string{"201"}, true, "putting you through"},
		{"I want to talk to a person.", []string{"200"}, false, "message"},
	} {
		b, err := profile.Sample("dental")
		if err != nil {
			t.Fatal(err)
		}
		c := dialogue.New(b, dialogue.Options{Busy: func(e string) bool { return slices.Contains(tt.busy, e) }})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		out := c.Handle(at, dialogue.Heard{Text: tt.asked, Confidence: 0.9})
		moved := slices.ContainsFunc(out, func(a dialogue.Action) bool { _, ok := a.(dialogue.Transfer); return ok })
		if said := words(out); moved != tt.moved || !strings.Contains(said, tt.said) {
			t.Errorf("%s with %v on the phone: put through %v, said %q", tt.asked, tt.busy, moved, said)
		}
	}
}

// Who asks for a person is put through to one after the other until somebody takes the call; whoever is on the phone is left out.
func TestOneAfterTheOther(t *testing.T) {
	for _, tt := range []struct {
		asked string
		busy  []string
		takes string // who takes the call
		rung  []string
		said  string // last
	}{
		{"I want to talk to a person.", nil, "200", []string{"200"}, "putting you through"},
		{"I want to talk to a person.", nil, "301", []string{"200", "301"}, "trying somebody else"},
		{"I want to talk to a person.", []string{"200"}, "301", []string{"301"}, "putting you through"},
		{"I want to talk to a person.", nil, "", []string{"200", "301", "302"}, "May I have your name"},
		{"Is Dr. Lopez free?", nil, "", []string{"201"}, "message"},
		{"My jaw is broken and there is bleeding!", nil, "", []string{"210", "200", "301", "302"}, "name"},
	} {
		b, err := profile.Sample("dental")
		if err != nil {
			t.Fatal(err)
		}
		b.Transfer.Next = []string{"301", "302"}
		b.Emergency.Extension = "210"
		if ps := b.Validate(); len(ps) > 0 {
			t.Fatal(ps)
		}
		c := dialogue.New(b, dialogue.Options{Busy: func(e string) bool { return slices.Contains(tt.busy, e) }})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		var rung []string
		said := ""
		for out := c.Handle(at, dialogue.Heard{Text: tt.asked, Confidence: 0.9}); out != nil; {
			said = words(out)
			i := slices.IndexFunc(out, func(a dialogue.Action) bool { _, ok := a.(dialogue.Transfer); return ok })
			if i < 0 {
				break
			}
			move := out[i].(dialogue.Transfer)
			if rung = append(rung, move.Extension); move.Extension == tt.takes {
				break
			}
			out = c.Handle(at, dialogue.Transferred{ID: move.ID, Err: errors.New("no answer")})
		}
		if !slices.Equal(rung, tt.rung) || !strings.Contains(said, tt.said) {
			t.Errorf("%s: rang %v, want %v; said %q", tt.asked, rung, tt.rung, said)
		}
	}
}

// What the person is told before: who calls, and why, in the caller's own words and not too many of them.
func TestBrief(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Transfer.Announce = true
	for _, tt := range []struct {
		known string
		said  string
		want  string
	}{
		{"", "Can I speak to Dr. Lopez?", "A caller is on the line and asks for you. Press 1 to take the call"},
		{"Sarah Connor", "Can I speak to Dr. Lopez?", "Sarah Connor is on the line and asks for you."},
		{
			"", "My jaw is broken and there is bleeding! " + strings.Repeat("It is bad. ", 60),
			"A caller is on the line. It sounds urgent. In their words: My jaw is broken",
		},
	} {
		c := dialogue.New(b, dialogue.Options{})
		c.Handle(at, dialogue.Answered{From: "2175550144", Known: record.Personal(tt.known)})
		var brief string
		for _, a := range c.Handle(at, dialogue.Heard{Text: tt.said, Confidence: 0.9}) {
			if m, ok := a.(dialogue.Transfer); ok {
				brief = strings.Join(m.Brief, " ")
			}
		}
		if !strings.HasPrefix(brief, tt.want) || len(brief) > 400 {
			t.Errorf("%s: told %q, want %q", tt.said, brief, tt.want)
		}
	}
}
