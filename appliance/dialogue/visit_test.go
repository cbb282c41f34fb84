package dialogue_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// planner is an office's calendar with free times.
type planner struct {
	zone  *time.Location
	times [][3]int // month, day, hour
	asked []record.Wish
	kept  []record.Appointment // of the number that calls
}

// newPlanner has times in the next days of every walk, and one appointment.
func newPlanner(b *knowledge.Business) *planner {
	p := &planner{zone: b.Location()}
	for d := range 5 {
		p.times = append(p.times, [3]int{3, 3 + d, 10}, [3]int{3, 3 + d, 9}, [3]int{11, 24 + d, 10}, [3]int{11, 24 + d, 9})
	}
	p.has(3, 4, 11, "Anna Berger")
	return p
}

// has puts an appointment into the calendar.
func (p *planner) has(month, day, hour int, name record.Personal) {
	at := time.Date(2026, time.Month(month), day, hour, 0, 0, 0, p.zone)
	p.kept = append(p.kept, record.Appointment{
		ID: at.String(), Service: "cleaning", Name: name, Slot: record.Slot{Start: at, End: at.Add(45 * time.Minute), Calendar: "c"},
	})
}

func (p *planner) find() []record.Appointment { return p.kept }

func (p *planner) offer(w record.Wish) (out []record.Slot) {
	p.asked = append(p.asked, w)
	rank := func(x [3]int) int { // those on the days that were named first
		return slices.IndexFunc(append(w.Days, time.Time{}), func(d time.Time) bool {
			return d.IsZero() || int(d.In(p.zone).Month()) == x[0] && d.In(p.zone).Day() == x[1]
		})
	}
	times := slices.Clone(p.times)
	slices.SortStableFunc(times, func(a, b [3]int) int { return rank(a) - rank(b) })
	for _, x := range times {
		s := record.Slot{Start: time.Date(2026, time.Month(x[0]), x[1], x[2], 0, 0, 0, p.zone), Calendar: "c"}
		s.End = s.Start.Add(w.Length)
		taken := false
		for _, n := range w.Not {
			taken = taken || n.Start.Equal(s.Start)
		}
		if !taken && len(out) < 3 {
			out = append(out, s)
		}
	}
	return out
}

// visit is a call that asks for an appointment.
type visit struct {
	t    *testing.T
	conv *dialogue.Conversation
	now  time.Time
	said string
	book *dialogue.Book
	todo *dialogue.Change
	kept *dialogue.Commit
}

func newVisit(t *testing.T, b *knowledge.Business, p *planner) *visit {
	t.Helper()
	o := dialogue.Options{Words: sharedReader}
	if p != nil {
		p.zone = b.Location()
		o.Offer, o.Find = p.offer, p.find
	}
	v := &visit{t: t, conv: dialogue.New(b, o), now: time.Date(2026, 3, 2, 10, 0, 0, 0, b.Location())}
	v.send(dialogue.Answered{From: "+12175550123"})
	return v
}

func (v *visit) send(ev dialogue.Event) {
	v.said = ""
	for _, a := range v.conv.Handle(v.now, ev) {
		switch a := a.(type) {
		case dialogue.Say:
			v.said += " " + strings.Join(a.Clauses, " ")
		case dialogue.Book:
			v.book = &a
		case dialogue.Change:
			v.todo = &a
		case dialogue.Commit:
			v.kept = &a
		}
	}
}

// says sends what the caller says, and looks for what is said then.
func (v *visit) says(words string, want ...string) {
	v.t.Helper()
	v.send(dialogue.Heard{Text: words, Confidence: 0.95})
	for _, w := range want {
		if !strings.Contains(v.said, w) {
			v.t.Errorf("%q: said %q, want %q; state %s", words, v.said, w, v.conv.State())
		}
	}
}

func timed(t *testing.T) *knowledge.Business {
	t.Helper()
	b := sample(t, "dental")
	for i := range b.Services {
		b.Services[i].Minutes = 30
	}
	return b
}

func (v *visit) untilBooked() {
	v.t.Helper()
	v.says("I would like to book a cleaning.", "These times are free.", "at ten", "at eleven", "Which of them suits you?")
	v.says("The one at eleven, please.", "eleven", "name")
	v.says("Anna Berger.")
	v.says("Yes.")
	v.says("Yes.")
	for range 4 {
		if v.conv.State() == "checkAll" || v.book != nil {
			break
		}
		v.says("Yes.")
	}
	if v.book == nil {
		if !strings.Contains(v.said, "Shall I book that?") {
			v.t.Fatalf("said %q in %s", v.said, v.conv.State())
		}
		v.says("Yes.")
	}
	if v.book == nil || v.kept != nil {
		v.t.Fatalf("%+v, %+v: %s", v.book, v.kept, v.said)
	}
	if strings.Contains(v.said, "booked") {
		v.t.Errorf("said %q before it is so", v.said)
	}
}

func TestAnAppointmentIsBooked(t *testing.T) {
	v := newVisit(t, timed(t), &planner{times: [][3]int{{3, 3, 10}, {3, 3, 11}, {3, 4, 14}}})
	v.untilBooked()
	b := v.book.Booking
	if b.Start.Hour() != 11 || b.Name != "Anna Berger" || b.Number == "" || b.End.Sub(b.Start) != 30*time.Minute {
		t.Errorf("%+v", b)
	}
	v.send(dialogue.Booked{ID: v.book.ID})
	if !strings.Contains(v.said, "You're booked for") || !strings.Contains(v.said, "eleven") {
		t.Errorf("said %q", v.said)
	}
}

func TestAnAppointmentThatSomebodyElseHasTaken(t *testing.T) {
	p := &planner{times: [][3]int{{3, 3, 10}, {3, 3, 11}, {3, 4, 14}, {3, 5, 9}}}
	v := newVisit(t, timed(t), p)
	v.untilBooked()
	v.send(dialogue.Booked{ID: v.book.ID, Taken: true})
	if !strings.Contains(v.said, "taken just now") || !strings.Contains(v.said, "at nine") {
		t.Fatalf("said %q", v.said)
	}
	v.book = nil
	v.says("Yes.", "Shall I book that?")
	v.says("Yes.")
	if v.book == nil || v.book.Booking.Start.Day() != 5 {
		t.Errorf("%+v", v.book)
	}
}

// The calendar gone in mid-call: the office gets the request, and nothing is promised.
func TestAnAppointmentWhenTheCalendarIsGone(t *testing.T) {
	v := newVisit(t, timed(t), &planner{times: [][3]int{{3, 3, 10}, {3, 3, 11}}})
	v.untilBooked()
	v.send(dialogue.Booked{ID: v.book.ID, Err: errors.New("gone")})
	if v.kept == nil || !strings.Contains(v.said, "nothing is booked") || !strings.Contains(string(v.kept.Message.Reason), "eleven") {
		t.Fatalf("%+v, said %q", v.kept, v.said)
	}
	if got := string(v.kept.Message.Reason); !strings.Contains(got, "March third") {
		t.Errorf("who reads it later does not know which day is meant: %q", got)
	}
	v.send(dialogue.Committed{ID: v.kept.ID})
	if strings.Contains(v.said, "booked") || !strings.Contains(v.said, "note") {
		t.Errorf("said %q", v.said)
	}
}

// Another day gets other times; none that fit become a request, as without a calendar.
func TestOtherTimesForAnAppointment(t *testing.T) {
	p := &planner{times: [][3]int{{3, 3, 10}}}
	v := newVisit(t, timed(t), p)
	v.says("I would like to book a cleaning on Thursday afternoon.", "These times are free.")
	if w := p.asked[0]; len(w.Days) != 1 || w.Days[0].Day() != 5 || !w.Timed || w.From < 12*60 {
		t.Errorf("%+v", w)
	}
	v.says("No.", "I can't see the calendar")
}

// An answer that names none of the times is asked for again, not taken for a bad line.
func TestNoTimeIsChosen(t *testing.T) {
	v := newVisit(t, timed(t), &planner{times: [][3]int{{3, 3, 10}, {3, 4, 14}}})
	v.says("I would like to book a cleaning.", "These times are free.")
	for range 2 {
		v.says("Well, the blue one.", "at ten", "Which of them suits you?")
	}
	v.says("Well, the blue one.", "I can't see the calendar")
}

// A free time that the caller names to the hour is taken, whether it was offered or not.
func TestATimeThatTheCallerNames(t *testing.T) {
	times := [][3]int{{3, 3, 8}, {3, 3, 9}, {3, 3, 10}, {3, 3, 11}}
	v := newVisit(t, timed(t), &planner{times: times})
	v.says("I would like to book a cleaning.", "at ten")
	v.says("Tuesday at eleven, please.", "Good: tomorrow at eleven", "name")
	v = newVisit(t, timed(t), &planner{times: times})
	v.says("I would like to book a cleaning on Tuesday at nine.", "Good: tomorrow at nine", "name")
	v = newVisit(t, timed(t), &planner{times: times})
	v.says("I would like to book a cleaning on Tuesday at noon.", "These times are free.", "at eight")
	v.says("Do you have anything else?", "at ten")
	v.says("No.", "at eleven")
	v.says("Then Tuesday at eight.", "Good: tomorrow at eight")
}

// Of two times at the same hour the day that was asked for is meant; where none was, the caller is asked again.
func TestAnHourOfTwoDays(t *testing.T) {
	times := [][3]int{{3, 3, 10}, {3, 4, 10}, {3, 4, 9}}
	v := newVisit(t, timed(t), &planner{times: times})
	v.says("I would like to book a cleaning on Wednesday.", "at nine")
	v.says("At ten.", "Good: on Wednesday at ten")
	v = newVisit(t, timed(t), &planner{times: times})
	v.says("I would like to book a cleaning.", "at nine")
	v.says("At ten.", "tomorrow at ten", "on Wednesday at ten", "Which of them suits you?")
	v.never("at nine")
	v.says("On Wednesday.", "Good: on Wednesday at ten")
}

// What is no new appointment, and what the calendar cannot know, is what it was without one.
func TestNoTimesAreOffered(t *testing.T) {
	bare := sample(t, "dental")
	for i := range bare.Services {
		bare.Services[i].Minutes = 0
	}
	full := &planner{times: [][3]int{{3, 3, 10}}}
	for words, c := range map[string]struct {
		b *knowledge.Business
		p *planner
	}{
		"I need to cancel my cleaning appointment.":         {timed(t), full},
		"Can I move my appointment for a cleaning, please?": {timed(t), full},
		"I would like to book an appointment.":              {timed(t), full},
		"I would like to book a cleaning.":                  {bare, full},
		"I would like to book a cleaning, please.":          {timed(t), &planner{}},
		"I would like to book a cleaning now.":              {timed(t), nil},
	} {
		v := newVisit(t, c.b, c.p)
		v.says(words)
		if strings.Contains(v.said, "times are free") || v.conv.State() == "pickTime" {
			t.Errorf("%q: said %q", words, v.said)
		}
	}
}

// The name of a service may sound like a change of what was booked, and is none.
func TestAServiceThatSoundsLikeAChange(t *testing.T) {
	b := timed(t)
	b.Name, b.Services = "Hillside Garage", append(b.Services[:0:0], b.Services...)
	b.Services[0].Name, b.Services[0].Also = "oil change", nil
	for words, offered := range map[string]bool{
		"I would like to book an oil change.": true, "I would like to cancel my appointment for an oil change.": false,
	} {
		v := newVisit(t, b, &planner{times: [][3]int{{3, 3, 10}}})
		v.says(words)
		if got := v.conv.State() == "pickTime"; got != offered {
			t.Errorf("%q: said %q", words, v.said)
		}
	}
}

// visitWalk is a walk of a call with an office that has a calendar.
func visitWalk(t *testing.T, said ...string) walk {
	t.Helper()
	b := timed(t)
	p := newPlanner(b)
	w := walk{
		profile: "dental", biz: b, opt: dialogue.Options{Offer: p.offer, Find: p.find},
		now: time.Date(2026, 3, 2, 10, 0, 0, 0, b.Location()), events: []dialogue.Event{dialogue.Answered{From: "+12175550123"}},
	}
	for _, text := range said {
		w.events = append(w.events, dialogue.Heard{Text: text, Confidence: 1})
	}
	return w
}
