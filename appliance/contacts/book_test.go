package contacts_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/egress/dav/davtest"
	"frontdesk.internal/appliance/record"
)

const bob = record.PhoneNumber("+12175550199")

// vcf is a card as an office's own program writes it.
func vcf(name string, lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + name + "\r\nFN:" + name + "\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

func startBook(t *testing.T, s *davtest.Server) *davtest.Server {
	t.Helper()
	s.Book = true
	return s.Start(t)
}

// book is the settings for an address book.
func book(s *davtest.Server) record.Directory {
	return record.Directory{
		Name: "Book", Kind: record.DirectoryBook, On: true, URL: s.URL, CA: s.CA, User: "fd", Tags: map[string]record.Tag{"gold": record.TagVIP},
	}
}

// connect names a book, and has it read.
func (o *office) connect(d record.Directory) record.Directory {
	o.Helper()
	d.At = o.now
	d, err := o.s.SetDirectory(d, "hunter2")
	if err != nil {
		o.Fatal(err)
	}
	o.c.Refresh(context.Background())
	return d
}

// reads has the books read whose time it is.
func (o *office) reads() {
	o.later(6 * time.Minute)
	o.c.Refresh(context.Background())
}

// erase erases a caller.
func (o *office) erase(caller, by string) {
	o.Helper()
	j, err := o.s.NoteErasure(caller, "test", by)
	if err == nil {
		err = o.s.DestroyKey(j)
	}
	if err == nil {
		j, err = o.s.RemoveRecords(j)
	}
	if err == nil {
		err = o.s.FinishJob(j)
	}
	if err != nil {
		o.Fatal(err)
	}
}

// servers are the ways in which servers tell of changes.
func servers() map[string]*davtest.Server {
	return map[string]*davtest.Server{
		"tokens": {Tokens: true, Tagged: true}, "a tag": {Tagged: true}, "neither": {}, "digest": {Digest: true, Tokens: true},
	}
}

// What stands in the book is on the card of who calls, at once and without asking; what changes there changes on the card, and what goes
// from there goes from the card.
func TestAddressBook(t *testing.T) {
	for name, s := range servers() {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			startBook(t, s)
			s.Add("1.vcf", vcf("Ada Byron", "TEL;TYPE=WORK:(217) 555-0142", "TEL:+1 217 555 0143",
				"ORG:Engines\\, Inc.", "CATEGORIES:Gold,Anna Weber"))
			s.Add("2.vcf", vcf("Nobody"))
			s.Add("3.vcf", "this is no card")
			if c := o.calls("before", ada); c.Name != "" {
				t.Errorf("before it is named: %+v", c)
			}
			d := o.connect(book(s))
			st, _ := o.c.State(d.ID)
			if st.Problem != "" || st.Book.Cards != 1 || st.Book.Unreadable != 1 || !st.Last.Equal(o.now) {
				t.Fatalf("%+v", st)
			}
			called := o.card(o.calls("a", ada).ID)
			if called.Name != "Ada Byron" || !called.Has(record.TagVIP) ||
				fmt.Sprint(called.Values(record.FieldCompany)) != "[Engines, Inc.]" ||
				fmt.Sprint(called.Values(record.FieldPerson)) != "[Anna Weber]" {
				t.Errorf("%+v", called)
			}
			if c := o.calls("b", "+12175550143"); c.Name != "Ada Byron" {
				t.Errorf("by the other number: %+v", c)
			}
			if c := o.calls("c", bob); c.Name != "" {
				t.Errorf("who is not in it: %+v", c)
			}
			asked := len(s.Asked())
			o.calls("d", ada)
			if len(s.Asked()) != asked {
				t.Error("a call asks the server")
			}
			s.Add("1.vcf", vcf("Ada King", "TEL:+1 217 555 0142"))
			s.Add("4.vcf", vcf("Bob", "TEL:+1 217 555 0199"))
			o.reads()
			if c := o.card(called.ID); c.Name != "Ada King" || c.Has(record.TagVIP) || len(c.Values(record.FieldPerson)) != 0 {
				t.Errorf("changed: %+v", c)
			}
			if c := o.calls("e", bob); c.Name != "Bob" {
				t.Errorf("new: %+v", c)
			}
			s.Take("1.vcf")
			if name == "tokens" {
				s.Forget()
			}
			o.reads()
			if c := o.card(called.ID); c.Name != "" {
				t.Errorf("gone: %+v", c)
			}
			if st, _ := o.c.State(d.ID); st.Problem != "" || st.Book.Cards != 1 {
				t.Errorf("%+v", st)
			}
			if err := o.s.DropDirectory(d.ID); err != nil {
				t.Fatal(err)
			}
			if c := o.calls("f", bob); c.Name != "" {
				t.Errorf("after it is forgotten: %+v", c)
			}
			if r, err := o.s.CheckAll(); err != nil || len(r.Faults) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// A book that has not changed is not read again.
func TestUnchangedBook(t *testing.T) {
	for name, s := range servers() {
		o := open(t)
		startBook(t, s)
		s.Add("1.vcf", vcf("Ada", "TEL:+12175550142"))
		o.connect(book(s))
		before := len(s.Asked())
		o.c.Refresh(context.Background())
		if len(s.Asked()) != before {
			t.Errorf("%s: read again at once", name)
		}
		o.reads()
		if more := s.Asked()[before:]; slices.Contains(more, "REPORT") {
			t.Errorf("%s: read again: %v", name, more)
		}
	}
}

// Who was erased does not come back by a card that still stands in the book, however that changes; who was removed because the time was
// over is known again.
func TestErasedStaysErased(t *testing.T) {
	for name, s := range servers() {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			startBook(t, s)
			s.Add("1.vcf", vcf("Ada", "TEL:+12175550142", "TEL:+12175550143"))
			s.Add("2.vcf", vcf("Bob", "TEL:+12175550199"))
			d := o.connect(book(s))
			o.erase(o.calls("a", ada).ID, "owner")
			o.erase(o.calls("b", bob).ID, "retention")
			s.Add("1.vcf", vcf("Ada Byron", "TEL:+12175550142"))
			o.reads()
			for i, n := range []record.PhoneNumber{ada, "+12175550143"} {
				if c := o.calls(fmt.Sprint("c", i), n); c.Name != "" {
					t.Errorf("%s is back: %+v", n, c)
				}
			}
			if c := o.calls("d", bob); c.Name != "Bob" {
				t.Errorf("whose time was over: %+v", c)
			}
			if st, _ := o.c.State(d.ID); st.Book.Ignored != 1 || st.Book.Cards != 1 {
				t.Errorf("%+v", st)
			}
			s.Take("1.vcf")
			o.reads()
			if st, _ := o.c.State(d.ID); st.Book.Ignored != 0 {
				t.Errorf("gone from there: %+v", st)
			}
		})
	}
}

// named gives a caller a name that was said.
func (o *office) named(c record.Caller, name string) {
	o.Helper()
	if _, err := o.s.ChangeCaller(c.ID, func(c *record.Caller) error {
		c.Learn(record.Field{Kind: record.FieldName, Value: record.Personal(name), Source: record.SourceSaid})
		c.Learn(record.Field{Kind: record.FieldNote, Value: "owes money", Source: record.SourceOffice})
		return nil
	}); err != nil {
		o.Fatal(err)
	}
}

// Callers are written into the book where the owner wants that, once, and anew when something has changed; nothing that the office has
// written, changed or taken away is written over; when they are erased it is taken out again.
func TestWriteBack(t *testing.T) {
	for name, s := range servers() {
		t.Run(name, func(t *testing.T) {
			s.Mute = name == "a tag"
			o := open(t)
			startBook(t, s)
			s.Add("1.vcf", vcf("Bob", "TEL:+12175550199"))
			d := o.connect(book(s))
			a, b := o.calls("a", ada), o.calls("b", bob)
			o.named(a, "Ada Byron")
			nameless := o.calls("c", "+12175550150")
			o.reads()
			if len(s.Names()) != 1 {
				t.Fatalf("nobody wanted that: %v", s.Names())
			}
			d.WriteBack = true
			d = o.connect(d)
			file := "frontdesk-" + a.ID + ".vcf"
			if got := s.Names(); !slices.Equal(got, []string{"1.vcf", file}) {
				t.Fatalf("written: %v", got)
			}
			if got := s.Object(file); !strings.Contains(got, "FN:Ada Byron\r\n") || !strings.Contains(got, "+12175550142") ||
				strings.Contains(got, "owes") {
				t.Errorf("%s", got)
			}
			puts := func() (n int) {
				for _, m := range s.Asked() {
					if m == http.MethodPut {
						n++
					}
				}
				return n
			}
			o.reads()
			if n := puts(); n != 1 {
				t.Errorf("written %d times", n)
			}
			o.named(a, "Ada King")
			o.reads()
			if got := s.Object(file); !strings.Contains(got, "FN:Ada King\r\n") || puts() != 2 {
				t.Errorf("anew: %s, %d", got, puts())
			}
			if st, _ := o.c.State(d.ID); st.Book.Written != 1 || st.Problem != "" {
				t.Errorf("%+v", st)
			}
			s.Add(file, vcf("Lady Lovelace", "TEL:+12175550142"))
			o.reads()
			o.named(a, "Ada")
			o.reads()
			if got := s.Object(file); !strings.Contains(got, "Lady Lovelace") {
				t.Errorf("written over: %s", got)
			}
			s.Take("1.vcf")
			o.reads()
			o.named(b, "Bob")
			o.reads()
			if got := s.Names(); !slices.Equal(got, []string{file}) {
				t.Errorf("what was taken away: %v", got)
			}
			o.named(nameless, "Eve")
			o.reads()
			eve := "frontdesk-" + nameless.ID + ".vcf"
			if got := s.Object(eve); !strings.Contains(got, "FN:Eve") {
				t.Errorf("%v", s.Names())
			}
			o.erase(nameless.ID, "owner")
			o.erase(a.ID, "owner")
			o.reads()
			if got := s.Names(); !slices.Equal(got, []string{file}) {
				t.Errorf("after the erasure: %v", got)
			}
			if st, _ := o.c.State(d.ID); st.Book.Ignored != 1 || st.Book.Removing != 0 || st.Book.Written != 0 {
				t.Errorf("%+v", st)
			}
			if c := o.calls("d", ada); c.Name != "" {
				t.Errorf("back: %+v", c)
			}
			if r, err := o.s.CheckAll(); err != nil || len(r.Faults) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// A card whose answer was lost is known to be the box's own, and an erasure waits for a server that is gone.
func TestLostAnswers(t *testing.T) {
	o := open(t)
	var lost string
	s := &davtest.Server{Tokens: true}
	s.Before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != lost {
			return false
		}
		if lost == http.MethodPut { // it is done, and nobody is told
			s.Add(strings.TrimPrefix(r.URL.Path, davtest.Path), vcf("Ada Byron", "TEL:+12175550142"))
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	startBook(t, s)
	d := book(s)
	d.WriteBack = true
	a := o.calls("a", ada)
	o.named(a, "Ada Byron")
	lost = http.MethodPut
	d = o.connect(d)
	if st, _ := o.c.State(d.ID); st.Problem != "the server takes nothing now (503)" {
		t.Errorf("%+v", st)
	}
	lost = ""
	o.reads()
	if st, _ := o.c.State(d.ID); st.Book.Written != 1 || len(s.Names()) != 1 || st.Problem != "" {
		t.Errorf("%+v, %v", st, s.Names())
	}
	o.erase(a.ID, "owner")
	lost = http.MethodDelete
	o.reads()
	if st, _ := o.c.State(d.ID); st.Book.Removing != 1 || len(s.Names()) != 1 {
		t.Errorf("%+v, %v", st, s.Names())
	}
	lost = ""
	o.reads()
	if st, _ := o.c.State(d.ID); st.Book.Removing != 0 || len(s.Names()) != 0 {
		t.Errorf("%+v, %v", st, s.Names())
	}
}

// Whose card is taken onto another one stands in the book once.
func TestMergedCallersStandInTheBookOnce(t *testing.T) {
	o := open(t)
	s := startBook(t, &davtest.Server{Tokens: true})
	d := book(s)
	d.WriteBack = true
	a, b := o.calls("a", ada), o.calls("b", bob)
	o.named(a, "Ada")
	o.named(b, "Ada Byron")
	o.connect(d)
	if len(s.Names()) != 2 {
		t.Fatalf("%v", s.Names())
	}
	if _, err := o.s.Merge(b.ID, a.ID, "owner"); err != nil {
		t.Fatal(err)
	}
	o.reads()
	if got := s.Names(); !slices.Equal(got, []string{"frontdesk-" + a.ID + ".vcf"}) || !strings.Contains(s.Object(got[0]), string(bob)) {
		t.Errorf("%v", got)
	}
}

// Of whom nothing is written.
func TestOutward(t *testing.T) {
	good := record.Caller{ID: "x", Calls: 1}
	good.Learn(record.Field{Kind: record.FieldName, Value: "Ada"})
	good.Learn(record.Field{Kind: record.FieldNumber, Value: record.Personal(ada)})
	for name, change := range map[string]func(c *record.Caller){
		"no name":      func(c *record.Caller) { c.Name = "" },
		"no number":    func(c *record.Caller) { c.Number = "" },
		"never called": func(c *record.Caller) { c.Calls = 0 },
		"a child":      func(c *record.Caller) { c.SetTag(record.Mark{Tag: record.TagMinor}, true) },
		"restricted":   func(c *record.Caller) { c.SetTag(record.Mark{Tag: record.TagRestricted}, true) },
	} {
		c := good
		change(&c)
		if _, ok := contacts.Outward(c); ok {
			t.Error(name)
		}
	}
	if _, ok := contacts.Outward(good); !ok {
		t.Error("somebody else")
	}
}

// A legal hold keeps what the book says no more.
func TestHeldInTheBook(t *testing.T) {
	o := open(t)
	s := startBook(t, &davtest.Server{Tokens: true})
	s.Add("1.vcf", vcf("Ada", "TEL:+12175550142"))
	d := o.connect(book(s))
	c := o.calls("a", ada)
	if err := o.s.SetHold(record.Hold{Caller: c.ID, Reason: "a case", Until: time.Now().AddDate(10, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	s.Take("1.vcf")
	o.reads()
	if c = o.card(c.ID); c.Name != "Ada" {
		t.Errorf("%+v", c)
	}
	if st, _ := o.c.State(d.ID); st.Book.Cards != 0 {
		t.Errorf("%+v", st)
	}
}

// A trial says what is at an address, also when that is no address book, and keeps nothing.
func TestTryBook(t *testing.T) {
	o := open(t)
	s := startBook(t, &davtest.Server{})
	s.Add("1.vcf", vcf("Ada", "TEL:+12175550142"))
	s.Add("2.vcf", vcf("Nobody"))
	d := book(s)
	x, err := o.c.Try(t.Context(), d, "hunter2", "")
	if err != nil || x.Book == nil || !x.Book.Is || x.Book.Cards != 2 || x.Book.Sampled != 2 || x.Book.Usable != 1 {
		t.Errorf("%+v %+v, %v", x, x.Book, err)
	}
	d.URL = strings.TrimSuffix(s.URL, davtest.Path) + "/fd/"
	x, err = o.c.Try(t.Context(), d, "hunter2", "")
	if err != nil || x.Book == nil || x.Book.Is || len(x.Book.Others) != 1 || x.Book.Others[0].URL != s.URL {
		t.Errorf("%+v %+v, %v", x, x.Book, err)
	}
	if _, err := o.c.Try(t.Context(), d, "hunter3", ""); err == nil || !strings.Contains(err.Error(), "(401)") {
		t.Errorf("%v", err)
	}
	for _, x := range o.gate.Destinations() {
		if x.On {
			t.Errorf("%s is still let out", x.Name)
		}
	}
}

// Radicale, which offices run, is read and written as the stand-in is.
func TestRadicaleBook(t *testing.T) {
	address := davtest.Radicale(t, davtest.AddressBook)
	o := open(t)
	davtest.Request(t, http.MethodPut, address+"1.vcf", vcf("Bob", "N:;Bob;;;", "TEL:+12175550199", "CATEGORIES:gold"))
	d := record.Directory{
		Name: "Book", Kind: record.DirectoryBook, On: true, URL: address, User: "fd", WriteBack: true,
		Tags: map[string]record.Tag{"gold": record.TagVIP},
	}
	a := o.calls("a", ada)
	o.named(a, "Ada Byron")
	x, err := o.c.Try(t.Context(), d, "hunter2", "")
	if err != nil || x.Book == nil || !x.Book.Is || x.Book.Usable != 1 {
		t.Fatalf("%+v %+v, %v", x, x.Book, err)
	}
	d = o.connect(d)
	if c := o.calls("b", bob); c.Name != "Bob" || !c.Has(record.TagVIP) {
		t.Errorf("%+v", c)
	}
	if st, _ := o.c.State(d.ID); st.Problem != "" || st.Book.Cards != 1 || st.Book.Written != 1 {
		t.Fatalf("%+v", st)
	}
	davtest.Request(t, http.MethodPut, address+"1.vcf",
		strings.Replace(vcf("Bobby", "N:;Bobby;;;", "TEL:+12175550199"), "UID:Bobby", "UID:Bob", 1))
	davtest.Request(t, http.MethodPut, address+"2.vcf", vcf("Eve", "N:;Eve;;;", "TEL:+12175550150"))
	o.named(a, "Ada King")
	o.reads()
	if c := o.calls("c", bob); c.Name != "Bobby" || c.Has(record.TagVIP) {
		t.Errorf("%+v", c)
	}
	if c := o.calls("d", "+12175550150"); c.Name != "Eve" {
		t.Errorf("%+v", c)
	}
	davtest.Request(t, http.MethodDelete, address+"2.vcf", "")
	o.reads()
	if st, _ := o.c.State(d.ID); st.Problem != "" || st.Book.Cards != 1 || st.Book.Written != 1 {
		t.Errorf("%+v", st)
	}
	o.erase(a.ID, "owner")
	o.reads()
	if st, _ := o.c.State(d.ID); st.Problem != "" || st.Book.Written != 0 || st.Book.Removing != 0 {
		t.Errorf("%+v", st)
	}
	if x, err := o.c.Try(t.Context(), d, "hunter2", ""); err != nil || x.Book.Cards != 1 {
		t.Errorf("%+v, %v", x.Book, err)
	}
}
