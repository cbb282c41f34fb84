package service_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// What is given out can be taken over again; who has restricted the use of their data is not in it.
func TestContactsOut(t *testing.T) {
	h := openHouse(t)
	for name, tags := range map[string][]record.Tag{"Ada Byron": nil, "Bob Reed": {record.TagRestricted}} {
		ok(h, service.ChangeCaller, service.CallerChange{Edit: service.CallerEdit{Tags: tags, Add: []record.Field{
			{Kind: record.FieldName, Value: record.Personal(name)},
			{Kind: record.FieldNumber, Value: record.Personal("+121755501" + string('4'+rune(len(tags))) + "2")},
			{Kind: record.FieldNote, Value: "=1+1; a, b"},
		}}})
	}
	for form, kind := range map[service.ContactsForm]string{service.FormVCard: "text/vcard", service.FormCSV: "text/csv"} {
		var b bytes.Buffer
		c := ok(h, service.ExportContacts, form)
		if err := service.Pour(&b, c); err != nil || !strings.HasPrefix(c.Type(), kind) {
			t.Fatal(err)
		}
		got, err := imports.Read(context.Background(), &b, imports.Options{Region: "US"})
		found := 0
		for _, r := range got.Rows {
			switch f := r.Fields; f[0].Value {
			case "Ada Byron":
				if found++; len(f) != 3 || f[1].Value != "+12175550142" {
					t.Errorf("%s: %+v", form, r)
				}
			case "Bob Reed":
				t.Errorf("%s: %+v is in it", form, r)
			}
		}
		if err != nil || found != 1 {
			t.Errorf("%s: %+v, %v", form, got, err)
		}
	}
	var invalid *service.InvalidError
	if _, err := service.ExportContacts.Do(servicetest.Operator(t), h.d, "pdf"); !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
}
