package contacts_test

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/contacts/contactstest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

const ada = record.PhoneNumber("+12175550142")

// office is a store with contacts over it. The clock and the patience of calls are the test's.
type office struct {
	*testing.T
	s    *store.Store
	c    *contacts.Contacts
	gate *egress.Gate

	mu      sync.Mutex
	now     time.Time
	patient chan time.Time // fires when a call has waited long enough; nil = never
}

func open(t *testing.T) *office {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, s: s, gate: egress.New(nil), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	b := &knowledge.Business{Region: "US", Staff: []knowledge.Person{{Name: "Anna Weber", Also: []string{"aweber"}, Extension: "201"}}}
	o.c = contacts.New(contacts.Options{
		Records: s, Gate: o.gate, Business: func() *knowledge.Business { return b },
		Now:   func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.now },
		After: func(time.Duration) <-chan time.Time { return o.patient },
	})
	t.Cleanup(func() {
		o.settle()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func (o *office) later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// directory is the settings for a system.
func directory(crm *contactstest.CRM) record.Directory {
	return record.Directory{
		Name: "CRM", Kind: record.DirectoryLookup, On: true, URL: crm.URL, CA: crm.CA, Header: "X-API-Key",
		NameField: "customer.first customer.last", PersonField: "customer.owner", TagsField: "customer.tags",
		Tags: map[string]record.Tag{"gold": record.TagVIP, "locked": record.TagBlocked, "no machine": record.TagObjects},
	}
}

func (o *office) set(d record.Directory) record.Directory {
	o.Helper()
	d.At = o.now
	d, err := o.s.SetDirectory(d, "k3y")
	if err != nil {
		o.Fatal(err)
	}
	o.c.Refresh(context.Background())
	return d
}

// calls has somebody call, and returns the card as the call sees it.
func (o *office) calls(id string, n record.PhoneNumber) record.Caller {
	o.Helper()
	call, err := o.s.BeginCall(record.Call{ID: id, From: n, Started: o.now})
	if err != nil {
		o.Fatal(err)
	}
	o.c.Look(context.Background(), call.CallerID, n)
	return o.card(call.CallerID)
}

func (o *office) card(id string) record.Caller {
	o.Helper()
	c, err := o.s.Caller(id)
	if err != nil {
		o.Fatal(err)
	}
	return c
}

// What the system says is on the card: name, own person and tags; what it says no more is off it, and the next call within ten minutes
// asks nobody.
func TestLook(t *testing.T) {
	o, crm := open(t), (&contactstest.CRM{}).Start(t)
	crm.Set(string(ada), map[string]any{"first": "Ada", "last": "Byron", "owner": "aweber", "tags": []string{"Gold", "loud"}})
	if c := o.calls("before", ada); c.Name != "" || len(crm.Asked()) != 0 {
		t.Errorf("before one is named: %+v", c)
	}
	d := o.set(directory(crm))
	c := o.calls("a", ada)
	if c.Name != "Ada Byron" || len(c.Values(record.FieldPerson)) != 1 || c.Values(record.FieldPerson)[0] != "Anna Weber" ||
		!c.Has(record.TagVIP) || len(c.Marks) != 1 || c.Fields[0].Source != record.SourceLookup || c.Fields[0].By != d.ID {
		t.Fatalf("%+v", c)
	}
	crm.Set(string(ada), map[string]any{"first": "Ada", "last": "King", "tags": []string{"locked"}})
	o.later(time.Minute)
	if c = o.calls("b", ada); c.Name != "Ada Byron" || len(crm.Asked()) != 1 {
		t.Errorf("asked again: %v, %+v", crm.Asked(), c)
	}
	o.later(time.Hour)
	if c = o.calls("c", ada); c.Name != "Ada King" || len(c.Values(record.FieldPerson)) != 0 || c.Has(record.TagVIP) ||
		!c.Has(record.TagBlocked) {
		t.Errorf("later: %+v", c)
	}
	crm.Set(string(ada), nil)
	o.later(time.Hour)
	if c = o.calls("d", ada); c.Name != "" || len(c.Marks) != 0 {
		t.Errorf("not known any more: %+v", c)
	}
	st, shown := o.c.State(d.ID)
	if st.Asked != 3 || st.Known != 2 || st.Problem != "" || len(shown) != 3 || shown[0].Answer != "nobody known" ||
		shown[2].Answer != "known" {
		t.Errorf("%+v %+v", st, shown)
	}
}

// What the office has typed stays, and what the caller has asked for is never taken back by a system, also where it had said the same.
func TestWhoDecides(t *testing.T) {
	o, crm := open(t), (&contactstest.CRM{}).Start(t)
	crm.Set(string(ada), map[string]any{"first": "A.", "last": "B.", "tags": []string{"no machine"}})
	c := o.calls("before", ada)
	if _, err := o.s.ChangeCaller(c.ID, func(c *record.Caller) error {
		c.Learn(record.Field{Kind: record.FieldName, Value: "Ada Byron", Source: record.SourceOffice})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	o.set(directory(crm))
	if c = o.calls("a", ada); c.Name != "Ada Byron" || !c.Has(record.TagObjects) {
		t.Fatalf("%+v", c)
	}
	crm.Set(string(ada), map[string]any{"first": "A."})
	o.later(time.Hour)
	if c = o.calls("b", ada); !c.Has(record.TagObjects) {
		t.Errorf("an objection was lifted: %+v", c)
	}
	if _, err := o.s.ChangeCaller(c.ID, func(c *record.Caller) error {
		c.SetTag(record.Mark{Tag: record.TagRestricted, By: "request"}, true)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	crm.Set(string(ada), map[string]any{"owner": "Anna Weber"})
	o.later(time.Hour)
	if c = o.calls("c", ada); len(c.Values(record.FieldPerson)) != 0 {
		t.Errorf("something new of somebody who has restricted it: %+v", c)
	}
}

// A call waits for 300 ms and no longer; what comes later is on the card. After two late answers nobody waits, until one came in time.
func TestNobodyIsHeldUp(t *testing.T) {
	o := open(t)
	answer := make(chan struct{})
	late := false
	crm := (&contactstest.CRM{Before: func(http.ResponseWriter, *http.Request) bool {
		if late {
			<-answer
		}
		return false
	}}).Start(t)
	crm.Set(string(ada), map[string]any{"first": "Ada"})
	d := o.set(directory(crm))
	late, o.patient = true, make(chan time.Time, 9)
	for i := range 2 {
		o.patient <- o.now // the call has waited for 300 ms
		c := o.calls("late"+string(rune('a'+i)), ada)
		if c.Name != "" {
			t.Errorf("it was not late: %+v", c)
		}
		o.later(time.Second)
		answer <- struct{}{}
		o.settle()
		if st, _ := o.c.State(d.ID); st.Late != i+1 {
			t.Errorf("%+v", st)
		}
		if c = o.card(c.ID); c.Name != "Ada" {
			t.Errorf("the late answer is lost: %+v", c)
		}
		o.later(time.Hour)
		if _, err := o.s.ChangeCaller(c.ID, func(c *record.Caller) error { c.Forget(c.Fields[0]); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	o.patient = nil // whoever waits now waits for ever
	c := o.calls("third", ada)
	if st, _ := o.c.State(d.ID); !st.Spared {
		t.Errorf("%+v", st)
	}
	answer <- struct{}{}
	o.settle()
	if st, _ := o.c.State(d.ID); st.Spared {
		t.Errorf("it has answered in time: %+v", st)
	}
	if c = o.card(c.ID); c.Name != "Ada" {
		t.Errorf("%+v", c)
	}
	close(answer)
}

// settle waits for who asks.
func (o *office) settle() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = o.c.Run(ctx) // ends when nobody asks any more
}

// A system that is gone, or answers with anything else than it should, changes no card and ends nothing.
func TestBadSystems(t *testing.T) {
	for name, x := range map[string]struct {
		spoil   func(t *testing.T, d *record.Directory, crm *contactstest.CRM)
		problem string
	}{
		"gone": {func(t *testing.T, d *record.Directory, _ *contactstest.CRM) {
			t.Helper()
			d.URL = "https://" + notifytest.Gone(t) + "/{number}"
		}, "the server does not answer at this address"},
		"garbage": {func(t *testing.T, d *record.Directory, _ *contactstest.CRM) {
			t.Helper()
			d.URL = "http://" + notifytest.Garbage(t) + "/{number}"
		}, "the server's answer cannot be understood"},
		"certificate": {func(t *testing.T, d *record.Directory, _ *contactstest.CRM) {
			t.Helper()
			_, d.CA = notifytest.Certificate(t)
		},
			"the certificate of the server is not believed"},
		"credentials": {func(_ *testing.T, d *record.Directory, _ *contactstest.CRM) { d.Header = "X-Other" },
			"the server does not take the name and the secret (401)"},
		"a page": {func(_ *testing.T, _ *record.Directory, crm *contactstest.CRM) {
			crm.Before = func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write([]byte("<html>")); return true }
		}, "the server's answer cannot be understood"},
		"elsewhere": {func(_ *testing.T, _ *record.Directory, crm *contactstest.CRM) {
			crm.Before = func(w http.ResponseWriter, r *http.Request) bool {
				http.Redirect(w, r, "https://192.0.2.1/", http.StatusFound)
				return true
			}
		}, "the server refused it (302)"},
		"endless": {func(_ *testing.T, _ *record.Directory, crm *contactstest.CRM) {
			crm.Before = func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write(make([]byte, 1<<20)); return true }
		}, "the server's answer cannot be understood"},
	} {
		t.Run(name, func(t *testing.T) {
			o, crm := open(t), (&contactstest.CRM{}).Start(t)
			crm.Set(string(ada), map[string]any{"first": "Ada"})
			d := o.set(directory(crm))
			if c := o.calls("a", ada); c.Name != "Ada" {
				t.Fatalf("%+v", c)
			}
			x.spoil(t, &d, crm)
			o.later(time.Hour)
			d = o.set(d)
			if c := o.calls("b", ada); c.Name != "Ada" {
				t.Errorf("what it said before is gone: %+v", c)
			}
			if st, _ := o.c.State(d.ID); st.Problem != x.problem {
				t.Errorf("%+v", st)
			}
		})
	}
}

// A caller who is erased while the system is asked does not come back with its answer.
func TestErasedMeanwhile(t *testing.T) {
	o := open(t)
	var caller string
	crm := (&contactstest.CRM{Before: func(http.ResponseWriter, *http.Request) bool {
		j, err := o.s.NoteErasure(caller, "test", "test")
		if err == nil {
			err = o.s.DestroyKey(j)
		}
		if err == nil {
			_, err = o.s.RemoveRecords(j)
		}
		if err != nil {
			t.Error(err)
		}
		return false
	}}).Start(t)
	crm.Set(string(ada), map[string]any{"first": "Ada"})
	o.set(directory(crm))
	call, err := o.s.BeginCall(record.Call{ID: "a", From: ada, Started: o.now})
	if err != nil {
		t.Fatal(err)
	}
	caller = call.CallerID
	o.c.Look(context.Background(), caller, ada)
	if ids, err := o.s.CallerIDs(); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
}

// Forgotten takes with it what it has brought, and nothing else.
func TestDropped(t *testing.T) {
	o, crm := open(t), (&contactstest.CRM{}).Start(t)
	crm.Set(string(ada), map[string]any{"first": "Ada", "owner": "201", "tags": "gold"})
	d := o.set(directory(crm))
	c := o.calls("a", ada)
	if len(c.Fields) < 3 || !c.Has(record.TagVIP) {
		t.Fatalf("%+v", c)
	}
	if err := o.s.DropDirectory(d.ID); err != nil {
		t.Fatal(err)
	}
	if c = o.card(c.ID); len(c.Fields) != 1 || c.Number != ada || len(c.Marks) != 0 {
		t.Errorf("%+v", c)
	}
	o.c.Refresh(context.Background())
	for _, x := range o.gate.Destinations() {
		if x.Name == string(egress.Contacts) && x.On {
			t.Error("it is still let out")
		}
	}
}

// A legal hold keeps what stands on the card, also what a system says no more; what is new comes on it.
func TestHeld(t *testing.T) {
	o, crm := open(t), (&contactstest.CRM{}).Start(t)
	crm.Set(string(ada), map[string]any{"first": "Ada", "tags": []string{"gold"}})
	d := o.set(directory(crm))
	c := o.calls("a", ada)
	if err := o.s.SetHold(record.Hold{Caller: c.ID, Reason: "a case", Until: time.Now().AddDate(10, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	crm.Set(string(ada), map[string]any{"first": "Eve", "owner": "Anna Weber"})
	o.later(time.Hour)
	if c = o.calls("b", ada); c.Name != "Ada" || !c.Has(record.TagVIP) || len(c.Values(record.FieldPerson)) != 1 {
		t.Errorf("%+v", c)
	}
	if err := o.s.DropDirectory(d.ID); err != nil {
		t.Fatal(err)
	}
	if c = o.card(c.ID); c.Name != "Ada" {
		t.Errorf("what is held went with the system: %+v", c)
	}
}
