package record_test

import (
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

func field(k record.FieldKind, v record.Personal) record.Field {
	return record.Field{Kind: k, Value: v, Source: record.SourceSaid}
}

func TestCard(t *testing.T) {
	var c record.Caller
	for _, f := range []record.Field{
		field(record.FieldEmail, "anna@example.org"), field(record.FieldNumber, "+12175550142"), field(record.FieldName, "Ana"),
		field(record.FieldNumber, "+1 217 555 0142"), field(record.FieldNumber, "+12175550199"), field(record.FieldName, " Anna Berger "),
		field(record.FieldNote, "  "),
	} {
		c.Learn(f)
	}
	if c.Name != "Anna Berger" || c.Number != "+12175550142" || len(c.Fields) != 4 || len(c.Numbers()) != 2 {
		t.Errorf("%+v", c)
	}
	if c.Learn(field(record.FieldName, "anna berger")) {
		t.Error("the same name was learned twice")
	}
	c.Prefer(field(record.FieldNumber, "+12175550199"))
	if c.Number != "+12175550199" || c.Fields[0].Kind != record.FieldName {
		t.Errorf("%+v", c)
	}
	if !c.Forget(field(record.FieldNumber, "12175550199")) || c.Forget(field(record.FieldNumber, "12175550199")) ||
		c.Number != "+12175550142" {
		t.Errorf("%+v", c)
	}
	if !c.SetTag(record.Mark{Tag: record.TagVIP}, true) || c.SetTag(record.Mark{Tag: record.TagVIP}, true) || !c.Has(record.TagVIP) ||
		!c.SetTag(record.Mark{Tag: record.TagVIP}, false) || c.Has(record.TagVIP) {
		t.Errorf("tags: %+v", c.Marks)
	}
}

func TestAbsorb(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a := record.Caller{ID: "a", Calls: 2, FirstSeen: at, LastSeen: at.Add(time.Hour)}
	a.Learn(field(record.FieldName, "Anna Berger"))
	a.Learn(field(record.FieldNumber, "+12175550142"))
	b := record.Caller{ID: "b", Calls: 3, FirstSeen: at.Add(-time.Hour), LastSeen: at}
	b.Learn(field(record.FieldName, "A. Berger"))
	b.Learn(field(record.FieldNumber, "+12175550199"))
	b.Learn(field(record.FieldEmail, "anna@example.org"))
	b.SetTag(record.Mark{Tag: record.TagNoContact}, true)
	before := slices.Clone(b.Fields)
	a.Absorb(b)
	if a.ID != "a" || a.Name != "Anna Berger" || a.Number != "+12175550142" || len(a.Numbers()) != 2 || a.Calls != 5 ||
		!a.Has(record.TagNoContact) {
		t.Errorf("%+v", a)
	}
	if notes := a.Values(record.FieldNote); len(notes) != 1 || notes[0] != "name: A. Berger" {
		t.Errorf("notes %q", notes)
	}
	if !a.FirstSeen.Equal(at.Add(-time.Hour)) || !a.LastSeen.Equal(at.Add(time.Hour)) || !slices.Equal(before, b.Fields) {
		t.Errorf("%+v, other %+v", a, b)
	}
}
