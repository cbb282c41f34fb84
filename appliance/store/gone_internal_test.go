package store

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"frontdesk.internal/appliance/record"
)

// A caller whose key is destroyed is in no list and found by nothing, from that moment on, while the records are still in the file: what
// reads many skips them, what reads one says that there is none, and all others are as before.
func TestWhoIsBeingErasedIsNowhere(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "Maria")
	bad, good := speak(t, s, "aa", "+15550120144", "Ada"), speak(t, s, "b", "+15550120155", "Bob")
	consent := record.Consent{Caller: bad.CallerID, Kind: record.ConsentRecording, State: record.ConsentGiven, At: t1}
	_, err := s.AddConsent(consent)
	request, err2 := s.SaveRequest(record.Request{Caller: bad.CallerID, Kind: record.RequestAccess, State: record.RequestOpen, At: t1})
	example, err3 := s.AddExample(record.Example{Text: "what Ada says", Means: "hours", Taught: record.TaughtByCorrection, CallID: "aa"})
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	_, os := occasions(t, s)
	for _, o := range os { // some wait to become deliveries, one of each state is there
		if o.Call == "aa" && o.Kind == record.OccasionQuestion {
			postAll(t, s, r.ID)
			break
		}
	}
	if err := s.Occur(record.Occasion{Kind: record.OccasionHealth, Text: "The disk is full."}); err != nil {
		t.Fatal(err)
	}
	before, err := s.Deliveries(r.ID, record.DeliveryWaiting, 0)
	if err != nil || len(before) == 0 {
		t.Fatal(before, err)
	}
	messages, err := s.MessagesOfCaller(bad.CallerID)
	if err != nil || len(messages) != 1 {
		t.Fatal(messages, err)
	}
	if err := s.Keys().Destroy(bad.CallerID); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"caller": second(s.Caller(bad.CallerID)), "number": second(s.FindCaller("+15550120144")), "call": second(s.Call("aa")),
		"turns": second(s.Turns("aa")), "all of a call": second(s.Full("aa")), "message": second(s.Message(messages[0].ID)),
		"messages of the call": second(s.MessagesOf("aa")), "owner of the call": second(s.OwnerOf("aa")),
		"key": second(s.KeyOf(bad.CallerID)), "request": second(s.Request(request.ID)), "example": second(s.DropExample(example.ID)),
		"a turn more": s.AddTurn("aa", record.Turn{Index: 7}), "a note": s.AddNote("aa", record.Note{}), "its end": s.EndCall(bad),
		"for somebody": s.Assign(messages[0].ID, "Maria"), "done": s.MarkDone(messages[0].ID, true), "name": s.Remember(bad.CallerID, "Eve"),
		"transcript": s.DropTranscript("aa"), "merge": second(s.Merge(bad.CallerID, good.CallerID, "")),
		"consents": second(s.Consents(bad.CallerID)), "messages of the caller": second(s.MessagesOfCaller(bad.CallerID)),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, want that there is none", name, err)
		}
	}
	calls, err := s.Calls(Filter{})
	if err != nil || len(calls) != 1 || calls[0].ID != "b" {
		t.Errorf("%+v, %v", calls, err)
	}
	if cs, err := s.Callers(0); err != nil || len(cs) != 1 || cs[0].ID != good.CallerID {
		t.Errorf("%+v, %v", cs, err)
	}
	if ms, err := s.Messages(0, true); err != nil || len(ms) != 1 || ms[0].CallerID != good.CallerID {
		t.Errorf("%+v, %v", ms, err)
	}
	if us, err := s.UnansweredList(); err != nil || slices.ContainsFunc(us, func(u record.Unanswered) bool { return u.CallID == "aa" }) {
		t.Errorf("%+v, %v", us, err)
	}
	if rs, err := s.Requests(); err != nil || len(rs) != 0 {
		t.Errorf("%+v, %v", rs, err)
	}
	if es, err := s.Examples(); err != nil || len(es) != 0 {
		t.Errorf("%+v, %v", es, err)
	}
	after, err := s.Deliveries(r.ID, record.DeliveryWaiting, 0)
	if err != nil || len(after) == 0 || len(after) >= len(before) ||
		slices.ContainsFunc(after, func(d record.Delivery) bool { return d.Call == "aa" }) {
		t.Errorf("%d of %d deliveries, %v", len(after), len(before), err)
	}
	if next, _, err := s.NextDeliveries(r.ID); err != nil || len(next) != 1 || next[0].Call == "aa" {
		t.Errorf("%+v, %v", next, err)
	}
	if _, os := occasions(t, s); len(os) != 1 || os[0].Kind != record.OccasionHealth {
		t.Errorf("%+v", os)
	}
	if gone, err := s.Gone(); err != nil || !slices.Equal(gone, []string{bad.CallerID}) {
		t.Errorf("%q, %v", gone, err)
	}
	// Who calls with the number again is somebody new, of whom nothing is known.
	again, err := s.BeginCall(record.Call{ID: "c", From: "+15550120144", Started: t1})
	if err != nil || again.CallerID == bad.CallerID {
		t.Fatalf("%+v, %v", again, err)
	}
	if c, err := s.Caller(again.CallerID); err != nil || c.Name != "" || c.Calls != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// What was written by something else, or in another form, is told by all who read it, and is no empty list and no zero value.
func TestAValueThatIsNone(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "Maria")
	speak(t, s, "a", "+15550120144", "Ada")
	write := func(bucket, key, value []byte) (was []byte) {
		t.Helper()
		if err := s.update("write garbage", func(x *txn) error {
			was = bytes.Clone(x.raw(bucket, key))
			if value == nil {
				return x.del(bucket, key)
			}
			return x.set(bucket, key, value)
		}); err != nil {
			t.Fatal(err)
		}
		return was
	}
	last := []byte("\xff\xff\xff\xff\xff\xff\xff\xff")
	for name, x := range map[string]struct {
		bucket, key []byte
		read        func() error
	}{
		"accounts": {bAccounts, last, func() error { return second(s.Accounts()) }}, "sessions": {bSessions, last, func() error {
			return errors.Join(second(s.Sessions()), s.DeleteSessions("", t1, ""))
		}},
		"tokens": {bTokens, last, func() error { return second(s.Tokens()) }}, "documents": {bDocuments, last, func() error {
			return second(s.Documents())
		}},
		"examples": {bExamples, last, func() error { return second(s.AddExample(record.Example{})) }},
		"imports":  {bImports, last, func() error { return s.UndoInterrupted() }},
		"jobs":     {bJobs, last, func() error { return second(s.Jobs()) }}, "holds": {bHolds, last, func() error { return second(s.Holds()) }},
		"tombstones": {bTombstones, last, func() error { return second(s.Tombstones()) }},
		"requests":   {bRequests, last, func() error { return second(s.Requests()) }},
		"questions": {bUnanswered, append(make([]byte, hashSize), "\x00x"...), func() error {
			return errors.Join(second(s.UnansweredList()), second(s.Question("x")))
		}},
		"extensions":    {bExtensions, last, func() error { return second(s.Extensions()) }},
		"registrations": {bRegistrations, last, func() error { return second(s.PhoneChanges(0)) }},
		"egress":        {bEgress, last, func() error { return second(s.Egress("")) }},
		"notices":       {bNotices, join([]byte("privacy"), last), func() error { return second(s.UseNotice(record.Notice{Kind: "privacy"})) }},
		"security": {bSecurity, last, func() error {
			return errors.Join(s.AddSecurity(record.SecurityEvent{At: t1}), second(s.Security(1)))
		}},
		"recipients": {bRecipients, last, func() error { return second(s.Recipients()) }},
		"occasions":  {bOccasions, last, func() error { return second(s.Occasions(100)) }},
		"outbox": {bOutbox, join([]byte(r.ID), last), func() error {
			_, _, err := s.NextDeliveries(r.ID)
			return errors.Join(err, second(s.Deliveries(r.ID, record.DeliveryWaiting, 0)))
		}},
		"dead letters": {bDead, join([]byte(r.ID), last), func() error { return second(s.RetryDeliveries(r.ID, "")) }},
		"audit":        {bAudit, last, func() error { return errors.Join(second(s.LastAudit()), s.AuditEntries(1, nil)) }},
		"retention":    {bSettings, keyRetention, func() error { return second(s.Retention()) }},
		"media":        {bSettings, keyMedia, func() error { return errors.Join(second(s.Media()), s.SeeMedium(record.Medium{ID: "x"})) }},
		"breaches": {bSettings, keyBreaches, func() error {
			return errors.Join(second(s.Breaches()), second(s.AddBreach(record.Breach{})))
		}},
		"turns": {bTurns, turnKey("a", 99), func() error { return errors.Join(second(s.Turns("a")), second(s.Full("a"))) }},
		"messages": {bMessages, []byte("zz"), func() error {
			return errors.Join(second(s.OldMessages(t1)), s.Texts(func(record.Message) error { return nil }))
		}},
		"draft":    {bDrafts, keyDraft, func() error { return second(s.Draft()) }},
		"editions": {bProfiles, last, func() error { return errors.Join(second(s.Editions(0, 0)), second(s.WithdrawUnasked())) }},
		"calls":    {bCalls, []byte("a"), func() error { return errors.Join(second(s.Calls(Filter{})), s.EndCall(record.Call{ID: "a"})) }},
	} {
		was := write(x.bucket, x.key, []byte("garbage"))
		if err := x.read(); !errors.Is(err, errFormat) {
			t.Errorf("%s: %v, want that it is no value", name, err)
		}
		faults := map[string]int{}
		rep, err := s.CheckAll()
		for _, f := range rep.Faults {
			faults[f.Where]++
		}
		if err != nil || faults[string(x.bucket)] == 0 {
			t.Errorf("%s: a thorough check does not find it: %+v, %v", name, rep.Faults, err)
		}
		write(x.bucket, x.key, was)
	}
	sound(t, s)
}
