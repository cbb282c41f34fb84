package main

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/phone/phonetest/scene"
)

// Scenes name the weekday that a caller asks about, and the facts that are due in the reply, by these words: what is right depends on
// the day on which the call is made.
const (
	weekdayMark = "{weekday}"          // in what is said
	hoursMark   = "{hours of weekday}" // one of the facts to hear, or of those that the record must say
)

// clearWeekdays are those whose names recognition hears well, the clearest first.
var clearWeekdays = []time.Weekday{time.Saturday, time.Friday, time.Monday, time.Sunday}

// askedWeekday returns the day that a caller who rings at now asks about, and the facts of the reply. The day is three to six days
// ahead: it is called by its name ("on Saturday") and not "today" or "tomorrow", also when midnight passes before the call.
func askedWeekday(b *knowledge.Business, now time.Time) (day knowledge.Day, facts []string) {
	today := b.DayHours(now).Date
	for _, wd := range clearWeekdays {
		ahead := (int(wd) - int(today.Weekday()) + 7) % 7
		if ahead < 3 {
			continue
		}
		y, m, d := today.Date()
		day = b.DayHours(time.Date(y, m, d+ahead, 12, 0, 0, 0, today.Location()))
		break // three weekdays in a row are not in the list, four are looked at
	}
	facts = []string{day.Date.Weekday().String()}
	if day.Closed() {
		return day, append(facts, "closed|close")
	}
	if first, last := day.Spans[0], day.Spans[len(day.Spans)-1]; last.To-first.From < 24*60 {
		// One end of the hours is enough: the recogniser that listens for the caller takes "eight AM" for "AAM" one time in five.
		facts = append(facts, heardClock(first.From)+"|"+heardClock(last.To))
	}
	return day, facts
}

// heardClock is the hour of a time of day as the recogniser writes it.
func heardClock(minutes int) string {
	words := strings.Fields(strings.ToLower(en.Language{}.Clock(minutes)))
	digits := time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("3")
	return words[0] + "|" + digits
}

// saidHours are the facts about a day as the box says them in a language.
func saidHours(l language.Language, day knowledge.Day) []string {
	return []string{l.Weekday(day.Date.Weekday()), l.Spans(day.Spans)}
}

// fillWeekday puts the weekday to ask about at now into a scene, whose caller speaks the business's first language.
func fillWeekday(s scene.Scene, b *knowledge.Business, now time.Time) scene.Scene {
	day, facts := askedWeekday(b, now)
	l := all.For(b.Tongues()[0])
	steps := make([]scene.Act, len(s.Steps))
	for i, step := range s.Steps {
		step.Say = strings.ReplaceAll(step.Say, weekdayMark, l.Weekday(day.Date.Weekday()))
		step.Hear = fillFacts(step.Hear, facts)
		step.Said = fillFacts(step.Said, saidHours(l, day))
		steps[i] = step
	}
	s.Steps = steps
	return s
}

// fillFacts puts the facts about the day in the place of their mark.
func fillFacts(due, facts []string) []string {
	var out []string
	for _, f := range due {
		if f == hoursMark {
			out = append(out, facts...)
		} else {
			out = append(out, f)
		}
	}
	return out
}
