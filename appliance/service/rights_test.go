package service_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// A request corrects the field of the card, in the form in which cards have it, and leaves its line.
func TestARequestCorrectsTheField(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	if _, err := s.PublishProfile(knowledge.Business{Region: "DE"}); err != nil {
		t.Fatal(err)
	}
	call, err := s.BeginCall(record.Call{From: "+4989123456", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	owner := servicetest.As(t.Context(), service.Owner)
	r, err := service.FileRequest.Do(owner, d, record.Request{
		Caller: call.CallerID, Kind: record.RequestRectify, What: "my number is another one", Identity: record.IdentityOffice,
	})
	if err != nil {
		t.Fatal(err)
	}
	var invalid *service.InvalidError
	if _, err := service.CompleteRequest.Do(owner, d, r.ID); !errors.As(err, &invalid) {
		t.Errorf("done with nothing done: %v", err)
	}
	fix := service.Rectification{
		ID: r.ID, Remove: []record.Field{{Kind: record.FieldNumber, Value: "(089) 12 34 56"}},
		Add: []record.Field{{Kind: record.FieldNumber, Value: "0151 12345678"}},
	}
	if _, err := service.RectifyRequest.Do(servicetest.As(t.Context(), service.Staff), d, fix); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if r, err = service.RectifyRequest.Do(owner, d, fix); err != nil || r.State != record.RequestDone {
		t.Errorf("%+v, %v", r, err)
	}
	c, err := s.Caller(call.CallerID)
	if err != nil || c.Number != "+4915112345678" || len(c.Numbers()) != 1 || c.Fields[0].Source != record.SourceRequest ||
		c.Fields[0].By != "request "+r.ID {
		t.Errorf("the card is %+v, %v", c, err)
	}
}

// Requests reach somebody: how many wait and until when is told to everybody of the office, and it names nobody.
func TestRequestsThatWaitAreCounted(t *testing.T) {
	s := openStore(t)
	now := noon
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time {
		return now
	}, Privacy: privacy.New(privacy.Options{Records: s, Now: func() time.Time { return now }})})
	call, err := s.BeginCall(record.Call{From: "+12175550142", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	phone := service.WithActor(t.Context(), service.Actor{Kind: "caller", Name: call.CallerID, Door: "telephone", Role: service.PhoneCaller})
	count := func(want service.RequestCount) {
		t.Helper()
		for _, role := range []service.Role{service.Staff, service.Owner, service.Technician} {
			if n, err := service.CountRequests.Get(servicetest.As(t.Context(), role),
				d); err != nil || n.Open != want.Open || n.Overdue != want.Overdue || !n.Due.Equal(want.Due) {
				t.Errorf("%+v, %v; want %+v", n, err, want)
			}
		}
	}
	count(service.RequestCount{})
	for _, kind := range []record.RequestKind{record.RequestErase, record.RequestAccess, record.RequestObject} { // the last is done at once
		if _, err := service.FileRequest.Do(phone, d, record.Request{Caller: call.CallerID, Kind: kind}); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 1)
	}
	due := noon.AddDate(0, 1, 0)
	count(service.RequestCount{Open: 2, Due: due})
	now = due.Add(time.Minute)
	count(service.RequestCount{Open: 2, Overdue: 1, Due: due})
	now = due.AddDate(0, 0, 2)
	count(service.RequestCount{Open: 2, Overdue: 2, Due: due})
}

// ringing is a telephone that notes which numbers are called.
type ringing struct {
	service.Telephone
	called []record.PhoneNumber
}

func (r *ringing) CallBack(_ context.Context, _ string, n record.PhoneNumber, _ record.Personal) error {
	r.called = append(r.called, n)
	return nil
}

// Who does not want to be contacted is on a list that can be taken along, and is called back only by somebody who has been asked.
func TestWhoIsNotToBeContacted(t *testing.T) {
	s := openStore(t)
	phone := &ringing{}
	d := servicetest.New(t, service.Options{Records: s, Telephone: phone})
	b := knowledge.Business{Region: "US"}
	b.Transfer.Extension = "201"
	if _, err := s.PublishProfile(b); err != nil {
		t.Fatal(err)
	}
	staff := servicetest.As(t.Context(), service.Staff)
	for _, name := range []record.Personal{"=Zed()", "Ada", "Bob"} {
		c, err := s.AddCaller(record.Caller{
			Fields: []record.Field{
				{
					Kind: record.FieldName, Value: name,
				}, {Kind: record.FieldNumber, Value: record.Personal("(217) 555-014" + string('0'+rune(len(name))))},
				{Kind: record.FieldEmail, Value: "x@example.org"},
			},
		})
		if err != nil && name != "Bob" {
			t.Fatal(err)
		}
		if name == "Bob" {
			continue
		}
		if _, err := service.NoteConsent.Do(servicetest.Operator(t), d,
			record.Consent{Caller: c.ID, Kind: record.ConsentContact, State: record.ConsentRefused}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := service.ListNoContact.Get(staff, d)
	if err != nil || len(list) != 2 || list[0].Name != "=Zed()" || list[1].Name != "Ada" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := service.ExportNoContact.Get(staff, d); !errors.Is(err, service.ErrRefused) {
		t.Errorf("taken along by staff: %v", err)
	}
	table, err := service.ExportNoContact.Get(servicetest.As(t.Context(), service.Owner), d)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := service.Pour(&out, table); err != nil || !strings.Contains(out.String(), "Ada,number,+12175550143,") ||
		!strings.Contains(out.String(), "'=Zed(),email,x@example.org") || strings.Contains(out.String(), "Bob") {
		t.Errorf("%q, %v", out.String(), err)
	}
	for from, asks := range map[record.PhoneNumber]bool{"+12175550143": true, "+13125550144": false} {
		for _, number := range []record.PhoneNumber{from, "+12175550143"} { // also a message with the number of somebody else
			m, err := s.SaveMessage(record.Message{Number: from, Text: true})
			if err != nil {
				t.Fatal(err)
			}
			m.Number = number
			if m, err = s.SaveMessage(m); err != nil {
				t.Fatal(err)
			}
			phone.called = nil
			var invalid *service.InvalidError
			err = service.CallBack.Act(staff, d, service.Ring{Message: m.ID, Extension: "201"})
			if first := asks || number != from; errors.As(err, &invalid) != first ||
				first && (len(phone.called) != 0 || invalid.Problems[0].Path != "sure") {
				t.Errorf("from %s, to %s: %v, called %q", from, number, err, phone.called)
			}
			if err := service.CallBack.Act(staff, d, service.Ring{Message: m.ID, Extension: "201", Sure: true}); err != nil ||
				len(phone.called) == 0 {
				t.Errorf("from %s, to %s, sure: %v", from, number, err)
			}
		}
	}
}

// The box knows which media can bring back who was erased: the receipt names them, and they are out of it when they were here
// again or are destroyed. After a restore it is said who may be back, until somebody says who that is.
func TestTheBoxKnowsItsMedia(t *testing.T) {
	s := openStore(t)
	now := noon.Add(-time.Hour)
	clock := func() time.Time { now = now.Add(time.Minute); return now }
	state, first, second := t.TempDir(), t.TempDir(), t.TempDir()
	d := servicetest.New(t, service.Options{Records: s, Now: clock, Backups: service.Backups{State: state, Dir: second}})
	owner := servicetest.As(t.Context(), service.Owner)
	_, err := service.SetUpBackup.Get(owner, d)
	if err != nil {
		t.Fatal(err)
	}
	erase := func(number record.PhoneNumber) privacy.Erased {
		t.Helper()
		c, err := s.BeginCall(record.Call{From: number, Started: now})
		if err != nil {
			t.Fatal(err)
		}
		e, err := service.EraseCaller.Do(owner, d, service.Erasure{ID: c.CallerID, Reason: "asked"})
		if err != nil || e.Key != c.CallerID {
			t.Fatalf("%+v, %v", e, err)
		}
		return e
	}
	behind := func() (dirs []string) {
		t.Helper()
		list, err := service.ListMedia.Get(owner, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if !m.Behind.IsZero() {
				dirs = append(dirs, m.Dir)
			}
		}
		return dirs
	}
	for _, dir := range []string{first, second} {
		if _, err := service.MakeBackup.Do(owner, d, dir); err != nil {
			t.Fatal(err)
		}
	}
	if x := behind(); len(x) != 0 {
		t.Errorf("before anybody was erased: %q", x)
	}
	now = noon.Add(time.Hour) // the records say noon
	e := erase("+12175550142")
	if x := behind(); len(x) != 1 || x[0] != first || len(e.Behind) != 1 || e.Behind[0].Dir != first {
		t.Errorf("%q can bring somebody back, the receipt says %+v", x, e.Behind)
	}
	if list, err := service.ListErasures.Get(owner, d); err != nil || len(list) != 1 || len(list[0].Behind) != 1 || list[0].Key != e.Key {
		t.Errorf("the receipts: %+v, %v", list, err)
	}
	if _, err := service.MakeBackup.Do(owner, d, first); err != nil {
		t.Fatal(err)
	}
	if x := behind(); len(x) != 0 {
		t.Errorf("when it was here again: %q", x)
	}
	// One that is destroyed is out of it, too.
	if err := s.SeeMedium(record.Medium{ID: "lost", Dir: "a stick in the river", Keys: noon.AddDate(-1, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if x := behind(); len(x) != 1 {
		t.Errorf("an old one: %q", x)
	}
	if err := service.ForgetMedium.Act(owner, d, "lost"); err != nil {
		t.Fatal(err)
	}
	if x := behind(); len(x) != 0 {
		t.Errorf("when it is destroyed: %q", x)
	}
	// Records that were restored say so until somebody has said who is back.
	back, err := s.BeginCall(record.Call{From: "+12175550143", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.EraseAgain.Do(owner, d, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of records that were never restored: %v", err)
	}
	if err := s.SetRestoration(record.Restoration{At: noon, Backup: noon, Keys: noon}); err != nil {
		t.Fatal(err)
	}
	if n, err := service.EraseAgain.Do(owner, d, []string{back.CallerID, e.Key, "0123456789abcdef0123"}); err != nil || n != 1 {
		t.Errorf("%d were erased again, %v", n, err)
	}
	if _, err := s.Caller(back.CallerID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who had come back: %v", err)
	}
	if r, err := service.ReadRestoration.Get(owner, d); err != nil || r.Confirmed.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
}
