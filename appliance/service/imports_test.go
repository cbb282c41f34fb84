package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// contactsOf are so many contacts with a name and a number each.
func contactsOf(n int) service.Import {
	in := service.Import{File: "book.csv"}
	for i := range n {
		in.Contacts = append(in.Contacts, []record.Field{
			{Kind: record.FieldName, Value: record.Personal(fmt.Sprint("Guest ", i))},
			{Kind: record.FieldNumber, Value: record.Personal(fmt.Sprintf("+1217555%04d", 1000+i))},
		})
	}
	return in
}

// cards is how many cards there are.
func (h *house) cards() int {
	h.Helper()
	ids, err := h.s.CallerIDs()
	if err != nil {
		h.Fatal(err)
	}
	return len(ids)
}

// What a file holds is shown before anything is kept: in the business's region, with the mapping that was wanted.
func TestContactsAreReadAndNotKept(t *testing.T) {
	h := openHouse(t)
	before := h.cards()
	for name, tt := range map[string]struct {
		region  string
		file    string
		mapping map[string]record.FieldKind
		form    string
		want    string
	}{
		"a table":   {"US", "Name,Phone\nGrace,(217) 555-0181\n", nil, "csv", "name=Grace number=+12175550181"},
		"in German": {"DE", "Name;Telefon\nGrace;089 123456\n", nil, "csv", "name=Grace number=+4989123456"},
		"mapped":    {"US", "A,B\nx,Grace\n", map[string]record.FieldKind{"A": "", "B": record.FieldName}, "csv", "name=Grace"},
		"JSON":      {"US", `[{"name":"Grace"}]`, nil, "json", "name=Grace"},
		"a vCard":   {"US", "BEGIN:VCARD\nVERSION:3.0\nFN:Grace\nTEL:217-555-0181\nEND:VCARD\n", nil, "vcard", "name=Grace number=+12175550181"},
	} {
		h.biz.Region = tt.region
		ok(h, service.PublishProfile, h.biz)
		c, err := as(h, service.Owner, service.ReadContacts, service.ContactsFile{Content: []byte(tt.file), Mapping: tt.mapping})
		if err != nil || c.Form != tt.form || len(c.Rows) != 1 || len(c.Bad) != 0 {
			t.Errorf("%s: %+v, %v", name, c, err)
			continue
		}
		var got []string
		for _, f := range c.Rows[0].Fields {
			got = append(got, string(f.Kind)+"="+string(f.Value))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	for name, file := range map[string][]byte{
		"empty": nil, "no column": []byte("shoes,hats\n42,7\n"), "a picture": []byte("\x89PNG\x00\x00"), "half of JSON": []byte("[{"),
		"a film": make([]byte, 32<<20+1),
	} {
		_, err := as(h, service.Owner, service.ReadContacts, service.ContactsFile{Content: file})
		if !invalidAt(err, "file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, stop := context.WithCancel(servicetest.Operator(t))
	stop()
	long := service.ContactsFile{Content: []byte("Name\n" + strings.Repeat("Grace\n", 1000))}
	if _, err := service.ReadContacts.Do(ctx, h.d, long); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if _, err := as(h, service.Staff, service.ReadContacts, service.ContactsFile{Content: []byte("Name\nGrace\n")}); !errors.Is(err,
		service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if h.cards() != before || len(ok(h, service.ListImports, service.None{})) != 0 {
		t.Errorf("something was kept: %d cards of %d", h.cards(), before)
	}
}

// Contacts become cards, or more on the cards that have their number; who waits is told how far it is, and the list says who did it.
func TestContactsAreTakenOver(t *testing.T) {
	h := openHouse(t)
	before := h.cards()
	in := contactsOf(1100)
	in.File, in.Bad = "/media/stick/book.csv", 3
	in.Contacts[7][1].Value = "+12175550182" // Anna's, whose name is known
	in.Contacts[7] = append(in.Contacts[7], record.Field{Kind: record.FieldEmail, Value: "anna@example.org"})
	ctx, told := steps(servicetest.As(t.Context(), service.Owner))
	b, err := service.ImportContacts.Do(ctx, h.d, in)
	want := record.ImportBatch{
		ID: b.ID, File: "book.csv", At: noon, By: "Maria", State: record.ImportDone, Rows: 1100, Bad: 3, New: 1099, Merged: 1,
	}
	if err != nil || b != want {
		t.Errorf("%+v, %v", b, err)
	}
	if list := ok(h, service.ListImports, service.None{}); len(list) != 1 || list[0] != want || h.cards() != before+1099 {
		t.Errorf("listed: %+v, %d cards of %d", list, h.cards(), before)
	}
	if n := len(*told); n < 2 || (*told)[0] != (progress.Step{What: "Importing", Done: 500, Total: 1100}) || (*told)[n-1].Done != 1100 {
		t.Errorf("told: %+v", *told)
	}
	anna, err := h.s.FindCaller("+12175550182")
	if err != nil || anna.Name != "Anna" || len(anna.Values(record.FieldEmail)) != 1 {
		t.Errorf("the card that was there: %+v, %v", anna, err)
	}
	ok(h, service.UndoImport, b.ID)
	if anna, err = h.s.FindCaller("+12175550182"); err != nil || anna.Name != "Anna" || len(anna.Fields) != 2 ||
		h.cards() != before {
		t.Errorf("taken back: %+v, %v; %d cards of %d", anna, err, h.cards(), before)
	}
	if list := ok(h, service.ListImports, service.None{}); list[0].State != record.ImportUndone {
		t.Errorf("listed: %+v", list)
	}
	fails(h, service.UndoImport, "none", store.ErrNotFound)
	if _, err := as(h, service.Staff, service.ImportContacts, in); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	h.noted("import contacts", "account Maria|"+b.ID, "account Maria||failed")
	h.noted("take import back", "user tester|"+b.ID, "user tester|none|failed")
}

// What cannot be imported is told before any of it is kept.
func TestContactsThatCannotBe(t *testing.T) {
	h := openHouse(t)
	before := h.cards()
	invalid(h, service.ImportContacts, service.Import{File: "book.csv"}, "file")
	invalid(h, service.ImportContacts, service.Import{Contacts: make([][]record.Field, 200_001)}, "file")
	for name, bad := range map[string]record.Field{
		"a kind": {Kind: "shoes", Value: "42"}, "nothing": {Kind: record.FieldName, Value: " "},
		"a basis": {Kind: record.FieldName, Value: "A", Basis: "whim"}, "no digits": {Kind: record.FieldNumber, Value: "anonymous"},
	} {
		in := contactsOf(3)
		in.Contacts[2] = append(in.Contacts[2], bad)
		if _, err := as(h, service.Owner, service.ImportContacts, in); !invalidAt(err, "field 3") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list := ok(h, service.ListImports, service.None{}); h.cards() != before || len(list) != 0 {
		t.Errorf("kept: %+v, %d cards of %d", list, h.cards(), before)
	}
}

// Who stops an import half-way has nothing of it; it stands in the list as taken back.
func TestAnImportThatIsStoppedIsTakenBack(t *testing.T) {
	h := openHouse(t)
	before := h.cards()
	ctx, stop := context.WithCancel(servicetest.Operator(t))
	half := 0
	ctx = progress.With(ctx, func(progress.Step) {
		half = h.cards()
		stop()
	})
	if _, err := service.ImportContacts.Do(ctx, h.d, contactsOf(600)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	list := ok(h, service.ListImports, service.None{})
	if half != before+500 || h.cards() != before || len(list) != 1 || list[0].State != record.ImportUndone {
		t.Errorf("%d cards, then %d, of %d; %+v", half, h.cards(), before, list)
	}
	ok(h, service.ImportContacts, contactsOf(1)) // and it can be done again
}

// While a list is taken over no other one is read or taken over, and it is not taken back either: half of it would stay.
func TestOneImportAtATime(t *testing.T) {
	h := openHouse(t)
	before := h.cards()
	asked := 0
	ctx := progress.With(servicetest.Operator(t), func(progress.Step) {
		if asked++; asked > 1 {
			return
		}
		invalid(h, service.ReadContacts, service.ContactsFile{Content: []byte("Name\nGrace\n")}, "file")
		invalid(h, service.ImportContacts, contactsOf(1), "file")
		invalid(h, service.UndoImport, ok(h, service.ListImports, service.None{})[0].ID, "file")
	})
	b, err := service.ImportContacts.Do(ctx, h.d, contactsOf(600))
	if err != nil || asked != 2 || b.New != 600 || h.cards() != before+600 {
		t.Errorf("%+v, %v; %d cards of %d", b, err, h.cards(), before)
	}
	ok(h, service.UndoImport, b.ID)
	if h.cards() != before {
		t.Errorf("taken back, %d cards of %d are there", h.cards(), before)
	}
}

// Imports are listed in the order in which they were made.
func TestImportsAreListedInOrder(t *testing.T) {
	h := openHouse(t)
	var want []string
	for i := range 3 {
		h.now = noon.AddDate(0, 0, i)
		in := contactsOf(1)
		in.File = fmt.Sprint("book ", i, ".csv")
		want = append(want, ok(h, service.ImportContacts, in).ID)
	}
	list := ok(h, service.ListImports, service.None{})
	for i, b := range list {
		if b.ID != want[i] || !b.At.Equal(noon.AddDate(0, 0, i)) {
			t.Errorf("in place %d: %+v", i, b)
		}
	}
	if len(list) != 3 || list[0].New != 1 || list[1].New != 0 || list[1].Merged != 1 {
		t.Errorf("%+v", list)
	}
}
