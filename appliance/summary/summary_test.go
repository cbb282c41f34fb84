package summary_test

import (
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/summary"
)

func TestOf(t *testing.T) {
	for _, x := range []struct {
		call    record.Call
		decided []string
		want    string
	}{
		{record.Call{}, []string{"answer.hours", "answer.price answer.hours", "goodbye"}, "Asked about opening hours and prices."},
		{
			record.Call{Messages: 1}, []string{"answer.hours answer.parking answer.price", "message.begin"},
			"Asked about opening hours, parking and prices and left a message.",
		},
		{record.Call{}, []string{"message.begin"}, "Began a message."},
		{record.Call{}, []string{"emergency", "transfer"}, "Spoke of an emergency and wanted a person."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultTransfer}}, []string{"person.named"}, "Was put through."},
		{record.Call{}, []string{"other unanswered"}, "Asked what I had no answer to."},
		{record.Call{}, []string{"answer.no_such_topic"}, "Called."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultRunning}}, nil, "Is on the phone now."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultAbandoned}}, nil, "Hung up before asking anything."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultNoInput}}, []string{""}, "Said nothing."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultRefused}}, nil, "Was not taken: all lines were busy."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultCancelled}}, nil, "Hung up while it rang."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultCut}}, nil, "Was cut off: the box stopped."},
		{record.Call{Outcome: record.Outcome{Result: record.ResultFailed}}, nil, "The call failed."},
	} {
		if got := summary.Of(x.call, x.decided); got != x.want {
			t.Errorf("%v: %q, want %q", x.decided, got, x.want)
		}
	}
}

func TestNow(t *testing.T) {
	for want, decided := range map[string][]string{
		"says it is an emergency":       {"message.begin", "emergency"},
		"is leaving a message":          {"answer.hours", "message.ask_name"},
		"wants to speak to a person":    {"answer.hours", "person"},
		"is asking about parking":       {"answer.hours", "answer.parking"},
		"asks what I have no answer to": {"unanswered"},
		"is on the phone":               nil,
	} {
		if got := summary.Now(decided); got != want {
			t.Errorf("%v: %q, want %q", decided, got, want)
		}
	}
}

// TestNext: what is left to do is what nobody has done yet, the most pressing first.
func TestNext(t *testing.T) {
	open, done := record.Message{Number: "2175550134"}, record.Message{Number: "2175550134", Done: true}
	for _, x := range []struct {
		name     string
		result   record.Result
		decided  []string
		messages []record.Message
		number   bool
		want     string
	}{
		{"a message", "", []string{"message.begin"}, []record.Message{open}, true, "Call back."},
		{"a message that is done", "", []string{"message.begin", "unanswered"}, []record.Message{done}, true, ""},
		{"one of two is done", "", []string{"message.begin"}, []record.Message{done, open}, true, "Call back."},
		{"no number anywhere", "", []string{"message.begin"}, []record.Message{{}}, false, "Read the message; there is no number to call back."},
		{"the caller's own number", "", []string{"message.begin"}, []record.Message{{}}, true, "Call back."},
		{"broken off", "", []string{"message.begin"}, nil, true, "Call back: the message was not finished."},
		{
			"broken off, without a number", "", []string{"message.begin", "unanswered"}, nil, false,
			"Answer the question, so that the next caller hears it.",
		},
		{"nobody reached", "", []string{"person", "transfer_failed"}, nil, true, "Call back: a person was asked for, and nobody was reached."},
		{"put through", record.ResultTransfer, []string{"person"}, nil, true, ""},
		{"an emergency", "", []string{"emergency", "transfer_failed"}, nil, true, "Call back: it was an emergency, and nobody was reached."},
		{"a question", "", []string{"answer.hours", "unanswered"}, nil, true, "Answer the question, so that the next caller hears it."},
		{"all answered", "", []string{"answer.hours"}, nil, true, ""},
		{"while it goes on", record.ResultRunning, []string{"message.begin"}, nil, true, ""},
	} {
		c := record.Call{Outcome: record.Outcome{Result: x.result}, Messages: len(x.messages)}
		if got := summary.Next(c, x.decided, x.messages, x.number); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

func TestUrgent(t *testing.T) {
	urgent := record.Message{Urgency: record.Urgent}
	over := urgent
	over.Done = true
	for _, x := range []struct {
		decided  []string
		messages []record.Message
		want     bool
	}{
		{nil, nil, false},
		{nil, []record.Message{{}}, false},
		{nil, []record.Message{urgent}, true},
		{nil, []record.Message{over}, false},
		{[]string{"emergency"}, nil, true},
		{[]string{"emergency"}, []record.Message{over}, false},
		{[]string{"emergency"}, []record.Message{over, urgent}, true},
	} {
		if got := summary.Urgent(x.decided, x.messages); got != x.want {
			t.Errorf("%v with %d messages: %v, want %v", x.decided, len(x.messages), got, x.want)
		}
	}
}

func TestDecisions(t *testing.T) {
	got := summary.Decisions([]record.Turn{{Decided: "answer.hours"}, {}})
	if len(got) != 2 || got[0] != "answer.hours" || got[1] != "" {
		t.Errorf("got %q", got)
	}
}
