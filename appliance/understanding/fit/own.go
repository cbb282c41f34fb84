package fit

import (
	"time"

	"frontdesk.internal/appliance/language"
)

// ownWeight is how often each of the box's own questions counts: they are asked each time that it calls itself.
const ownWeight = 3

type question struct{ label, text string }

// own are the questions that the box asks itself, at its page and when it calls itself; they stand in the language's texts.
func own(l language.Language) []question {
	a := language.Args{Weekday: time.Thursday, Service: l.Filler("service"), Person: l.Filler("person")}
	var out []question
	for _, q := range []struct {
		label string
		keys  []language.Key
	}{
		{
			"hours", []language.Key{
				language.AskHours, language.AskHoursOn, language.AskOpenOn, language.AskOpenNow, language.AskToday, language.AskTomorrow,
				language.AskCloses,
			},
		},
		{"address", []language.Key{language.AskAddress}},
		{"parking", []language.Key{language.AskParking}},
		{"phone", []language.Key{language.AskPhone}},
		{"email", []language.Key{language.AskEmail}},
		{"website", []language.Key{language.AskWebsite}},
		{"services", []language.Key{language.AskServices}},
		{"price", []language.Key{language.AskPrice}},
		{"service", []language.Key{language.AskService}},
		{"staff", []language.Key{language.AskStaff, language.AskPerson}},
		{"message", []language.Key{language.AskMessage}},
		{"person", []language.Key{language.AskHuman}},
		{"robot", []language.Key{language.AskRobot}},
		{"goodbye", []language.Key{language.AskGoodbye}},
	} {
		for _, k := range q.keys {
			out = append(out, question{q.label, l.Text(k, a)})
		}
	}
	return out
}
