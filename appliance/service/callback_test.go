package service_test

import (
	"errors"
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
