package sayings_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/understanding/corpus"
	"frontdesk.internal/appliance/understanding/sayings"
)

// TestLoad: every file can be read, says enough of everything, says nothing twice, and what its turns want is in its profile. No
// trade is judged too.
func TestLoad(t *testing.T) {
	judged, err := corpus.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"en", "de"} {
		list, err := sayings.Load(language)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) < 25 {
			t.Errorf("%s: only %d trades", language, len(list))
		}
		for _, trade := range list {
			t.Run(trade.File, func(t *testing.T) { check(t, &trade, judged) })
		}
	}
}

func check(t *testing.T, trade *sayings.Trade, judged []corpus.Trade) {
	t.Helper()
	said := map[string]bool{}
	add := func(list []string, least int, what string) {
		if len(list) < least {
			t.Errorf("%s: %d sayings, at least %d are wanted", what, len(list), least)
		}
		for _, s := range list {
			if key := strings.ToLower(s); said[key] || strings.TrimSpace(s) == "" {
				t.Errorf("%q is there twice, or empty", s)
			}
			said[strings.ToLower(s)] = true
		}
	}
	for _, j := range judged {
		if j.Name == trade.File {
			t.Error("the trade is judged")
		}
	}
	add(trade.Unknown, 12, "unknown")
	for _, s := range trade.Services {
		add(s.Price, 3, s.Name)
		add(s.Offered, 3, s.Name)
	}
	for _, a := range trade.Answers {
		add(a.Says, 4, a.Question)
	}
	if len(trade.Services) < 10 || len(trade.Answers) < 10 {
		t.Errorf("%d services, %d answers", len(trade.Services), len(trade.Answers))
	}
	beside := trade.Beside(true)
	if err := beside.Check(); err != nil {
		t.Error(err)
	}
}
