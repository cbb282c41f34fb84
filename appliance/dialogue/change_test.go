package dialogue_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/record"
)

// changing is a call of somebody who has an appointment on Wednesday at eleven.
func changing(t *testing.T) (*visit, *planner) {
	t.Helper()
	b := timed(t)
	p := newPlanner(b)
	return newVisit(t, b, p), p
}

// done says that the calendar was changed.
func (v *visit) done(ev dialogue.Booked) {
	v.t.Helper()
	if v.todo == nil {
		v.t.Fatalf("nothing is to be changed: said %q in %s", v.said, v.conv.State())
	}
	ev.ID = v.todo.ID
	v.send(ev)
}

// never looks for what may not be said.
func (v *visit) never(parts ...string) {
	v.t.Helper()
	for _, p := range parts {
		if strings.Contains(v.said, p) {
			v.t.Errorf("said %q", v.said)
		}
	}
}

func TestAnAppointmentIsCalledOff(t *testing.T) {
	v, p := changing(t)
	v.says("I need to cancel my appointment.", "I'll look for it.", "name")
	v.never("Wednesday", "eleven", "cleaning")
	v.says("Anna Berger.", "on Wednesday at eleven", "Shall I cancel it?")
	v.says("Yes.")
	v.never("is cancelled")
	if v.todo == nil || v.todo.Appointment.ID != p.kept[0].ID || v.todo.To != (record.Slot{}) {
		t.Fatalf("%+v", v.todo)
	}
	v.done(dialogue.Booked{})
	if !strings.Contains(v.said, "Your appointment on Wednesday at eleven AM is cancelled.") || v.kept != nil {
		t.Errorf("said %q, kept %+v", v.said, v.kept)
	}
}

func TestAnAppointmentIsMoved(t *testing.T) {
	v, _ := changing(t)
	v.says("Can I move my appointment to Friday?", "I'll look for it.")
	v.says("Anna Berger.", "Your appointment is on Wednesday at eleven", "These times are free.")
	v.says("Friday at nine.", "would be on Friday at nine AM. Shall I move it?")
	v.says("Yes, but at ten.", "Shall I move it")
	v.says("Yes please.")
	if v.todo == nil || v.todo.To.Start.Day() != 6 || v.todo.To.Start.Hour() != 10 || v.todo.To.End.Sub(v.todo.To.Start) != 45*time.Minute {
		t.Fatalf("%+v", v.todo)
	}
	v.never("It's moved")
	v.done(dialogue.Booked{})
	if !strings.Contains(v.said, "It's moved. Your appointment is now on Friday at ten") {
		t.Errorf("said %q", v.said)
	}
}

// Who only says that he cannot come is asked what is to become of it.
func TestACallerWhoCannotCome(t *testing.T) {
	for answer, want := range map[string]string{
		"I'd like to cancel it.": "Shall I cancel it?", "Move it, please.": "These times are free.", "Thursday at nine.": "Shall I move it",
		"No, leave it.": "nothing is changed", "I don't want to cancel, just move it.": "These times are free.",
	} {
		v, _ := changing(t)
		v.says("I can't make it on Wednesday.", "name")
		v.says("Anna Berger.", "on Wednesday at eleven", "Would you like to move it, cancel it")
		v.says(answer, want)
		if v.todo != nil {
			t.Errorf("%q changes it at once", answer)
		}
	}
}

// Who cannot come then and wants something new is offered times for it.
func TestACallerWhoCannotComeThen(t *testing.T) {
	v, _ := changing(t)
	v.says("I can't make it on Wednesday, could it be Friday?", "I'll look for it.")
	v, _ = changing(t)
	v.says("I can't come on Monday, can I book a cleaning on Tuesday?", "These times are free.")
}

// Caller ID alone shows nobody: without a name that fits nothing is said of an appointment, and nothing is done to it.
func TestAnAppointmentIsNotForEverybody(t *testing.T) {
	for name, said := range map[string][]string{
		"another name":        {"I need to cancel my appointment.", "Olivia Baker."},
		"another first name":  {"I need to cancel my appointment.", "Thomas Berger."},
		"a first name alone":  {"I need to cancel my appointment.", "Anna."},
		"no name":             {"I need to cancel my appointment.", "I'd rather not say."},
		"in the first breath": {"This is Olivia Baker, I need to cancel my appointment."},
	} {
		v, _ := changing(t)
		for _, text := range said {
			v.says(text)
		}
		for i := 0; i < 4 && !strings.Contains(v.said, "take it down for the office"); i++ {
			v.says("No.")
			v.never("Wednesday", "eleven", "cleaning")
		}
		if !strings.Contains(v.said, "I can't find it") || !v.conv.TakesMessage() || v.todo != nil {
			t.Errorf("%s: said %q in %s", name, v.said, v.conv.State())
		}
		v.never("Wednesday", "eleven", "cleaning")
	}
	// A card with the caller's name shows no more than the number.
	b := timed(t)
	p := newPlanner(b)
	conv := dialogue.New(b, dialogue.Options{Offer: p.offer, Find: p.find, Words: sharedReader})
	v := &visit{t: t, conv: conv, now: time.Date(2026, 3, 2, 10, 0, 0, 0, b.Location())}
	v.send(dialogue.Answered{From: "+12175550123", Known: "Anna Berger"})
	v.says("I need to cancel my appointment.", "name")
	v.never("Wednesday", "eleven", "cleaning")
	// Names are not to be tried out.
	v, _ = changing(t)
	for range 2 {
		v.says("I need to cancel my appointment.", "name")
		v.says("Olivia Baker.", "I can't find it")
		v.says("Never mind.")
	}
	v.says("I need to cancel my appointment.", "I can't see the calendar")
}

// What is heard of a name twice need not be the same to the letter.
func TestANameThatIsHeardOtherwise(t *testing.T) {
	for entry, said := range map[record.Personal]string{
		"Anna Berger": "Berger.", "Anna Bergner": "Anna Berger.", "Berger": "Anna Berger.", "Hanna Berger": "Hannah Berger.",
	} {
		v, p := changing(t)
		p.kept = nil
		p.has(3, 4, 11, entry)
		v.says("I need to cancel my appointment.")
		v.says(said)
		for range 2 {
			if v.conv.State() == "spellName" || v.conv.State() == "checkName" {
				v.says("Yes.")
			}
		}
		if !strings.Contains(v.said, "Shall I cancel it?") {
			t.Errorf("%q for %q: said %q in %s", said, entry, v.said, v.conv.State())
		}
	}
}

// Of several the day tells which; without one the office finds out.
func TestOneOfSeveralAppointments(t *testing.T) {
	for said, want := range map[string]string{
		"I need to cancel my appointment on Friday.":   "on Friday at nine",
		"I need to cancel my appointment on Thursday.": "I can't find it",
		"I need to cancel my appointment.":             "I can't find it",
	} {
		v, p := changing(t)
		p.has(3, 6, 9, "Anna Berger")
		v.says(said)
		v.says("Anna Berger.", want)
	}
	v, p := changing(t) // somebody else of the house
	p.has(3, 6, 9, "Thomas Berger")
	v.says("I need to cancel my appointment.")
	v.says("Anna Berger.", "on Wednesday at eleven", "Shall I cancel it?")
}

// A no, and everything that is none of both, changes nothing.
func TestAnAppointmentStays(t *testing.T) {
	v, _ := changing(t)
	v.says("I need to cancel my appointment.")
	v.says("Anna Berger.", "Shall I cancel it?")
	v.says("No.", "nothing is changed", "anything else")
	for _, said := range []string{"Yes, the one on Friday.", "Well, the blue one.", "The cleaning."} {
		v, _ := changing(t)
		v.says("I need to cancel my appointment.")
		v.says("Anna Berger.")
		v.says(said, "Shall I cancel it?")
		v.says(said)
		v.says(said, "I'll take that down")
		if v.todo != nil {
			t.Errorf("%q changes it", said)
		}
	}
	v, _ = changing(t)
	v.says("Can I move my appointment?")
	v.says("Anna Berger.", "These times are free.")
	v.says("Thursday at nine.", "Shall I move it")
	v.says("No, please cancel it.", "Shall I cancel it?")
	v.says("Never mind, I'll keep it.")
	if v.todo != nil {
		t.Errorf("%+v", v.todo)
	}
}

// The calendar gone, or changed by somebody else meanwhile: nothing is promised, and the office gets all that is known.
func TestAnAppointmentThatCannotBeChanged(t *testing.T) {
	v, _ := changing(t)
	v.says("I need to cancel my appointment.")
	v.says("Anna Berger.")
	v.says("Yes.")
	v.done(dialogue.Booked{Err: errors.New("gone")})
	if !strings.Contains(v.said, "can't promise") || !v.conv.TakesMessage() {
		t.Fatalf("said %q", v.said)
	}
	v.says("Yes.", "Shall I pass that on?")
	v.says("Yes.")
	if v.kept == nil || v.kept.Message.Partial {
		t.Fatalf("kept %+v; said %q", v.kept, v.said)
	}
	got := string(v.kept.Message.Reason)
	if !strings.Contains(got, "cancel my appointment") || !strings.Contains(got, "March fourth at eleven") {
		t.Errorf("the office reads %q", got)
	}

	v, p := changing(t)
	v.says("Can I move my appointment?")
	v.says("Anna Berger.")
	v.says("Thursday at nine.")
	v.says("Yes.")
	v.done(dialogue.Booked{Taken: true}) // the other time
	if !strings.Contains(v.said, "taken just now") || v.conv.State() != "pickTime" {
		t.Fatalf("said %q", v.said)
	}
	v.says("Friday at nine.", "Shall I move it")
	v.says("Yes.")
	p.kept = nil
	v.done(dialogue.Booked{Taken: true}) // the appointment itself
	if !strings.Contains(v.said, "can't promise") {
		t.Errorf("said %q", v.said)
	}
	v.says("Yes.")
	v.says("Yes.")
	if v.kept == nil || !strings.Contains(string(v.kept.Message.Reason), "March sixth at nine") {
		t.Errorf("kept %+v", v.kept)
	}
}
