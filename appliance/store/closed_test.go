package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Records that are closed say so to everybody who reads and writes, in what was to be done, and nobody gets an empty list for a full one.
func TestClosedRecordsSaySo(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.BeginCall(record.Call{ID: "c", From: "+15550120144", Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	only := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"list accounts": only(s.Accounts()), "keep account": only(s.SaveAccount(record.Account{})), "remove account": s.DeleteAccount("x"),
		"find session": only(s.Session("x")), "list sessions": only(s.Sessions()), "keep session": s.SaveSession("x", record.Session{}),
		"end session": s.DeleteSession("x"), "end sessions": s.DeleteSessions("", t0, ""),
		"read audit chain": only(s.LastAudit()), "read breaches": only(s.Breaches()), "keep breach": only(s.AddBreach(record.Breach{})),
		"change breach": only(s.ChangeBreach("x", nil)),
		"read caller":   only(s.Caller(c.CallerID)), "list callers": only(s.Callers(0)), "find caller": only(s.FindCaller("+15550120144")),
		"add caller": only(s.AddCaller(record.Caller{})), "change caller": s.Remember(c.CallerID, "Ada"),
		"keep document": only(s.AddDocument(record.Document{})), "list documents": only(s.Documents()), "read document": only(s.Document("x")),
		"drop documents": only(s.DropDocuments(t0)), "read ledger of the network": only(s.Egress("")),
		"keep ledger of the network": s.AddEgress([]record.Egress{{Day: "2026-03-02"}}), "note erasure": only(s.NoteErasure(c.CallerID, "", "")),
		"list jobs": only(s.Jobs()), "list erasures": only(s.Tombstones()), "hold records": s.SetHold(record.Hold{Caller: c.CallerID}),
		"end hold": s.DropHold(c.CallerID), "list holds": only(s.Holds()), "read hold": only(s.Hold(c.CallerID)),
		"look for erased callers": only(s.Gone()), "keep example": only(s.AddExample(record.Example{})), "list examples": only(s.Examples()),
		"remove example": only(s.DropExample("x")), "keep telephone account": s.SetExtension(record.SavedExtension{}, ""),
		"read telephone accounts": only(s.Extensions()), "keep change of the registration": s.AddPhoneChange(record.PhoneChange{}),
		"read changes of the registration": only(s.PhoneChanges(0)), "list imports": only(s.Imports()), "undo import": s.UndoImport("x"),
		"merge callers": only(s.Merge("a", "b", "")), "keep recipient": only(s.SetRecipient(record.Recipient{}, "")),
		"list recipients": only(s.Recipients()), "remove recipient": s.DropRecipient("x"),
		"note what somebody is to be told": s.Occur(record.Occasion{}),
		"list what somebody is to be told": only(s.Occasions(1)), "put into the outbox": s.Post("x", nil),
		"list deliveries": only(s.Deliveries("x", record.DeliverySent, 1)), "count deliveries": only(s.CountDeliveries("x", record.DeliveryDead)),
		"keep what became of a delivery": s.SettleDelivery(record.Delivery{}), "remove delivery": s.DropDelivery(record.Delivery{}),
		"try dead letters again": only(s.RetryDeliveries("x", "")), "read question": only(s.Question("x")),
		"publish profile": only(s.PublishEdition(store.Edition{}, nil)), "withdraw profile": only(s.WithdrawUnasked()),
		"list profiles": only(s.Editions(0, 0)), "read draft": only(s.Draft()), "keep draft": s.SaveDraft(store.Draft{}),
		"read call": only(s.Call("c")), "read turns": only(s.Turns("c")), "list calls": only(s.Calls(store.Filter{})),
		"read message": only(s.Message("x")), "list messages": only(s.Messages(0, true)), "list texts": s.Texts(nil),
		"count messages": only(s.CountOpen()), "count calls": only(s.CountCalls(t0)), "keep question": s.AddUnanswered(record.Unanswered{}),
		"list questions": only(s.UnansweredList()), "drop question": only(s.DropUnanswered("x")), "begin call": only(s.BeginCall(record.Call{})),
		"keep turn": s.AddTurn("c", record.Turn{}), "keep note": s.AddNote("c", record.Note{}), "end call": s.EndCall(record.Call{ID: "c"}),
		"keep message": only(s.SaveMessage(record.Message{})), "mark message": s.MarkDone("x", true), "assign message": s.Assign("x", ""),
		"import calls": s.Import(nil), "read retention": only(s.Retention()), "keep retention": s.SetRetention(record.Retention{}),
		"list old calls": s.OldCalls(time.Now(), nil), "list old messages": only(s.OldMessages(t0)), "remove transcript": s.DropTranscript("c"),
		"remove call": s.DropCall("c"), "remove message": s.DropMessage("x"), "look at caller": only(s.Bare("x")),
		"keep request": only(s.SaveRequest(record.Request{})), "read request": only(s.Request("x")), "list requests": only(s.Requests()),
		"keep consent": only(s.AddConsent(record.Consent{})), "read consents": only(s.Consents("x")), "read notices": only(s.Notices("")),
		"keep notice": only(s.UseNotice(record.Notice{})), "note sign-in": s.AddSecurity(record.SecurityEvent{}),
		"list sign-ins": only(s.Security(1)), "forget sign-ins": only(s.DropSecurity(t0)), "read media of backups": only(s.Media()),
		"keep media of backups": s.DropMedium("x"), "read recording settings": only(s.RecordingSettings()),
		"keep recording settings": s.SetRecordingSettings(record.RecordingSettings{}), "list tokens": only(s.Tokens()),
		"keep token": only(s.SaveToken(store.APIToken{})), "note token": s.TokenUsed("x", t0), "revoke token": s.DropToken("x"),
		"read the console's PIN": only(s.ConsolePIN()), "find the owner of a call": only(s.OwnerOf("c")), "look at records": only(s.Size()),
		"check records": s.Check(), "compact records": s.Compact(), "copy records": only(s.WriteTo(nil)),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), what+": ") || !strings.Contains(err.Error(), "not open") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, _, err := s.Consent("x", record.ConsentRecording); err == nil {
		t.Error("whether a caller agrees is told by closed records")
	}
	if _, _, err := s.Profile(); err == nil {
		t.Error("a profile of closed records")
	}
}
