package appliance

import (
	"testing"

	"frontdesk.internal/appliance/record"
)

func TestNoticeText(t *testing.T) {
	for _, tt := range []struct {
		m    record.Message
		want record.Personal
	}{
		{record.Message{}, "Message from a caller"},
		{record.Message{Name: "Anna Müller", Number: "2175550144", Reason: "a toothache"}, "Message from Anna Müller, 2175550144: a toothache"},
		{
			record.Message{Name: "Anna", For: "Dr. Lopez", Urgency: record.Urgent, Reason: "bleeding"},
			"Message from Anna, for Dr. Lopez, urgent: bleeding",
		},
	} {
		if got := noticeText(tt.m); got != tt.want {
			t.Errorf("%q, want %q", string(got), string(tt.want))
		}
	}
}

// Only calls of callers with a message are told of, and more than can be told are none of the call's concern.
func TestMessageNotices(t *testing.T) {
	n := newMessageNotices("201")
	n.CallEnded(record.Call{ID: "none", Origin: record.OriginLine})
	n.CallEnded(record.Call{ID: "test", Origin: record.OriginSelfTest, Messages: 1})
	for range textsMost + 3 {
		n.CallEnded(record.Call{ID: "one", Origin: record.OriginLine, Messages: 1})
	}
	if len(n.calls) != textsMost || <-n.calls != "one" {
		t.Errorf("%d calls wait", len(n.calls))
	}
	off := newMessageNotices("")
	off.CallEnded(record.Call{ID: "one", Origin: record.OriginLine, Messages: 1})
	if len(off.calls) != 0 {
		t.Error("told to nobody")
	}
}
