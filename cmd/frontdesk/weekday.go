package main

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/phone/phonetest/scene"
)

// Scenes name the weekday that a caller asks about, and the facts that are due in the reply, by these words: what is right depends on
// the day on which the call is made.
const (
	weekdayMark = "{weekday}"          // in what is said
	hoursMark   = "{hours of weekday}" // one of the facts to hear
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
		facts = append(facts, heardClock(first.From), heardClock(last.To))
	}
	return day, facts
}

// heardClock is the hour of a time of day as the recogniser writes it.
func heardClock(minutes int) string {
	words := strings.Fields(strings.ToLower(en.Language{}.Clock(minutes)))
	digits := time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("3")
	return words[0] + "|" + digits
}

// fillWeekday puts the weekday to ask about at now into a scene.
func fillWeekday(s scene.Scene, b *knowledge.Business, now time.Time) scene.Scene {
	day, facts := askedWeekday(b, now)
	steps := make([]scene.Step, len(s.Steps))
	for i, step := range s.Steps {
		step.Say = strings.ReplaceAll(step.Say, weekdayMark, day.Date.Weekday().String())
		var hear []string
		for _, h := range step.Hear {
			if h == hoursMark {
				hear = append(hear, facts...)
			} else {
				hear = append(hear, h)
			}
		}
		step.Hear = hear
		steps[i] = step
	}
	s.Steps = steps
	return s
}
