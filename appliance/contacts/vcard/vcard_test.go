package vcard_test

import (
	"context"
	"strings"
	"testing"

	"frontdesk.internal/appliance/contacts/vcard"
	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/record"
)

func TestWrite(t *testing.T) {
	c := record.Caller{}
	for _, f := range []record.Field{
		{Kind: record.FieldName, Value: "Ada Byron"}, {Kind: record.FieldNumber, Value: "+12175550142"},
		{Kind: record.FieldCompany, Value: "Engines, Inc."}, {Kind: record.FieldEmail, Value: "ada@example.org"},
		{Kind: record.FieldNote, Value: "likes sums; a\nnew line\r\nTEL:110 " + record.Personal(strings.Repeat("ä", 60))},
	} {
		c.Learn(f)
	}
	got := vcard.Write(c, "x1")
	for _, want := range []string{
		"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x1\r\nFN:Ada Byron\r\nN:Byron;Ada;;;\r\n", "TEL;TYPE=VOICE:+12175550142\r\n", `ORG:Engines\, Inc.`,
		`NOTE:likes sums\; a\nnew line\nTEL:110`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if len(line) > 77 || strings.HasPrefix(line, "TEL:110") {
			t.Errorf("%q", line)
		}
	}
}

// What is written is read back as it was, whatever a caller is called.
func FuzzWrite(f *testing.F) {
	f.Add("Ada Byron", "likes; sums, \\ and\nlines", "Engines")
	f.Add("", "x", "é")
	f.Fuzz(func(t *testing.T, name, note, company string) {
		c := record.Caller{}
		for kind, v := range map[record.FieldKind]string{record.FieldName: name, record.FieldNote: note, record.FieldCompany: company} {
			c.Learn(record.Field{Kind: kind, Value: record.Personal(v)})
		}
		c.Learn(record.Field{Kind: record.FieldNumber, Value: "+12175550142"})
		got, err := imports.Read(context.Background(), strings.NewReader(vcard.Write(c, "x")), imports.Options{Region: "US"})
		if err != nil || len(got.Rows) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		numbers := 0
		for _, x := range got.Rows[0].Fields {
			if x.Kind == record.FieldNumber {
				numbers++
			}
		}
		if numbers != 1 {
			t.Errorf("%+v", got.Rows[0])
		}
	})
}
