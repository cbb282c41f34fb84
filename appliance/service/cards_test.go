package service_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// TestOnlyTheOwnerTakesBackWhatGuardsAPerson: staff may put on a card that somebody objects, and may not take it off, by whatever
// door they come; nor may they take off the number by which that card is found.
func TestOnlyTheOwnerTakesBackWhatGuardsAPerson(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	staff, owner := servicetest.As(t.Context(), service.Staff), servicetest.As(t.Context(), service.Owner)
	for door, by := range map[string]service.Invoker{"here": d, "socket": behindSocket(t, d)} {
		for _, tag := range record.Tags() {
			number := record.Field{Kind: record.FieldNumber, Value: "+12175550142"}
			card, err := service.ChangeCaller.Do(staff, by,
				service.CallerChange{Edit: service.CallerEdit{Add: []record.Field{number}, Tags: []record.Tag{tag}}})
			if err != nil || !card.Has(tag) {
				t.Fatalf("%s, %s put on by staff: %v", door, tag, err)
			}
			for what, edit := range map[string]service.CallerEdit{
				"the tag": {Untag: []record.Tag{tag}}, "the number": {Remove: []record.Field{number}},
				"the tag with a new name": {Untag: []record.Tag{tag}, Add: []record.Field{{Kind: record.FieldName, Value: "Ada"}}},
			} {
				_, err := service.ChangeCaller.Do(staff, by, service.CallerChange{ID: card.ID, Edit: edit})
				if refused := errors.Is(err, service.ErrRefused); refused != tag.Guards() || err != nil && !refused {
					t.Errorf("%s, staff takes off %s of %s: %v", door, what, tag, err)
				}
				now, err := s.Caller(card.ID)
				if err != nil || tag.Guards() && (!now.Has(tag) || now.Number == "" || now.Name != "") {
					t.Errorf("%s, after staff took off %s of %s: %+v, %v", door, what, tag, now, err)
				}
			}
			if _, err := service.ChangeCaller.Do(staff, by, service.CallerChange{ID: card.ID, Edit: service.CallerEdit{
				Add: []record.Field{{Kind: record.FieldNote, Value: "calls on Mondays"}}, Untag: []record.Tag{record.TagVIP},
			}}); err != nil {
				t.Errorf("%s, staff writes on a card with %s: %v", door, tag, err)
			}
			now, err := service.ChangeCaller.Do(owner, by,
				service.CallerChange{ID: card.ID, Edit: service.CallerEdit{Untag: []record.Tag{tag}, Remove: []record.Field{number}}})
			if err != nil || now.Has(tag) || now.Number != "" {
				t.Errorf("%s, the owner takes off %s: %+v, %v", door, tag, now, err)
			}
		}
	}
	lines := 0
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		if e.Act == "change caller" && e.Failed && e.Subject != "" {
			lines++
		}
		return nil
	}); err != nil || lines < 2*3*7 {
		t.Errorf("%d refusals are in the chain with whom they were about, %v", lines, err)
	}
}

// A number that is typed is the one that calls: who is blocked by hand is blocked, and a code fits.
func TestATypedNumberIsTheCallers(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	if _, err := s.PublishProfile(knowledge.Business{Region: "DE"}); err != nil {
		t.Fatal(err)
	}
	call, err := s.BeginCall(record.Call{From: "+4989123456", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	number := func(v string) []record.Field {
		return []record.Field{{Kind: record.FieldNumber, Value: record.Personal(v)}}
	}
	for _, written := range []string{"089 123456", "(089) 12 34 56", "+49 (0)89 123456", "0049 89/123456"} {
		var invalid *service.InvalidError
		if _, err := service.ChangeCaller.Do(servicetest.Operator(t), d,
			service.CallerChange{Edit: service.CallerEdit{Add: number(written)}}); !errors.As(err, &invalid) {
			t.Errorf("a second card with %q: %v", written, err)
		}
		c, err := service.ChangeCaller.Do(servicetest.Operator(t), d,
			service.CallerChange{ID: call.CallerID, Edit: service.CallerEdit{Add: append(number("0151 12345678"), number(written)...)}})
		if err != nil || len(c.Numbers()) != 2 || c.Number != "+4989123456" {
			t.Errorf("%q on the card that has it: %+v, %v", written, c, err)
		}
		if c, err = service.ChangeCaller.Do(servicetest.Operator(t), d,
			service.CallerChange{ID: call.CallerID, Edit: service.CallerEdit{Remove: number("0151/12345678")}}); err != nil ||
			len(c.Numbers()) != 1 {
			t.Errorf("taken off in another form: %+v, %v", c, err)
		}
	}
}

func TestACardThatCannotBe(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	who := servicetest.Operator(t)
	number := record.Field{Kind: record.FieldNumber, Value: "+12175550142"}
	card, err := service.ChangeCaller.Do(who, d, service.CallerChange{Edit: service.CallerEdit{Add: []record.Field{number}}})
	if err != nil {
		t.Fatal(err)
	}
	field := func(k record.FieldKind, v string) service.CallerEdit {
		return service.CallerEdit{Add: []record.Field{{Kind: k, Value: record.Personal(v)}}}
	}
	for name, tt := range map[string]struct {
		edit  service.CallerEdit
		paths []string
	}{
		"unknown kind":     {field("shoes", "42"), []string{"field 1"}},
		"empty":            {field(record.FieldName, " \t"), []string{"field 1"}},
		"too long":         {field(record.FieldNote, strings.Repeat("x", 4097)), []string{"field 1"}},
		"no digits":        {field(record.FieldNumber, "anonymous"), []string{"field 1"}},
		"one digit":        {field(record.FieldNumber, "5"), []string{"field 1"}},
		"unknown ground":   {service.CallerEdit{Add: []record.Field{{Kind: record.FieldName, Value: "A", Basis: "whim"}}}, []string{"field 1"}},
		"unknown tag":      {service.CallerEdit{Tags: []record.Tag{"nice"}}, []string{"tags"}},
		"unknown untag":    {service.CallerEdit{Untag: []record.Tag{"nice"}}, []string{"tags"}},
		"removed is wrong": {service.CallerEdit{Remove: []record.Field{{Kind: "shoes", Value: "1"}}}, []string{"field 1"}},
		"all at once": {service.CallerEdit{
			Add: []record.Field{number, {Kind: record.FieldName}}, Remove: []record.Field{{Kind: "x", Value: "y"}}, Tags: []record.Tag{"z"},
		}, []string{"field 2", "field 3", "tags"}},
	} {
		for _, id := range []string{"", card.ID} {
			if _, err := service.ChangeCaller.Do(who, d, service.CallerChange{ID: id, Edit: tt.edit}); !invalidAt(err, tt.paths...) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	// A number of somebody else's card, in whichever way it is written, is refused without the number in the words.
	_, err = service.ChangeCaller.Do(who, d, service.CallerChange{Edit: field(record.FieldNumber, "+1 (217) 555-0142")})
	if !invalidAt(err, "number") || strings.Contains(err.Error(), "5550142") {
		t.Errorf("a number that is taken: %v", err)
	}
	if ids, err := s.CallerIDs(); err != nil || len(ids) != 1 {
		t.Errorf("%d cards, %v", len(ids), err)
	}
	if now, err := s.Caller(card.ID); err != nil || len(now.Fields) != len(card.Fields) || len(now.Marks) != 0 {
		t.Errorf("refused, and changed: %+v, %v", now, err)
	}
	if _, err := service.ChangeCaller.Do(who, d, service.CallerChange{ID: "none", Edit: field(record.FieldName, "A")}); !errors.Is(err,
		store.ErrNotFound) {
		t.Errorf("nobody's card: %v", err)
	}
	// Just what is possible.
	for _, v := range []string{strings.Repeat("x", 4096), "A"} {
		if _, err := service.ChangeCaller.Do(who, d, service.CallerChange{ID: card.ID, Edit: field(record.FieldNote, v)}); err != nil {
			t.Errorf("%d characters: %v", len(v), err)
		}
	}
}

// Who wrote a field stands on it, by the name of who acts, whatever the edit says.
func TestWhoWroteStandsOnTheField(t *testing.T) {
	d := servicetest.New(t, service.Options{Records: openStore(t), Now: func() time.Time { return noon }})
	c, err := service.ChangeCaller.Do(servicetest.As(t.Context(), service.Staff), d, service.CallerChange{Edit: service.CallerEdit{
		Add:  []record.Field{{Kind: record.FieldName, Value: "Ada", By: "somebody else", At: noon.Add(-time.Hour)}},
		Tags: []record.Tag{record.TagVIP}, By: "somebody else",
	}})
	if err != nil || len(c.Fields) != 1 || c.Fields[0].By != "Maria" || !c.Fields[0].At.Equal(noon) ||
		c.Fields[0].Source != record.SourceOffice || c.Fields[0].Basis != record.BasisInterest ||
		len(c.Marks) != 1 || c.Marks[0].By != "Maria" || !c.Marks[0].At.Equal(noon) {
		t.Errorf("%+v, %v", c, err)
	}
}
