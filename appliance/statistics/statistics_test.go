package statistics_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/statistics"
)

func TestFiguresByHand(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC) // half past midnight on Tuesday there
	about := map[string]string{}
	in := statistics.Input{Place: berlin, Questions: 4, Turns: func(call string) ([]record.Turn, error) {
		return []record.Turn{{Heard: "secret words", Decided: about[call], Total: time.Second}, {Total: 3 * time.Second}, {}}, nil
	}}
	call := func(who, decided string, after time.Duration, seconds int) {
		c := record.Call{
			ID: fmt.Sprint("call-", len(in.Calls)), CallerID: who, From: "+12175550142", Started: at.Add(after),
			Outcome: record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"},
		}
		about[c.ID] = decided
		c.Line.Received, c.Line.Lost = 99, 1
		if seconds > 0 {
			c.Answered = c.Started.Add(time.Second)
			c.Ended = c.Answered.Add(time.Duration(seconds) * time.Second)
		}
		in.Calls = append(in.Calls, c)
	}
	call("ada", "answer.price", 0, 60)
	call("bob", "answer.price", time.Hour, 120)
	call("cleo", "answer.price answer.parking", 24*time.Hour, 30)
	call("ada", "emergency", 25*time.Hour, 10)
	call("", "answer.hours", 26*time.Hour, 0)
	in.Messages = []record.Message{{At: at, Done: true, DoneAt: at.Add(2 * time.Hour), Reason: "secret words"}, {At: at}}
	r, err := statistics.Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	if r.Calls != 5 || r.Answered != 4 || r.Callers != 3 || r.Repeat != 0.333333 || r.Lost != 0.01 || r.Messages != 2 || r.Open != 1 ||
		r.DoneAfter.P50 != 2 || r.Questions != 4 {
		t.Errorf("%+v", r)
	}
	if r.Hours[0] != 2 || r.Hours[1] != 2 || r.Hours[2] != 1 || r.Weekdays[time.Tuesday] != 2 || r.Weekdays[time.Wednesday] != 3 {
		t.Errorf("hours %v, weekdays %v", r.Hours, r.Weekdays)
	}
	if len(r.Days) != 2 || r.Days[0] != (statistics.Day{Day: "2026-03-03", Calls: 2, Answered: 2}) || r.Days[1].Calls != 3 {
		t.Errorf("days %v", r.Days)
	}
	if r.Reasons["prices"] != 3 || r.Reasons[statistics.Other] != 2 || len(r.Reasons) != 2 {
		t.Errorf("reasons %v: one or two people can be known by theirs", r.Reasons)
	}
	if r.Duration.P50 != 60 || r.Response.P50 != 3000 {
		t.Errorf("duration %+v, response %+v", r.Duration, r.Response)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"ada", "5550142", "secret", "call-", "emergency", "parking", "goodbye"} {
		if strings.Contains(string(b), s) {
			t.Errorf("%q is in it: %s", s, b)
		}
	}
	if empty, err := statistics.Compute(statistics.Input{Place: berlin}); err != nil || empty.Calls != 0 || empty.Repeat != 0 {
		t.Errorf("%+v, %v", empty, err)
	}
}

func BenchmarkCompute(b *testing.B) {
	in := statistics.Input{Place: time.UTC, Turns: func(string) ([]record.Turn, error) { return []record.Turn{{Total: time.Second}}, nil }}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		in.Calls = append(in.Calls, record.Call{
			ID: fmt.Sprint(i), CallerID: fmt.Sprint(i % 5000), Started: at.Add(time.Duration(i) * time.Second), Answered: at,
			Ended: at.Add(time.Minute), Outcome: record.Outcome{Reason: "goodbye"},
		})
	}
	for b.Loop() {
		if _, err := statistics.Compute(in); err != nil {
			b.Fatal(err)
		}
	}
}
