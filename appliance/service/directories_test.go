package service_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// knower is contacts that know one number.
type knower struct{}

func (knower) Changed() {}
func (knower) State(string) (contacts.State, []contacts.Asked) {
	return contacts.State{Asked: 3, Known: 2}, []contacts.Asked{{What: "https://crm.lan/…42"}}
}

func (knower) Try(_ context.Context, d record.Directory, secret string, n record.PhoneNumber) (contacts.Trial, error) {
	t := contacts.Trial{Sent: "https://crm.lan/" + string(n), TookMS: 12}
	if d.Kind == record.DirectoryBook {
		t.Book = &contacts.BookTrial{Is: d.URL == "https://dav.lan/fd/office/", Cards: 70, Sampled: 50, Usable: 48}
		if d.URL == "https://dav.lan/fd/" {
			t.Book.Others = []dav.Other{{Name: "Office", URL: "https://dav.lan/fd/office/"}}
		}
		return t, nil
	}
	if secret != "k3y" {
		return t, &notify.Error{Fault: notify.FaultCredentials, Code: 401}
	}
	if n != "+12175550142" {
		return t, nil
	}
	var err error
	t.Found, err = lookup.Read([]byte(`{"name":"Ada Byron","tags":["gold"]}`), d, nil)
	return t, err
}

func directoryEdit() service.DirectoryEdit {
	return service.DirectoryEdit{
		Directory: record.Directory{
			Name: "CRM", Kind: record.DirectoryLookup, URL: "https://crm.lan/c?tel={number}", Header: "X-API-Key", NameField: "name",
			TagsField: "tags", Tags: map[string]record.Tag{"gold": record.TagVIP}, On: true,
		},
		Secret: "k3y",
	}
}

func (h *house) directory() string {
	h.Helper()
	return ok(h, service.SetDirectory, directoryEdit()).ID
}

func directoryWalks() map[service.Operation]walk {
	return map[service.Operation]walk{
		service.SetDirectory: {is(directoryEdit()), func(*house) any {
			e := directoryEdit()
			e.URL = "https://crm.lan/"
			return e
		}},
		service.ExportContacts:  {is(service.FormVCard), is(service.ContactsForm("pdf"))},
		service.RemoveDirectory: {func(h *house) any { return h.directory() }, is("none")},
		service.TryDirectory: {func(h *house) any {
			return service.DirectoryQuestion{ID: h.directory(), Number: "+12175550142"}
		}, is(service.DirectoryQuestion{ID: "none", Number: "+12175550142"})},
	}
}

// What cannot be is told by field, and a secret goes to no other server than the one it was typed for.
func TestWhatADirectoryMayBe(t *testing.T) {
	h := openHouse(t)
	for name, x := range map[string]struct {
		change func(e *service.DirectoryEdit)
		path   string // that is wrong; "" = nothing
	}{
		"as it is":                  {change: func(*service.DirectoryEdit) {}},
		"no number":                 {func(e *service.DirectoryEdit) { e.URL = "https://crm.lan/c" }, "url"},
		"the number is the server":  {func(e *service.DirectoryEdit) { e.URL = "https://{number}.lan/c" }, "url"},
		"the number is in the user": {func(e *service.DirectoryEdit) { e.URL = "https://{number}@crm.lan/c" }, "url"},
		"read along":                {func(e *service.DirectoryEdit) { e.URL = "http://crm.example/{number}" }, "url"},
		"in the house":              {func(e *service.DirectoryEdit) { e.URL = "http://192.168.1.9/{number}" }, ""},
		"a path in two lines":       {func(e *service.DirectoryEdit) { e.URL = "https://crm.lan/{number}\r\nX: y" }, "url"},
		"a header in two lines":     {func(e *service.DirectoryEdit) { e.Header = "X-A\r\nX-B" }, "header"},
		"a header that is there":    {func(e *service.DirectoryEdit) { e.Header = "Host" }, "header"},
		"a header and a user":       {func(e *service.DirectoryEdit) { e.User = "fd" }, "header"},
		"no secret":                 {func(e *service.DirectoryEdit) { e.Secret = "" }, "secret"},
		"no such tag":               {func(e *service.DirectoryEdit) { e.Tags = map[string]record.Tag{"gold": "golden"} }, "tags"},
		"no such kind":              {func(e *service.DirectoryEdit) { e.Kind = "fax" }, "kind"},
		"no such form":              {func(e *service.DirectoryEdit) { e.Form = "roman" }, "form"},
		"nothing is looked for":     {func(e *service.DirectoryEdit) { e.NameField, e.TagsField = "", "" }, "name_field"},
		"no certificate":            {func(e *service.DirectoryEdit) { e.CA = "hello" }, "ca"},
		"no name":                   {func(e *service.DirectoryEdit) { e.Name = " " }, "name"},
	} {
		e := directoryEdit()
		x.change(&e)
		_, err := service.SetDirectory.Do(servicetest.Operator(t), h.d, e)
		var invalid *service.InvalidError
		if x.path == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.As(err, &invalid) || invalid.Problems[0].Path != x.path {
			t.Errorf("%s: %v", name, err)
		}
	}
	if st := ok(h, service.SetDirectory, service.DirectoryEdit{Directory: record.Directory{
		Name: "Book", Kind: record.DirectoryBook, URL: "https://dav.lan/fd/office/", On: true, NameField: "x",
	}}); st.NameField != "" || !strings.Contains(st.Sends, "Nothing of a caller goes there") {
		t.Errorf("an address book: %+v", st)
	}
	for path, d := range map[string]record.Directory{
		"url": {Name: "Book", Kind: record.DirectoryBook, URL: "http://dav.example/"}, "secret": {
			Name: "Book", Kind: record.DirectoryBook, URL: "https://dav.lan/", User: "fd",
		},
	} {
		var invalid *service.InvalidError
		_, err := service.SetDirectory.Do(servicetest.Operator(t), h.d, service.DirectoryEdit{Directory: d})
		if !errors.As(err, &invalid) || invalid.Problems[0].Path != path {
			t.Errorf("%s of an address book: %v", path, err)
		}
	}
	e := directoryEdit()
	e.ID, e.Secret, e.URL = h.directory(), "", "https://other.lan/{number}"
	if _, err := service.SetDirectory.Do(servicetest.Operator(t), h.d, e); err == nil || !strings.Contains(err.Error(), "another one") {
		t.Errorf("the secret goes elsewhere: %v", err)
	}
}

// A trial shows what was sent, what came back and what is made of it, and keeps nothing.
func TestTrialOfADirectory(t *testing.T) {
	h := openHouse(t)
	id := h.directory()
	before, err := h.s.CallerIDs()
	if err != nil {
		t.Fatal(err)
	}
	try := func(n record.PhoneNumber) service.DirectoryTrial {
		return ok(h, service.TryDirectory, service.DirectoryQuestion{ID: id, Number: n})
	}
	if x := try("217 555 0142"); !x.OK || x.Text != "It answers. Taken from it: name Ada Byron; Important." || !strings.Contains(x.Sample, `"gold"`) ||
		x.Sent != "https://crm.lan/+12175550142" {
		t.Errorf("%+v", x)
	}
	if x := try("2175550199"); !x.OK || !strings.Contains(x.Text, "knows nobody") {
		t.Errorf("%+v", x)
	}
	e := directoryEdit()
	e.ID, e.Secret = id, "wrong"
	ok(h, service.SetDirectory, e)
	if x := try("2175550142"); x.OK || x.Text != "It cannot be asked: the server does not take the name and the secret (401)." {
		t.Errorf("%+v", x)
	}
	if ids, err := h.s.CallerIDs(); err != nil || len(ids) != len(before) {
		t.Errorf("kept: %v, %v", ids, err)
	}
}

// A trial of an address book says whether it is one, and which others there are.
func TestTrialOfAnAddressBook(t *testing.T) {
	h := openHouse(t)
	for url, want := range map[string]string{
		"https://dav.lan/fd/office/": "The address book can be read. It has 70 cards. Of the first 50, callers can be known by 48.",
		"https://dav.lan/fd/":        "This is not the address of an address book. These are there; take the address of one:",
		"https://dav.lan/":           "There is a server at this address, but no address book.",
	} {
		d := ok(h, service.SetDirectory, service.DirectoryEdit{Directory: record.Directory{
			Name: "Book", Kind: record.DirectoryBook, URL: url, User: "fd", WriteBack: true, On: true,
		}, Secret: "k3y"})
		if !strings.Contains(d.Sends, "are written there") {
			t.Errorf("%s", d.Sends)
		}
		x := ok(h, service.TryDirectory, service.DirectoryQuestion{ID: d.ID})
		if !strings.HasPrefix(x.Text, want) || x.OK != strings.Contains(want, "can be read") ||
			(len(x.Others) > 0) != strings.Contains(want, "These") {
			t.Errorf("%s: %+v", url, x)
		}
	}
}
