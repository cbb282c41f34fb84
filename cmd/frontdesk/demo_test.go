package main

import "testing"

func TestSays(t *testing.T) {
	for _, c := range []struct {
		text, fact string
		want       bool
	}{
		{"Yes, on Saturday we are open from 9am to 1pm.", "nine|9", true},
		{"Yes, on Saturday we are open from 9am to 1pm.", "one|1", true},
		{"from 9 AM to 12", "1", false},
		{"between $900 and $1,400", "900|nine hundred", true},
		{"between nine-hundred dollars", "900|nine hundred", true},
		{"we are open from 19 to 20", "9", false},
		{"Goodbye!", "goodbye|bye", true},
		{"someone", "one", false},
		{"", "one", false},
		{"B2B", "b", true},
	} {
		if got := says(c.text, c.fact); got != c.want {
			t.Errorf("says(%q, %q) = %v", c.text, c.fact, got)
		}
	}
}
