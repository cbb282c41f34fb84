package service

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"

	"frontdesk.internal/appliance/contacts/vcard"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// ContactsForm is a form in which contacts are given out.
type ContactsForm string

// The closed list of forms.
const (
	FormVCard ContactsForm = "vcard" // vCard 3.0
	FormCSV   ContactsForm = "csv"   // a table, one line a caller
)

// ExportContacts gives out the cards of all callers for an address book. Who has restricted the use of their data is not among them. The
// error is an *InvalidError when there is no such form.
var ExportContacts = define(Stream[ContactsForm]{
	Name: "export-contacts", Role: Owner, Audit: Changes("export all contacts"),
	About: func(f ContactsForm, _ Content) string { return string(f) },
	Run:   (*Service).exportContacts,
})

func (s *Service) exportContacts(_ context.Context, f ContactsForm) (Content, error) {
	if f != FormVCard && f != FormCSV {
		return nil, &InvalidError{What: "export", Problems: []knowledge.Problem{{Path: "form", Text: "the forms are vcard and csv"}}}
	}
	all, err := s.o.Records.Callers(mostContacts)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c record.Caller) bool { return c.Has(record.TagRestricted) || len(c.Fields) == 0 })
	if f == FormCSV {
		return contactTable(all), nil
	}
	return contactCards(all), nil
}

// contactCards are cards, one after the other.
type contactCards []record.Caller

// Type implements Content.
func (contactCards) Type() string { return "text/vcard; charset=utf-8" }

// Close implements Content.
func (contactCards) Close() error { return nil }

// WriteTo implements Content.
func (l contactCards) WriteTo(w io.Writer) (n int64, err error) {
	for _, c := range l {
		k, err := io.WriteString(w, vcard.Write(c, c.ID))
		if n += int64(k); err != nil {
			return n, err
		}
	}
	return n, nil
}

// contactTable is a table of cards; its columns are those that an import knows.
type contactTable []record.Caller

// Type implements Content.
func (contactTable) Type() string { return "text/csv; charset=utf-8" }

// Close implements Content.
func (contactTable) Close() error { return nil }

// WriteTo implements Content.
func (l contactTable) WriteTo(w io.Writer) (int64, error) {
	t := csv.NewWriter(w)
	t.UseCRLF = true
	err := t.Write([]string{"Name", "Phone 1", "Phone 2", "Phone 3", "E-mail", "Company", "Address", "Language", "Note"})
	for _, c := range l {
		numbers := append(c.Values(record.FieldNumber), "", "", "")
		row := []string{harmless(c.Name), harmless(numbers[0]), harmless(numbers[1]), harmless(numbers[2])}
		for _, k := range []record.FieldKind{
			record.FieldEmail, record.FieldCompany, record.FieldAddress, record.FieldLanguage, record.FieldNote,
		} {
			v := record.Personal("")
			if all := c.Values(k); len(all) > 0 {
				v = all[0]
			}
			row = append(row, harmless(v))
		}
		err = errors.Join(err, t.Write(row))
	}
	t.Flush()
	return 0, errors.Join(err, t.Error())
}
