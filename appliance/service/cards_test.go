package service_test

import (
	"errors"
	"testing"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
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
