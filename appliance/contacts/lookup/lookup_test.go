package lookup_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/record"
)

// staff knows Anna Weber alone.
func staff(called string) string {
	if strings.EqualFold(called, "aweber") || strings.EqualFold(called, "Anna Weber") {
		return "Anna Weber"
	}
	return ""
}

func TestRead(t *testing.T) {
	vip := map[string]record.Tag{"Premium": record.TagVIP, "no calls": record.TagNoContact}
	for name, x := range map[string]struct {
		body         string
		d            record.Directory
		who, own     string
		tags         []record.Tag
		unreadable   bool
		unknownWords int
	}{
		"plain": {
			body: `{"name":"Ada Byron","owner":"aweber","tags":["premium","loud"]}`, who: "Ada Byron", own: "Anna Weber",
			d:    record.Directory{NameField: "name", PersonField: "owner", TagsField: "tags", Tags: vip},
			tags: []record.Tag{record.TagVIP},
		},
		"deep, in parts": {
			body: `{"data":[{"first":"Ada","last":"Byron","group":"No Calls"}]}`, who: "Ada Byron",
			d:    record.Directory{NameField: "data.0.first data.0.last", TagsField: "data.0.group", Tags: vip},
			tags: []record.Tag{record.TagNoContact},
		},
		"yes or no": {
			body: `{"name":"Ada","state":{"blocked":true,"vip":false}}`, who: "Ada",
			d:    record.Directory{NameField: "name", TagsField: "state.blocked state.vip"},
			tags: []record.Tag{record.TagBlocked},
		},
		"nobody":             {body: `[]`, d: record.Directory{NameField: "0.name", TagsField: "0.tags"}},
		"of another type":    {body: `{"name":{"a":1},"tags":3}`, d: record.Directory{NameField: "name", TagsField: "tags"}},
		"somebody else":      {body: `{"owner":"Bob"}`, d: record.Directory{PersonField: "owner"}},
		"lines and controls": {body: "{\"name\":\"Ada\\n\\u001b[31m Byron\"}", d: record.Directory{NameField: "name"}, who: "Ada [31m Byron"},
		"too long": {
			body: `{"name":"` + strings.Repeat("a", 500) + `"}`, d: record.Directory{NameField: "name"}, who: strings.Repeat("a", 80),
		},
		"a page":     {body: `<html>sign in</html>`, unreadable: true},
		"two values": {body: `{} {}`, unreadable: true},
		"nothing":    {body: ``, unreadable: true},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := lookup.Read([]byte(x.body), x.d, staff)
			if (err != nil) != x.unreadable {
				t.Fatal(err)
			}
			c := record.Caller{}
			for _, g := range f.Known.Fields {
				c.Learn(g)
			}
			if string(c.Name) != x.who || f.Known.Person() != x.own || !slices.Equal(f.Known.Tags, x.tags) {
				t.Errorf("%+v", f.Known)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	for name, x := range map[string]struct {
		url, want string
		form      record.NumberForm
	}{
		"international":    {url: "https://crm/c?tel={number}&x=1", want: "https://crm/c?tel=%2B4930901820&x=1"},
		"in a path":        {url: "https://crm/c/{number}", want: "https://crm/c/+4930901820"},
		"digits":           {url: "https://crm/c/{number}", form: record.FormDigits, want: "https://crm/c/4930901820"},
		"as it is dialled": {url: "https://crm/c?q={number}", form: record.FormNational, want: "https://crm/c?q=030901820"},
	} {
		if got, err := lookup.Address(record.Directory{URL: x.url, Form: x.form}, "+4930901820", "DE"); err != nil || got != x.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`{"name":"Ada","t":["vip"]}`, `[{"name":1}]`, `{"name":"Ada\u0000"}`, `nul`, `{"a":{"a":{"a":[]}}}`} {
		f.Add(s, "name 0.name", "t")
	}
	f.Fuzz(func(t *testing.T, body, name, tags string) {
		found, err := lookup.Read([]byte(body), record.Directory{NameField: name, TagsField: tags, PersonField: name}, staff)
		if err != nil {
			return
		}
		for _, x := range found.Known.Fields {
			if x.Value == "" || strings.ContainsAny(string(x.Value), "\n\x00\x1b") || len([]rune(x.Value)) > 80 {
				t.Errorf("%q", x.Value)
			}
		}
	})
}
