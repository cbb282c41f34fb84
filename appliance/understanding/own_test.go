package understanding_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
)

// What the box itself asks, at its page and when it calls itself, is read by words alone.
func TestOwnQuestions(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range all.Tags() {
		h, err := understanding.WordsHead(tag)
		if err != nil {
			t.Fatal(err)
		}
		l := all.For(tag)
		r := understanding.NewReader(b, l, h)
		for key, want := range map[language.Key]understanding.Intent{
			language.AskHours: understanding.Hours, language.AskHoursOn: understanding.Hours, language.AskOpenOn: understanding.Hours,
			language.AskOpenNow: understanding.Hours, language.AskToday: understanding.Hours, language.AskTomorrow: understanding.Hours,
			language.AskCloses: understanding.Hours, language.AskAddress: understanding.Address, language.AskParking: understanding.Parking,
			language.AskPhone: understanding.Phone, language.AskEmail: understanding.Email, language.AskWebsite: understanding.Website,
			language.AskServices: understanding.Services, language.AskPrice: understanding.Price, language.AskService: understanding.Service,
			language.AskStaff: understanding.Staff, language.AskPerson: understanding.Staff, language.AskMessage: understanding.Message,
			language.AskHuman: understanding.Person, language.AskRobot: understanding.Robot, language.AskGoodbye: understanding.Goodbye,
		} {
			text := l.Text(key, language.Args{Weekday: time.Thursday, Service: "check-up", Person: "Dr. Maria Lopez", Region: "US"})
			got, err := r.Read(t.Context(), text, time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
			if err != nil || len(got.Asks) != 1 || got.Asks[0].Intent != want {
				t.Errorf("%s: %q: %+v, %+v, %v; want %s", tag, text, asks(got.Asks), asks(got.Weak), err, want)
			}
		}
	}
}

// TestPlainReplies: a yes or a no means nothing else, whatever the head makes of it; what is said beside it does.
func TestPlainReplies(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	for text, plain := range map[string]bool{
		"Yes, please.": true, "No.": true, "Ja, bitte.": true, "Nein.": true, "No, goodbye": false, "Yes, a filling": false,
		"No, how much is it?": false, "Nein, auf Wiederhören": false,
	} {
		tag := "en"
		if strings.ContainsAny(text, "J") || strings.HasPrefix(text, "Nein") {
			tag = "de"
		}
		h, err := understanding.WordsHead(tag)
		if err != nil {
			t.Fatal(err)
		}
		sure := *h
		sure.Costs.Wrong = 0 // acts on whatever is likeliest
		got, err := understanding.NewReader(b, all.For(tag), &sure).Read(t.Context(), text, time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
		if err != nil || (len(got.Asks)+len(got.Weak) == 0) != plain {
			t.Errorf("%q: %+v, %+v, %v", text, asks(got.Asks), asks(got.Weak), err)
		}
	}
}

func asks(list []understanding.Ask) []any {
	var out []any
	for _, a := range list {
		out = append(out, a.Intent, a.Score)
	}
	return out
}
