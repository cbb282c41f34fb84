package service_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

func TestOnlyNumbersThatCostWhatACallCostsAreCalledBack(t *testing.T) {
	s, p := openStore(t), &fakePhone{}
	d := servicetest.New(t, service.Options{Records: s, Telephone: p})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Staff[0].Extension, b.Transfer.Extension, b.Region = "201", "200", "US"
	if _, err := s.PublishProfile(*b); err != nil {
		t.Fatal(err)
	}
	list, err := service.ListHandsets.Get(servicetest.Operator(t), d)
	if err != nil || len(list) < 2 || list[0] != (service.Handset{Extension: "201", Name: b.Staff[0].Name}) ||
		list[len(list)-1].Extension != "200" {
		t.Errorf("telephones: %+v, %v", list, err)
	}
	call := func(number record.PhoneNumber, extension string) error {
		m, err := s.SaveMessage(record.Message{At: noon, Number: number, Name: "Anna"})
		if err != nil {
			t.Fatal(err)
		}
		p.called = ""
		return service.CallBack.Act(servicetest.Operator(t), d, service.Ring{Message: m.ID, Extension: extension})
	}
	for _, number := range []record.PhoneNumber{"+12175550182", "(217) 555-0182"} {
		if err := call(number, "201"); err != nil || p.called != "201 +12175550182 Anna" {
			t.Errorf("%s: %q, %v", number, p.called, err)
		}
	}
	var invalid *service.InvalidError
	for _, x := range []struct {
		number    record.PhoneNumber
		extension string
	}{
		{"911", "201"}, {"112", "201"}, {"201", "200"}, {"+19005550123", "201"}, {"+449098790000", "201"}, {"*72", "201"}, {"", "201"},
		{"+999123456789", "201"}, {"+12175550182", "999"}, {"+12175550182", ""}, {"+12175550182", "900123456"},
	} {
		if err := call(x.number, x.extension); !errors.As(err, &invalid) || p.called != "" {
			t.Errorf("%s from %s: %q, %v", x.number, x.extension, p.called, err)
		}
	}
	p.refuses = &service.CallError{Text: "Extension 201 is busy"}
	var failed *service.CallError
	if err := call("+12175550182", "201"); !errors.As(err, &failed) {
		t.Errorf("busy: %v", err)
	}
	if err := service.CallBack.Act(servicetest.Operator(t), d, service.Ring{Message: "nobody", Extension: "201"}); !errors.Is(err,
		store.ErrNotFound) {
		t.Errorf("no message: %v", err)
	}
}

// guest makes a card with a number, and marks.
func (h *house) guest(name, number string, tags ...record.Tag) string {
	h.Helper()
	fields := []record.Field{{Kind: record.FieldNumber, Value: record.Personal(number)}}
	if name != "" {
		fields = append(fields, record.Field{Kind: record.FieldName, Value: record.Personal(name)})
	}
	return h.person(service.CallerEdit{Add: fields, Tags: tags})
}

// Who does not want to be called unasked is called only when somebody says that the message asks for it: whether the mark is on the
// card of who left the message, or on that of the number that is called.
func TestWhoIsNotToBeContactedIsCalledOnlyWhenItIsSure(t *testing.T) {
	h := openHouse(t)
	p := &fakePhone{}
	h.d = h.with(func(o *service.Options) { o.Telephone = p })
	quiet := h.guest("Grace", "+12175550199", record.TagNoContact)
	h.guest("Tom", "+12175550198")
	leave := func(caller string, number record.PhoneNumber) string {
		t.Helper()
		m, err := h.s.SaveMessage(record.Message{CallerID: caller, At: noon, Number: number, Name: "Grace"})
		if err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	for name, tt := range map[string]struct {
		message string
		number  string
		guarded bool
	}{
		"her card and number":   {leave(quiet, "+12175550199"), "+12175550199", true},
		"her card, another one": {leave(quiet, "+12175550198"), "+12175550198", true},
		"her number alone":      {leave("", "(217) 555-0199"), "+12175550199", true},
		"somebody else":         {leave("", "+12175550198"), "+12175550198", false},
		"nobody known":          {leave("", "+12175550111"), "+12175550111", false},
	} {
		p.called = ""
		_, err := as(h, service.Staff, service.CallBack, service.Ring{Message: tt.message, Extension: "200"})
		if tt.guarded && (!invalidAt(err, "sure") || p.called != "") || !tt.guarded && (err != nil || p.called != "200 "+tt.number+" Grace") {
			t.Errorf("%s: rang %q, %v", name, p.called, err)
		}
		p.called = ""
		_, err = as(h, service.Staff, service.CallBack, service.Ring{Message: tt.message, Extension: "200", Sure: true})
		if err != nil || p.called != "200 "+tt.number+" Grace" {
			t.Errorf("%s, surely: rang %q, %v", name, p.called, err)
		}
	}
	nobody := leave(quiet, "911")
	invalid(h, service.CallBack, service.Ring{Message: nobody, Extension: "999"}, "extension", "number", "sure")
	for _, role := range []service.Role{service.Technician, service.PhoneCaller, service.Visitor} {
		if _, err := as(h, role, service.CallBack, service.Ring{Message: nobody, Extension: "200"}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	if lines := h.chain("call back"); len(lines) != 2*5+1+3 || lines[10] != "user tester|"+nobody+"|failed" {
		t.Errorf("noted: %q", lines)
	}
	if _, err := service.CallBack.Do(servicetest.Operator(t), h.with(func(o *service.Options) { o.Telephone = nil }),
		service.Ring{Message: nobody, Extension: "200"}); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("where no telephone runs: %v", err)
	}
}

// A number without a country code is meant as it is dialled where the business is.
func TestANumberIsCalledBackAsItIsDialledThere(t *testing.T) {
	h := openHouse(t)
	p := &fakePhone{}
	h.d = h.with(func(o *service.Options) { o.Telephone = p })
	for _, tt := range []struct {
		region string
		number record.PhoneNumber
		want   string
	}{
		{"DE", "089 123456", "+4989123456"}, {"GB", "020 7946 0018", "+442079460018"}, {"US", "(217) 555-0199", "+12175550199"},
		{"DE", "110", ""}, {"GB", "999", ""},
	} {
		h.biz.Region = tt.region
		ok(h, service.PublishProfile, h.biz)
		m, err := h.s.SaveMessage(record.Message{At: noon, Number: tt.number})
		if err != nil {
			t.Fatal(err)
		}
		p.called = ""
		_, err = as(h, service.Staff, service.CallBack, service.Ring{Message: m.ID, Extension: "200"})
		called, _, _ := strings.Cut(strings.TrimPrefix(p.called, "200 "), " ")
		if called != tt.want || (tt.want == "") != invalidAt(err, "number") {
			t.Errorf("%s in %s: rang %q, %v", tt.number, tt.region, p.called, err)
		}
	}
}

// Each telephone of the profile is listed once, by whose it is; before anything is published there is no profile.
func TestTelephonesOfTheOffice(t *testing.T) {
	h := openHouse(t)
	h.biz.Staff[0].Extension, h.biz.Staff[1].Extension, h.biz.Transfer.Extension = "201", "201", "201"
	ok(h, service.PublishProfile, h.biz)
	list, err := as(h, service.Staff, service.ListHandsets, service.None{})
	first := service.Handset{Extension: "201", Name: h.biz.Staff[0].Name}
	if err != nil || len(list) == 0 || list[0] != first {
		t.Errorf("%+v, %v", list, err)
	}
	seen := map[string]bool{}
	for _, x := range list {
		if seen[x.Extension] || x.Extension == "" {
			t.Errorf("%+v is there twice, or nowhere", x)
		}
		seen[x.Extension] = true
	}
	s := openStore(t)
	_, err = service.ListHandsets.Get(servicetest.Operator(t), servicetest.New(t, service.Options{Records: s}))
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("without a profile: %v", err)
	}
	m, err := s.SaveMessage(record.Message{At: noon, Number: "+12175550199"})
	if err != nil {
		t.Fatal(err)
	}
	d := servicetest.New(t, service.Options{Records: s, Telephone: &fakePhone{}})
	err = service.CallBack.Act(servicetest.Operator(t), d, service.Ring{Message: m.ID, Extension: "200"})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("called back without a profile: %v", err)
	}
}

// Who is not to be contacted is listed by name, and then by number; who is erased, or wants to be contacted again, is not. The table for
// other programs has a line for each way to reach somebody, and nothing that a spreadsheet would run.
func TestTheListOfWhoIsNotToBeContacted(t *testing.T) {
	t.Run("every card is read", func(t *testing.T) { listWhoIsNotToBeContacted(t, func(*house) {}) })
	t.Run("only those that changed are", func(t *testing.T) {
		listWhoIsNotToBeContacted(t, func(h *house) { runIndex(t, h.d) })
	})
}

func listWhoIsNotToBeContacted(t *testing.T, before func(*house)) {
	t.Helper()
	h := openHouse(t)
	before(h)
	if list := ok(h, service.ListNoContact, service.None{}); list == nil || len(list) != 0 {
		t.Errorf("nobody: %#v", list)
	}
	h.guest("Zoe", "+12175550171", record.TagNoContact)
	h.now = noon.AddDate(0, 0, 1)
	h.guest("", "+12175550173", record.TagNoContact)
	h.guest("", "+12175550172", record.TagNoContact, record.TagVIP)
	h.guest("Tom", "+12175550174", record.TagVIP)
	again := h.guest("Ann", "+12175550175", record.TagNoContact)
	gone := h.guest("Bob", "+12175550176", record.TagNoContact)
	if list := ok(h, service.ListNoContact, service.None{}); len(list) != 5 {
		t.Errorf("%d at first, want 5", len(list))
	}
	h.person(service.CallerEdit{Tags: []record.Tag{record.TagNoContact}, Add: []record.Field{
		{Kind: record.FieldName, Value: "=1+1"}, {Kind: record.FieldEmail, Value: "@x"},
		{Kind: record.FieldAddress, Value: "Elm Street 4, Springfield"},
		{Kind: record.FieldNote, Value: "a note is no way to reach anybody"},
	}})
	ok(h, service.ChangeCaller, service.CallerChange{ID: again, Edit: service.CallerEdit{Untag: []record.Tag{record.TagNoContact}}})
	ok(h, service.EraseCaller, service.Erasure{ID: gone, Reason: "asked"})
	list, err := as(h, service.Staff, service.ListNoContact, service.None{})
	var got []string
	for _, c := range list {
		got = append(got, string(c.Name)+string(c.Number))
	}
	if want := []string{"+12175550172", "+12175550173", "=1+1", "Zoe+12175550171"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	ctx, stop := context.WithCancel(servicetest.Operator(t))
	stop()
	if _, err := service.ListNoContact.Do(ctx, h.d, service.None{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	c, err := as(h, service.Owner, service.ExportNoContact, service.None{})
	if err != nil || c.Type() != "text/csv; charset=utf-8" {
		t.Fatal(err)
	}
	want := "name,kind,value,since\n,number,+12175550172,2026-03-03\n,number,+12175550173,2026-03-03\n'=1+1,email,'@x,2026-03-03\n" +
		"'=1+1,address,\"Elm Street 4, Springfield\",2026-03-03\nZoe,number,+12175550171,2026-03-02\n"
	if table := string(poured(t, c)); table != want {
		t.Errorf("the table:\n%s\nwant\n%s", table, want)
	}
	if _, err := as(h, service.Staff, service.ExportNoContact, service.None{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("given out to staff: %v", err)
	}
	h.noted("export who is not to be contacted", "account Maria|", "account Maria||failed")
}
