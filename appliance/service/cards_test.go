package service_test

import (
	"errors"
	"slices"
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

// Staff makes cards and writes on them; the line is about the card, says which of both it was, and a card without anything is one, too.
func TestWhoWritesCards(t *testing.T) {
	h := openHouse(t)
	name := service.CallerEdit{Add: []record.Field{{Kind: record.FieldName, Value: "Grace"}}}
	c, err := as(h, service.Staff, service.ChangeCaller, service.CallerChange{Edit: name})
	if err != nil || c.ID == "" || c.Name != "Grace" || !c.FirstSeen.Equal(noon) || !c.LastSeen.IsZero() || c.Calls != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	h.now = noon.Add(time.Hour)
	note := service.CallerEdit{
		Add:    []record.Field{{Kind: record.FieldNote, Value: "prefers mornings", Source: record.SourceSaid, Basis: record.BasisConsent}},
		Remove: name.Add, Tags: []record.Tag{record.TagVIP},
	}
	if c, err = as(h, service.Owner, service.ChangeCaller, service.CallerChange{ID: c.ID, Edit: note}); err != nil || c.Name != "" ||
		len(c.Fields) != 1 || c.Fields[0].Source != record.SourceSaid || c.Fields[0].Basis != record.BasisConsent ||
		!c.Fields[0].At.Equal(h.now) || !c.Has(record.TagVIP) {
		t.Errorf("%+v, %v", c, err)
	}
	if kept, err := h.s.Caller(c.ID); err != nil || len(kept.Fields) != 1 || !kept.Has(record.TagVIP) {
		t.Errorf("kept: %+v, %v", kept, err)
	}
	for _, role := range []service.Role{service.Technician, service.PhoneCaller, service.Visitor} {
		_, err := as(h, role, service.ChangeCaller, service.CallerChange{ID: c.ID, Edit: service.CallerEdit{Untag: []record.Tag{record.TagVIP}}})
		if !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	h.noted("add caller", "account Maria|"+c.ID)
	failed := "account Maria|" + c.ID + "|failed"
	h.noted("change caller", "account Maria|"+c.ID, failed, failed, failed)
}

// Who merges takes calls, messages and marks of one card onto the other; the first is gone, and nobody else may.
func TestTwoCardsBecomeOne(t *testing.T) {
	h := openHouse(t)
	from := h.guest("Ada Byron", "+12175550161", record.TagNoContact)
	merge := service.Merge{From: from, Into: h.who}
	m, err := h.s.SaveMessage(record.Message{CallerID: from, At: noon, Number: "+12175550161"})
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []service.Role{service.Staff, service.Technician} {
		if _, err := as(h, role, service.MergeCallers, merge); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	for _, wrong := range []service.Merge{{From: "none", Into: h.who}, {From: from, Into: "none"}, {}} {
		if err := service.MergeCallers.Act(servicetest.Operator(t), h.d, wrong); err == nil {
			t.Errorf("%+v was done", wrong)
		}
	}
	fails(h, service.MergeCallers, service.Merge{From: "none", Into: h.who}, store.ErrNotFound)
	if c, err := h.s.Caller(from); err != nil || len(c.Numbers()) != 1 {
		t.Errorf("refused, and yet: %+v, %v", c, err)
	}
	if _, err := as(h, service.Owner, service.MergeCallers, merge); err != nil {
		t.Fatal(err)
	}
	both := ok(h, service.ReadCaller, h.who)
	if len(both.Numbers()) != 2 || !both.Has(record.TagNoContact) || both.Calls != 2 || !slices.ContainsFunc(both.MessageList,
		func(x record.Message) bool { return x.ID == m.ID }) {
		t.Errorf("%+v", both)
	}
	fails(h, service.ReadCaller, from, store.ErrNotFound)
	fails(h, service.MergeCallers, merge, store.ErrNotFound)
	if lines := h.chain("merge caller"); !slices.Contains(lines, "account Maria|"+from+" into "+h.who) || len(lines) != 8 {
		t.Errorf("noted: %q", lines)
	}
	call, err := h.s.BeginCall(record.Call{From: "+12175550161", Started: noon.Add(time.Hour)})
	if err != nil || call.CallerID != h.who {
		t.Errorf("the next call from there is %s's, %v", call.CallerID, err)
	}
}

// A hold on either card stays with what it holds.
func TestAHoldGoesAlongWithAMerge(t *testing.T) {
	h := openHouse(t)
	from := h.guest("Grace", "+12175550161")
	ok(h, service.HoldCaller, record.Hold{Caller: from, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)})
	ok(h, service.MergeCallers, service.Merge{From: from, Into: h.who})
	var held *store.HeldError
	if _, err := as(h, service.Owner, service.EraseCaller, service.Erasure{ID: h.who}); !errors.As(err, &held) {
		t.Errorf("erased in spite of it: %v", err)
	}
	if _, err := as(h, service.Owner, service.SplitCaller, service.Split{From: h.who, Calls: []string{"b"}}); !errors.As(err, &held) {
		t.Errorf("split in spite of it: %v", err)
	}
	h.noted("split caller", "account Maria|"+h.who+"|failed")
}

// Calls that were somebody else's go onto a card of their own; all of them, none, or those of a third person cannot.
func TestACardIsSplit(t *testing.T) {
	h := openHouse(t)
	third := h.guest("Grace", "+12175550161")
	elsewhere, err := h.s.BeginCall(record.Call{ID: "c", From: "+12175550161", Started: noon})
	if err != nil || elsewhere.CallerID != third {
		t.Fatalf("%+v, %v", elsewhere, err)
	}
	for _, calls := range [][]string{nil, {}, {"a", "b"}, {"a", "b", "c"}} {
		invalid(h, service.SplitCaller, service.Split{From: h.who, Calls: calls}, "calls")
	}
	fails(h, service.SplitCaller, service.Split{From: h.who, Calls: []string{"c"}}, store.ErrNotFound)
	fails(h, service.SplitCaller, service.Split{From: "none", Calls: []string{"b"}}, store.ErrNotFound)
	split := service.Split{From: h.who, Calls: []string{"b"}}
	if _, err := as(h, service.Staff, service.SplitCaller, split); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if c := ok(h, service.ReadCaller, h.who); c.Calls != 2 || len(c.CallList) != 2 {
		t.Errorf("refused, and yet: %+v", c)
	}
	fresh, err := as(h, service.Owner, service.SplitCaller, split)
	if err != nil || fresh.ID == h.who || fresh.ID == "" || fresh.Calls != 1 {
		t.Fatalf("%+v, %v", fresh, err)
	}
	for who, call := range map[string]string{h.who: "a", fresh.ID: "b"} {
		c := ok(h, service.ReadCaller, who)
		if c.Calls != 1 || len(c.CallList) != 1 || c.CallList[0].ID != call || len(c.MessageList) != 1 || c.MessageList[0].CallID != call {
			t.Errorf("%s has %+v and %+v", who, c.CallList, c.MessageList)
		}
	}
	if c := ok(h, service.ReadCall, "b"); c.Caller.ID != fresh.ID || len(c.TurnList) != 1 {
		t.Errorf("the call: %+v", c)
	}
}

// Two of the office who write on one card at once are both read.
func TestTwoWriteOnOneCard(t *testing.T) {
	h := openHouse(t)
	const hands = 6
	errs := make(chan error, hands)
	for i := range hands {
		go func() {
			_, err := as(h, service.Staff, service.ChangeCaller, service.CallerChange{ID: h.who, Edit: service.CallerEdit{
				Add: []record.Field{{Kind: record.FieldEmail, Value: record.Personal(strings.Repeat("x", i+1) + "@example.org")}},
			}})
			errs <- err
		}()
	}
	for range hands {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if c := ok(h, service.ReadCaller, h.who); len(c.Values(record.FieldEmail)) != hands {
		t.Errorf("%d of %d are there", len(c.Values(record.FieldEmail)), hands)
	}
}
