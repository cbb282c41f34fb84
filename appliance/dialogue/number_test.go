package dialogue_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// numberDue is a call in which a message is being taken and the number is due.
func numberDue(t *testing.T, profile string, from record.PhoneNumber) *call {
	t.Helper()
	b := sample(t, profile)
	w := walk{biz: b, now: time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location()), events: []dialogue.Event{dialogue.Answered{From: from}}}
	c := w.play(t)
	steps := []string{"#3", "Anna Berger"}
	if from != "" {
		steps = append(steps, map[bool]string{true: "Nein.", false: "No."}[b.Tongues()[0] == "de"])
	}
	for _, s := range steps {
		c.follow(s)
	}
	if got := c.conv.State(); got != "askNumber" {
		c.fail("the number is not asked for")
	}
	return c
}

// goOn plays turns, a list with "/" between, and returns the message that was kept; the zero value when there is none yet.
func (c *call) goOn(turns string) (m record.Message) {
	c.t.Helper()
	for step := range strings.SplitSeq(turns, "/") {
		for _, a := range c.follow(strings.TrimSpace(step)) {
			if k, ok := a.(dialogue.Commit); ok {
				m = k.Message
			}
		}
	}
	return m
}

// TestNumbersAreTaken plays how callers tell their number until the message is kept.
func TestNumbersAreTaken(t *testing.T) {
	const (
		end   = "/ It's about my last bill. / Yes."
		endDE = "/ Es geht um meine Rechnung. / Ja."
	)
	for _, x := range []struct{ profile, turns, number, from, second string }{
		{"dental", "217 555 0134 / Yes.", "2175550134", "spoken", ""},
		{"dental", "It's two one seven, triple five, oh one three four / yes that's right", "2175550134", "spoken", ""},
		{"dental", "217 / 555 / 0134 / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 01 / thirty-four / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 0143, no sorry, 0134 / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 0134 or my mobile 217 555 0199 / Yes", "2175550134", "spoken", "2175550199"},
		{"dental", "217 555 0134 / Yes, and my cell is 217 555 0199", "2175550134", "spoken", "2175550199"},
		{"dental", "217 555 0143 / No, the last two are three four / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 0150 / No, fifteen not fifty / Yes", "2175550115", "spoken", ""},
		{"dental", "217 555 0143 / not 43, 34 / Yes", "2175550134", "spoken", ""},
		{"dental", "218 555 0134 / it starts with 217 / Correct", "2175550134", "spoken", ""},
		{"dental", "217 555 0143 / No / 217 555 0134 / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 0134 / 217 555 0134", "2175550134", "spoken", ""},
		{"dental", "217 555 0134 / yes, but please call after 5", "2175550134", "spoken", ""},
		{"dental", "217 555 0143 / No, 34 at the end / no, the third digit is an eight / Yes", "2185550134", "spoken", ""},
		// What is not whole is asked for, whatever the caller says to it.
		{"dental", "217 555 01 / Yes. / 217 555 0134 / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 01 / 217 555 01 / 217 555 0134 / Yes", "2175550134", "spoken", ""},
		{"dental", "217 555 0134 / a nine is missing at the end / Yes. / 217 555 0134 / Yes", "2175550134", "spoken", ""},
		// Nobody is sent to the keypad without end, and who speaks there is understood.
		{"dental", "It's in my file / I told you / 217 555 0134 / Yes", "2175550134", "spoken", ""},
		{"dental", "~ / ~ / two one seven five five five / oh one thirty-four / Yes", "2175550134", "spoken", ""},
		{"dental", "~ / ~ / #2175550134# / Yes", "2175550134", "keyed", ""},
		{"dental", "~ / ~ / ~ / Yes", "2175550144", "caller_id", ""},
		{"dental", "~ / ~ / ~ / No", "", "", ""},
		{"dental", "It's in my file / I can't type / Well, I don't know / No.", "", "", ""},
		{"dental", "It's in my file / I can't type / Well, I don't know / No, use 217 555 0134. / Yes.", "2175550134", "spoken", ""},
		{"dental", "217 555 0143 / No. / 217 555 0143 / No. / 217 555 0143 / No. / Yes.", "2175550144", "caller_id", ""},
		{"dental", "use the number I'm calling from", "2175550144", "caller_id", ""},
		{"dental", "I'd rather not say", "", "", ""},
		{"dental", "217 555 0134 / Hm. / Well. / Hm. / 217 555 0134 / Yes.", "2175550134", "spoken", ""},
		{"elektro", "null eins sieben zwo, doppel fünf, eins drei vier fünf sechs / Ja", "01725513456", "spoken", ""},
		{"elektro", "0172 55 / 13456 / Ja genau", "01725513456", "spoken", ""},
		{"elektro", "0172 5513465, nein Entschuldigung, 56 am Ende / Ja", "01725513456", "spoken", ""},
		{"elektro", "0172 5513456 oder Festnetz 0511 555013 / Ja", "01725513456", "spoken", "0511555013"},
		{"elektro", "0172 5513465 / Nein, die letzten zwei sind fünf sechs / Ja", "01725513456", "spoken", ""},
		{"elektro", "0172 5513465 / nicht 65, 56 / Ja", "01725513456", "spoken", ""},
		{"elektro", "0171 5513456 / Nein, sie fängt mit 0172 an / Ja", "01725513456", "spoken", ""},
		{"elektro", "0172 5513456 / die vierte Ziffer ist eine Eins / Stimmt", "01715513456", "spoken", ""},
		{
			"elektro", "Die haben Sie doch / Weiß ich nicht auswendig / null eins sieben zwei, fünf fünf eins, dreiundvierzig sechsundfünfzig / Ja",
			"01725514356", "spoken", "",
		},
		{"elektro", "~ / ~ / ~ / Ja", "05115550144", "caller_id", ""},
		{"elektro", "~ / ~ / ~ / Nein", "", "", ""},
	} {
		from, end := record.PhoneNumber("2175550144"), end
		if x.profile == "elektro" {
			from, end = "05115550144", endDE
		}
		c := numberDue(t, x.profile, from)
		m := c.goOn(x.turns + end)
		if string(m.Number) != x.number || m.NumberFrom != x.from || string(m.Second) != x.second || m.Reason == "" {
			t.Errorf("%s: %q: number %s from %s, second %s, reason %q; want %s from %s, %s\n%s", x.profile, x.turns, m.Number.Digits(), m.NumberFrom,
				m.Second.Digits(), string(m.Reason), x.number, x.from, x.second, strings.Join(c.log, "\n"))
		}
	}
}

// TestNumberDeadEnds says useless things where a number is due, in any mixture: nobody is asked for the number without end, and one
// that is not whole is never taken.
func TestNumberDeadEnds(t *testing.T) {
	useless := map[string][]string{
		"dental": {
			"Yes.", "No.", "217 555", "21755501", "~", "~mumble", "#217#", "#99999999999999#", "I can't type.", "It's in the file.", "Hm.",
			"217 555 0142", "the last two are 99", "not 55, 5",
		},
		"elektro": {
			"Ja.", "Nein.", "0172", "017212", "~", "~murmel", "#017#", "#99999999999999999#", "Ich kann nicht tippen.", "Die haben Sie doch.", "Hm.",
			"0172 5513456", "die letzten zwei sind 99", "nicht 55, 5",
		},
	}
	for profile, turns := range useless {
		for seed := range 80 {
			r := rand.New(rand.NewPCG(uint64(seed), 3))
			from := []record.PhoneNumber{"2175550144", ""}[r.IntN(2)]
			if profile == "elektro" && from != "" {
				from = "05115550144"
			}
			c := numberDue(t, profile, from)
			keypad := 0
			for asked := 0; strings.Contains(c.conv.State(), "Number"); asked++ {
				before := len(c.log)
				c.follow(turns[r.IntN(len(turns))])
				if c.conv.State() == "keyNumber" && strings.Contains(fmt.Sprint(c.log[before:]),
					map[string]string{"dental": "on the keypad", "elektro": "auf den Tasten"}[profile]) {
					keypad++
				}
				if asked > 40 {
					c.fail("the number is asked for without end")
				}
			}
			if keypad > 3 {
				c.fail("the keypad was asked for %d times", keypad)
			}
			// Whatever follows, the number of the message is whole or none.
			m := c.goOn(map[string]string{"dental": "It's about my last bill. / Yes.", "elektro": "Es geht um meine Rechnung. / Ja."}[profile])
			if n := m.Number.Digits(); n != "" && len(n) < 10 && n != from.Digits() {
				c.fail("%s was taken", n)
			}
		}
	}
}

// TestVolunteeredNumbers: a number that nobody asked for is taken when it is one, and other digits are not.
func TestVolunteeredNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"Anna Berger, 217 555 0134": "217 555 0134",
		"Anna Berger, my number is two one seven five five five oh one three four": "217 555 0134",
		"It's Anna Berger, customer number 4711":                                   "",
	} {
		b := sample(t, "dental")
		w := walk{
			biz: b, now: time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location()), events: []dialogue.Event{dialogue.Answered{From: "2175550144"}},
		}
		c := w.play(t)
		c.follow("#3")
		acts := c.follow(text)
		got := ""
		for _, a := range acts {
			if s, ok := a.(dialogue.Say); ok {
				for _, l := range s.Lines {
					if l.Key == language.TextNumberIs {
						got = l.Args.Number
					}
				}
			}
		}
		if got != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%q: %q is read back, want %q", text, got, want)
		}
	}
}

// TestMessageChangedByNumber: at the end a correction of the number is one, without being asked what is wrong.
func TestMessageChangedByNumber(t *testing.T) {
	for _, change := range []string{
		"No, the number ends in 34", "No, 34 at the end.", "The number is wrong, it's 217 555 0134", "No. / 217 555 0134",
		"No, the last two digits are three four",
	} {
		c := numberDue(t, "dental", "2175550144")
		m := c.goOn("217 555 0143 / Yes / It's about my last bill. / " + change + " / Yes. / Yes.")
		if m.Number != "2175550134" {
			t.Errorf("%q: %s\n%s", change, m.Number.Digits(), strings.Join(c.log, "\n"))
		}
	}
}
