package service_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store/keyring"
)

// walk is what is asked of an operation: what it does, and what it does not take. fits makes what is right for a house; wrong what
// is of the right type and cannot be, nil where nothing is: then only what is of another type is refused.
type walk struct {
	fits, wrong func(h *house) any
}

// nothing is for operations that need nothing.
func nothing(*house) any { return service.None{} }

// is always the same.
func is(v any) func(*house) any { return func(*house) any { return v } }

// walks are all operations. One that is missing here fails the test.
func walks() map[service.Operation]walk {
	some := func(ops ...service.Operation) map[service.Operation]walk {
		m := map[service.Operation]walk{}
		for _, op := range ops {
			m[op] = walk{fits: nothing}
		}
		return m
	}
	all := some(service.ReadOwnerCode, service.ResetOwner, service.ListPeople, service.SignAudit, service.SetUpBackup, service.ListMedia,
		service.ListHandsets,
		service.ListNoContact, service.ExportNoContact, service.MakeConsolePassword, service.ReadPINState, service.ListDocuments,
		service.ListMeanings, service.ListExamples, service.ListImports, service.ReadPhoneAccount, service.ListLadders, service.ReadProcessing,
		service.ReadProfile, service.ReadDraft, service.ReadRecordingSettings, service.ReadRetention, service.SweepRecords, service.ListErasures,
		service.ListHolds, service.ListRequests, service.CountRequests, service.ListRunning, service.FollowRunning, service.StartSelfTest,
		service.ReadSelfTest, service.ListQuestions, service.ListSoundDevices, service.StopTalk, service.ReadTalk, service.ReadStatus,
		service.CheckStore, service.CompactStore, service.ReadKeyLock, service.RotateKeys, service.MakeSupportBundle, service.ReadMachine,
		service.ReadNetwork, service.ListModels, service.VerifyModels, service.Restart, service.ListTokens,
		service.ListRecipients, service.ListCalendars, service.ListFeeds, service.ListDirectories, service.ListEngineHosts,
		service.ReadFilter, service.ReadFirstSteps, service.ReadUpdate,
		service.GoBackVersion)
	for _, more := range []map[service.Operation]walk{
		peopleWalks(), callWalks(), callerWalks(), profileWalks(), boxWalks(), promiseWalks(), recipientWalks(), calendarWalks(),
		directoryWalks(), engineHostWalks(),
	} {
		for op, w := range more {
			all[op] = w
		}
	}
	return all
}

func peopleWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.SignIn: {func(h *house) any {
			h.claim()
			return service.SignInTry{Browser: browser(), Name: "Maria", Password: good}
		},
			func(h *house) any {
				h.claim()
				return service.SignInTry{Browser: browser(), Name: "Maria", Password: "x"}
			}},
		service.ClaimOwner: {func(h *house) any {
			return service.OwnerClaim{Browser: browser(), Code: service.Password(h.code()), Name: "Maria", Password: good}
		},
			func(h *house) any {
				h.code()
				return service.OwnerClaim{Browser: browser(), Code: "AAAA-AAAA-AAAA", Name: "Maria", Password: good}
			}},
		service.SignOut: {func(h *house) any { return h.claim().Secret }, nil}, // one that is over is over
		service.ChangePassword: {func(h *house) any {
			secret := h.claim().Secret
			account, err := h.gate.Session(h.Context(), string(secret))
			if err != nil {
				h.Fatal(err)
			}
			return service.PasswordChange{Browser: browser(), Account: account, Secret: secret, Old: good, New: "green bicycle under water"}
		}, is(service.PasswordChange{Browser: browser(), Old: "x", New: "green bicycle under water"})},
		service.AddPerson: {is(service.NewPerson{Name: "Tom", Password: good}), is(service.NewPerson{Name: "", Password: good})},
		service.RemovePerson: {func(h *house) any {
			return ok(h, service.AddPerson, service.NewPerson{Name: "Tom", Password: good}).ID
		}, is("nobody")},
		service.PassPIN: {is(service.Password("274931")), nil}, // a wrong one is told in the answer
		service.SetPIN:  {is(service.NewPIN{PIN: "274931"}), nil},
		service.AddToken: {
			is(service.TokenWish{Name: "calendar", Role: record.RoleStaff}), is(service.TokenWish{Name: "calendar", Role: "root"}),
		},
		service.RevokeToken: {func(h *house) any {
			return ok(h, service.AddToken, service.TokenWish{Name: "x", Role: record.RoleStaff}).ID
		}, is("none")},
		service.CheckToken: {func(h *house) any {
			return ok(h, service.AddToken, service.TokenWish{Name: "x", Role: record.RoleStaff}).Secret
		}, is("fd_none")},
		service.ListAudit:   {is(service.AuditQuery{Who: "maria"}), nil},
		service.VerifyAudit: {is([]record.AuditHead(nil)), nil}, // a head that is not ours is told in the answer
	}
}

func callWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.ListCalls:     {is(service.CallFilter{Limit: 1}), nil},
		service.ReadCall:      {is("a"), is("none")},
		service.AddNote:       {is(service.CallNote{Call: "a", Text: "rang back"}), is(service.CallNote{Call: "a"})},
		service.SearchCalls:   {is(service.CallSearch{Text: "open"}), nil},
		service.PlayRecording: {is("a"), is("b")},
		service.ReadWaveform:  {is(service.WaveformFilter{Call: "a", Parts: 10}), is(service.WaveformFilter{Call: "b", Parts: 10})},
		service.ListMessages:  {is(service.MessageFilter{}), nil},
		service.ReadMessage:   {func(h *house) any { return h.message }, is("none")},
		service.MarkMessage: {func(h *house) any {
			return service.MessageMark{ID: h.message, Done: true}
		}, is(service.MessageMark{ID: "none"})},
		service.SetAbsence: {
			is(service.Absence{Until: noon.Format(time.DateOnly)}), is(service.Absence{Person: "Nobody", Until: noon.Format(time.DateOnly)}),
		},
		service.SteerCall: {
			is(service.Steering{Call: "a", Do: service.SteerSay, Text: "The doctor is late."}),
			is(service.Steering{Call: "a", Do: service.SteerThrough, Extension: "999"}),
		},
		service.AssignMessage: {func(h *house) any {
			return service.MessageAssignment{ID: h.message, For: "Dr. Patel"}
		}, is(service.MessageAssignment{ID: "none"})},
		service.CallBack: {func(h *house) any { return service.Ring{Message: h.message, Extension: "200"} },
			func(h *house) any { return service.Ring{Message: h.message, Extension: "999"} }},
		service.AnswerQuestion: {func(h *house) any {
			return service.QuestionReply{ID: h.question(), Reply: service.Reply{Text: "No, teeth only."}}
		},
			func(h *house) any { return service.QuestionReply{ID: h.question()} }},
		service.DismissQuestion: {func(h *house) any { return h.question() }, is("none")},
		service.CorrectTurn:     {is(service.Correction{Call: "a", Means: "hours"}), is(service.Correction{Call: "a", Means: "price:kayak"})},
		service.MendTurn: {
			is(service.Mending{Call: "a", Text: "Are you open on Sunday?"}), is(service.Mending{Call: "a", Turn: 9, Text: "x"}),
		},
		service.RemoveExample:  {func(h *house) any { return h.taught() }, is("none")},
		service.KeepExample:    {func(h *house) any { return h.taught() }, is("none")},
		service.ReadStatistics: {is(service.Period{}), nil},
	}
}

func callerWalks() map[service.Operation]walk {
	request := func(kind record.RequestKind) func(*house) any { return func(h *house) any { return h.request(kind) } }
	return map[service.Operation]walk{
		service.ListCallers: {is(5), nil},
		service.ReadCaller:  {func(h *house) any { return h.who }, is("none")},
		service.ChangeCaller: {func(h *house) any {
			return service.CallerChange{ID: h.who, Edit: service.CallerEdit{Tags: []record.Tag{record.TagVIP}}}
		},
			func(h *house) any {
				return service.CallerChange{ID: h.who, Edit: service.CallerEdit{Tags: []record.Tag{"royal"}}}
			}},
		service.MergeCallers: {func(h *house) any {
			return service.Merge{From: h.other(), Into: h.who}
		}, func(h *house) any { return service.Merge{From: h.who, Into: h.who} }},
		service.SplitCaller: {func(h *house) any { return service.Split{From: h.who, Calls: []string{"b"}} },
			func(h *house) any { return service.Split{From: h.who, Calls: []string{"a", "b"}} }},
		service.EraseCaller: {func(h *house) any { return service.Erasure{ID: h.who, Reason: "asked"} }, is(service.Erasure{ID: "none"})},
		service.ProveErasure: {func(h *house) any {
			return service.Trace{Receipt: ok(h, service.EraseCaller, service.Erasure{ID: h.who}).ID}
		}, is(service.Trace{Receipt: "none"})},
		service.HoldCaller: {func(h *house) any {
			return record.Hold{Caller: h.who, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)}
		},
			func(h *house) any { return record.Hold{Caller: h.who, Reason: "a law suit", Until: noon} }},
		service.ReleaseCaller: {func(h *house) any {
			ok(h, service.HoldCaller, record.Hold{Caller: h.who, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)})
			return h.who
		}, is("none")},
		service.FileRequest: {func(h *house) any { return record.Request{Caller: h.who, Kind: record.RequestErase} },
			func(h *house) any { return record.Request{Caller: h.who, Kind: "shoes"} }},
		service.IdentifyRequest: {func(h *house) any {
			r := ok(h, service.FileRequest, record.Request{Caller: h.who, Kind: record.RequestErase})
			return service.Identification{ID: r.ID, How: record.IdentityOffice}
		}, is(service.Identification{ID: "none", How: record.IdentityOffice})},
		service.CompleteRequest: {request(record.RequestErase), is("none")},
		service.RectifyRequest: {func(h *house) any {
			return service.Rectification{ID: h.request(record.RequestRectify), Note: "the name was spelled out"}
		},
			is(service.Rectification{ID: "none", Note: "x"})},
		service.RefuseRequest: {func(h *house) any {
			return service.Refusal{ID: h.request(record.RequestErase), Reason: "a law"}
		}, is(service.Refusal{ID: "none", Reason: "x"})},
		service.MakeCallerCode: {func(h *house) any { return h.who }, is("none")},
		service.ExportCaller:   {func(h *house) any { return service.DossierWish{ID: h.who} }, is(service.DossierWish{ID: "none"})},
		service.ListConsents:   {func(h *house) any { return h.who }, nil},
		service.NoteConsent: {func(h *house) any {
			return record.Consent{Caller: h.who, Kind: record.ConsentContact, State: record.ConsentGiven}
		},
			func(h *house) any { return record.Consent{Caller: h.who, Kind: "shoes", State: record.ConsentGiven} }},
		service.ReadContacts:   {is(service.ContactsFile{Content: []byte(`[{"name":"Grace"}]`)}), is(service.ContactsFile{Content: []byte("{")})},
		service.ImportContacts: {func(h *house) any { return h.contacts() }, nil}, // what is wrong with them was said when they were read
		service.UndoImport:     {func(h *house) any { return ok(h, service.ImportContacts, h.contacts()).ID }, is("none")},
		service.SetRetention:   {is(record.Retention{Calls: 30}), is(record.Retention{Calls: -1})},
		service.PreviewRetention: {
			is(record.Retention{Calls: 30}), is(record.Retention{Calls: -1}),
		},
		service.ListDue: {is(7), nil},
	}
}

func profileWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.PublishProfile: {func(h *house) any { return h.biz }, is(knowledge.Business{})},
		service.SaveDraft: {func(h *house) any { return service.DraftChange{Section: "hours", Business: h.biz} },
			func(h *house) any {
				h.draft()
				return service.DraftChange{Section: "hours", Revision: -1, Business: h.biz}
			}},
		service.DiscardDraft: {func(h *house) any { return h.draft().Revision }, func(h *house) any { return h.draft().Revision + 7 }},
		service.PublishDraft: {func(h *house) any { return service.Publication{Revision: h.draft().Revision} }, is(service.Publication{})},
		service.ListEditions: {is(service.EditionFilter{}), nil},
		service.ReadEdition:  {is(1), is(9)},
		service.GoBack: {func(h *house) any {
			ok(h, service.PublishDraft, service.Publication{Revision: h.draft().Revision})
			return service.Reversion{Version: 1}
		}, is(service.Reversion{Version: 9})},
		service.ForeseeCall: {is(service.Foresight{Number: "2175550182"}), nil},
		service.MarkFirstStep: {
			is(service.FirstStepMark{Step: record.StepPrices, State: service.StepSkipped}), is(service.FirstStepMark{Step: "shoes", State: "done"}),
		},
		service.RingMe:       {is("200"), is("999")},
		service.TryQuestion:  {is(service.Trial{Question: "are you open on sunday"}), nil},
		service.ReadDocument: {func(h *house) any { return h.document() }, is("none")},
		service.AddDocument: {
			is(service.DocumentFile{File: "a.txt", Content: []byte("Dogs are welcome.")}),
			is(service.DocumentFile{File: "a.exe", Content: []byte("MZ")}),
		},
		service.ChangeDocument: {func(h *house) any {
			return service.DocumentChange{ID: h.document(), Edit: service.DocumentEdit{Name: "the rules"}}
		}, is(service.DocumentChange{ID: "none"})},
		service.RemoveDocument: {func(h *house) any { return h.document() }, is("none")},
		service.RestoreDocument: {func(h *house) any {
			id := h.document()
			ok(h, service.RemoveDocument, id)
			return id
		}, is("none")},
	}
}

// told is a notifier whose letters always come.
type told struct{}

func (told) Test(context.Context, notify.Target) error { return nil }
func (told) Changed()                                  {}

// telephoneEdit is a recipient: a telephone of the office.
func telephoneEdit() service.RecipientEdit {
	return service.RecipientEdit{Recipient: record.Recipient{Name: "Maria", Via: record.ViaTelephone, To: "201", On: true}}
}

func (h *house) recipient() string {
	h.Helper()
	return ok(h, service.AddRecipient, telephoneEdit()).ID
}

// deadLetter is a recipient with one.
func (h *house) deadLetter() (recipient, delivery string) {
	h.Helper()
	id := h.recipient()
	_, err := h.s.SaveMessage(record.Message{At: noon, Number: "+12175550182", Reason: "a toothache"})
	os, err2 := h.s.Occasions(1)
	if err := errors.Join(err, err2); err != nil || len(os) != 1 {
		h.Fatal(os, err)
	}
	err = h.s.Post(os[0].ID, []record.Delivery{{Occasion: os[0], Recipient: id, Due: noon, Words: true}})
	ds, err2 := h.s.Deliveries(id, record.DeliveryWaiting, 1)
	if err := errors.Join(err, err2); err != nil || len(ds) != 1 {
		h.Fatal(ds, err)
	}
	ds[0].State = record.DeliveryDead
	if err := h.s.SettleDelivery(ds...); err != nil {
		h.Fatal(err)
	}
	return id, ds[0].ID
}

func recipientWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.AddRecipient:  {is(telephoneEdit()), is(service.RecipientEdit{Recipient: record.Recipient{Name: "Maria", Via: "pigeon"}})},
		service.ReadRecipient: {func(h *house) any { return h.recipient() }, is("none")},
		service.ChangeRecipient: {func(h *house) any {
			e := telephoneEdit()
			e.ID, e.To = h.recipient(), "202"
			return e
		}, is(telephoneEdit())},
		service.RemoveRecipient: {func(h *house) any { return h.recipient() }, is("none")},
		service.TestRecipient:   {func(h *house) any { return h.recipient() }, is("none")},
		service.ListDeliveries: {func(h *house) any { return service.DeliveryFilter{Recipient: h.recipient()} },
			func(h *house) any { return service.DeliveryFilter{Recipient: h.recipient(), State: "lost"} }},
		service.RetryDeliveries: {func(h *house) any {
			id, letter := h.deadLetter()
			return service.Resending{Recipient: id, Delivery: letter}
		}, func(h *house) any { return service.Resending{Recipient: h.recipient(), Delivery: "none"} }},
	}
}

func boxWalks() map[service.Operation]walk {
	account := service.PhoneAccountEdit{Extension: record.Extension{Registrar: "192.0.2.9", User: "100"}, Password: "secret"}
	return map[service.Operation]walk{
		// without a recovery key there is none
		service.MakeBackup: {func(h *house) any { ok(h, service.SetUpBackup, service.None{}); return "" }, is("")},
		service.VerifyBackup: {func(h *house) any {
			ok(h, service.SetUpBackup, service.None{})
			return service.BackupName{Name: ok(h, service.MakeBackup, "").Name}
		}, func(h *house) any {
			ok(h, service.SetUpBackup, service.None{})
			return service.BackupName{Name: "none"}
		}},
		service.ForgetMedium: {func(h *house) any {
			if err := h.s.SeeMedium(record.Medium{ID: "stick"}); err != nil {
				h.Fatal(err)
			}
			return "stick"
		}, is("none")},
		service.ReadRestoration:    {func(h *house) any { h.restored(); return service.None{} }, nothing},
		service.EraseAgain:         {func(h *house) any { h.restored(); return []string{h.who} }, is([]string{"none"})},
		service.ListBackups:        {is(""), nil},
		service.ListSticks:         {nothing, nil},
		service.ChooseBackupFolder: {func(h *house) any { return h.TempDir() }, is("/no/such/folder")},
		service.ReadEgress:         {is("2026-03-02"), nil},
		service.TestPhoneAccount:   {is(account), is(service.PhoneAccountEdit{Extension: record.Extension{Registrar: "192.0.2.9"}})},
		service.SetPhoneAccount:    {is(account), is(service.PhoneAccountEdit{Extension: record.Extension{Registrar: "192.0.2.9"}})},
		service.UndoPhoneAccount: {func(h *house) any {
			for range 2 {
				if _, err := service.SetPhoneAccount.Do(servicetest.Operator(h), h.d, account); err != nil {
					h.Fatal(err)
				}
			}
			return service.None{}
		}, nil},
		service.ReadLadder:           {is("a1"), is("none")},
		service.SetRecordingSettings: {is(record.RecordingSettings{Mode: record.RecordingAsk}), is(record.RecordingSettings{Mode: "always"})},
		service.MeasureSound:         {is(service.SoundCheck{Length: time.Second}), is(service.SoundCheck{Length: time.Hour})},
		service.EchoSound:            {is(service.SoundCheck{Length: time.Second}), is(service.SoundCheck{Length: time.Hour})},
		service.PlayTone:             {is(service.Tone{Hz: 440, Length: time.Second}), is(service.Tone{Hz: 9, Length: time.Second})},
		service.StartTalk: {is(service.SoundUse{}), func(h *house) any {
			ok(h, service.StartTalk, service.SoundUse{})
			return service.SoundUse{}
		}},
		service.ChangeLock: {
			is(service.LockChange{Kind: keyring.Passphrase, Phrase: "forty kettles on a very long train"}), is(service.LockChange{Kind: "string"}),
		},
		service.ReadLogs:     {is(service.LogFilter{Limit: 5}), nil},
		service.ImportModels: {is("/media/usb"), is("usb")},
		service.RestartBox:   {is(service.RestartOrder{}), nil},
		service.InstallUpdate: {
			is(service.NewVersion{File: "/media/usb/new.raucb"}), is(service.NewVersion{File: "/media/usb/tampered.raucb"}),
		},
	}
}

// TestEveryOperation has each operation done once right, once by somebody who may not, and once with what it does not take, through
// the contract.
func TestEveryOperation(t *testing.T) {
	all := walks()
	for _, op := range service.Operations() {
		f := op.Facts()
		w, there := all[op]
		if !there {
			t.Errorf("nobody walks %s: put it into the table", f.Name)
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel() // most of the time is waiting for the disk
			h := openHouse(t)
			refused(h, op, w.fits(h))
			if w.wrong != nil {
				h := openHouse(t)
				if err := h.d.Invoke(servicetest.Operator(t), op, w.wrong(h), op.Answer()); err == nil || errors.Is(err, service.ErrRefused) {
					t.Errorf("what cannot be: %v", err)
				}
			}
			for _, other := range []string{`{"shoe":42}`, `[[[42]]]`, `{`} {
				if in, err := op.Decode(strings.NewReader(other)); err == nil {
					t.Errorf("it takes %s as %+v", other, in)
				}
			}
		})
	}
}

// refused asks as everybody who may not, and then as somebody who may: what was refused before must have changed nothing.
func refused(h *house, op service.Operation, in any) {
	h.Helper()
	for _, role := range []service.Role{0, service.Staff, service.Owner, service.Technician, service.PhoneCaller, service.Visitor} {
		if op.Facts().Role.Admits(role) {
			continue
		}
		if err := h.d.Invoke(servicetest.As(h.Context(), role), op, in, op.Answer()); !errors.Is(err, service.ErrRefused) {
			h.Errorf("role %b: %v, want that it is refused", role, err)
		}
	}
	out := op.Answer()
	ctx, stop := context.WithCancel(servicetest.Operator(h.T))
	defer stop()
	if err := h.d.Invoke(ctx, op, in, out); err != nil {
		h.Errorf("done right: %v", err)
	}
	c, file := out.(*service.Content)
	if !file || *c == nil {
		return
	}
	if op == service.Operation(service.FollowRunning) {
		stop() // it goes on for as long as somebody looks
	}
	var got bytes.Buffer
	if err := service.Pour(io.Writer(&got), *c); err != nil && !errors.Is(err, context.Canceled) || got.Len() == 0 {
		h.Errorf("%d bytes, %v", got.Len(), err)
	}
}

// planner is a diary that can read every calendar but one.
type planner struct{ sight calendar.Sight }

func (planner) Changed()                    {}
func (planner) State(string) calendar.State { return calendar.State{Entries: 3, InForce: true} }
func (s planner) Try(_ context.Context, _ record.Calendar, secret string) (calendar.Sight, error) {
	if secret != "hunter2" {
		return calendar.Sight{}, &notify.Error{Fault: notify.FaultCredentials, Code: 401}
	}
	s.sight.Calendar = s.sight.Others == nil
	return s.sight, nil
}

func calendarEdit() service.CalendarEdit {
	return service.CalendarEdit{
		Calendar: record.Calendar{Name: "Practice", URL: "https://cloud.example/office/", User: "fd", On: true}, Secret: "hunter2",
	}
}

func (h *house) calendar() string {
	h.Helper()
	return ok(h, service.SetCalendar, calendarEdit()).ID
}

func calendarWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.SetCalendar: {is(calendarEdit()), func(*house) any {
			e := calendarEdit()
			e.URL = "cloud.example"
			return e
		}},
		service.RemoveCalendar: {func(h *house) any { return h.calendar() }, is("none")},
		service.TryCalendar:    {func(h *house) any { return h.calendar() }, is("none")},
		service.AddFeed:        {is(record.Feed{Name: "Maria"}), is(record.Feed{Name: "Maria", For: "Nobody Here"})},
		service.RevokeFeed:     {func(h *house) any { return h.feed(record.Feed{Name: "Maria"}).ID }, is("none")},
		service.ReadFeed: {func(h *house) any {
			return strings.TrimPrefix(h.feed(record.Feed{Name: "Maria"}).Path, service.FeedPath)
		}, is("fdf_none.ics")},
	}
}

func (h *house) feed(f record.Feed) service.NewFeed {
	h.Helper()
	return ok(h, service.AddFeed, f)
}
