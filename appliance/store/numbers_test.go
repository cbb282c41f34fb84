package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func typed(number string) record.Field {
	return record.Field{Kind: record.FieldNumber, Value: record.Personal(number), Source: record.SourceOffice}
}

// ways are how people write the numbers of callers, by where the business is.
func ways() map[string]map[record.PhoneNumber][]string {
	return map[string]map[record.PhoneNumber][]string{
		"US": {"+12175550614": {"(217) 555-0614", "217-555-0614", "1 217 555 0614", "+1 (217) 555 0614"}},
		"GB": {"+441725550144": {"01725 550144", "+44 (0)1725 550144", "0044 1725 550144"}},
		"DE": {"+4989123456": {"089 / 123456", "+49 89 12 34 56", "0049 (89) 123456"}, "+4915112345678": {"0151-12345678"}},
		"CH": {"+41441234567": {"044 123 45 67"}},
	}
}

// A number that somebody types is the one that calls, in whichever way it is written and whoever writes it.
func TestANumberIsOneNumber(t *testing.T) {
	for region, numbers := range ways() {
		for number, written := range numbers {
			for _, w := range written {
				s := open(t, filepath.Join(t.TempDir(), "frontdesk.db"))
				if _, err := s.PublishProfile(knowledge.Business{Region: region}); err != nil {
					t.Fatal(err)
				}
				c, err := s.AddCaller(record.Caller{Fields: []record.Field{typed(w)}, Marks: []record.Mark{{Tag: record.TagBlocked}}})
				if err != nil || c.Number != number {
					t.Fatalf("%q in %s is kept as %q, %v", w, region, c.Number, err)
				}
				call, err := s.BeginCall(record.Call{From: number, Started: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)})
				if err != nil || call.CallerID != c.ID {
					t.Errorf("%q in %s: the call is on another card, %v", w, region, err)
				}
				if f, err := s.FindCaller(record.PhoneNumber(w)); err != nil || f.ID != c.ID {
					t.Errorf("%q in %s is not found, %v", w, region, err)
				}
				var taken *store.TakenError
				if _, err := s.AddCaller(record.Caller{Fields: []record.Field{typed(w)}}); !errors.As(err, &taken) {
					t.Errorf("%q in %s: a second card with it: %v", w, region, err)
				}
				b, err := s.ImportContacts(t.Context(), record.ImportBatch{},
					[][]record.Field{{{Kind: record.FieldNumber, Value: record.Personal(w)}, {Kind: record.FieldEmail, Value: "ada@example.org"}}}, nil)
				if err != nil || b.New != 0 || b.Merged != 1 {
					t.Errorf("%q in %s imported: %+v, %v", w, region, b, err)
				}
				m, err := s.SaveMessage(record.Message{Number: record.PhoneNumber(w), Text: true})
				if err != nil || m.CallerID != c.ID {
					t.Errorf("%q in %s writes: %+v, %v", w, region, m, err)
				}
				if ids, err := s.CallerIDs(); err != nil || len(ids) != 1 {
					t.Errorf("%q in %s: %d cards, %v", w, region, len(ids), err)
				}
			}
		}
	}
}

// What was typed before anybody knew where the business is becomes the number that calls once the profile says so, and again when
// the business moves: two cards that prove to be one person's are one then, with all tags and all that belongs to both.
func TestCardsOfOneNumberAreJoined(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for region, numbers := range ways() {
		for number, written := range numbers {
			path := filepath.Join(t.TempDir(), "frontdesk.db")
			s := open(t, path)
			called, err := s.BeginCall(record.Call{ID: "call-1", From: number, Started: at})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.AddConsent(record.Consent{
				Caller: called.CallerID, Kind: record.ConsentRecording, State: record.ConsentRefused, At: at,
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.ChangeCaller(called.CallerID, func(c *record.Caller) error {
				c.SetTag(record.Mark{Tag: record.TagObjects}, true)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			var cards []string
			for i, w := range written { // as long as nobody knows the region, each of them may be somebody else's
				c, err := s.AddCaller(record.Caller{
					Fields: []record.Field{typed(w), {Kind: record.FieldName, Value: record.Personal(fmt.Sprint("Ada ", i)), Source: record.SourceOffice}},
					Marks:  []record.Mark{{Tag: record.TagBlocked}},
				})
				var taken *store.TakenError
				if errors.As(err, &taken) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				cards = append(cards, c.ID)
			}
			if len(cards) == 0 {
				t.Fatalf("%s: nothing to join, the test proves nothing", region)
			}
			if err := s.SetHold(record.Hold{Caller: cards[0], Reason: "a law suit", Until: at.AddDate(1, 0, 0)}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.PublishProfile(knowledge.Business{Region: region}); err != nil {
				t.Fatal(err)
			}
			ids, err := s.CallerIDs()
			if err != nil || len(ids) != 1 {
				t.Fatalf("%s: %d cards are left, %v", region, len(ids), err)
			}
			c, err := s.FindCaller(number)
			if err != nil || c.ID != ids[0] || len(c.Numbers()) != 1 || c.Number != number || !c.Has(record.TagObjects) ||
				!c.Has(record.TagBlocked) || c.Calls != 1 || c.Name == "" {
				t.Errorf("%s: the card is %+v, %v", region, c, err)
			}
			if h, err := s.Hold(c.ID); err != nil || h.Reason != "a law suit" {
				t.Errorf("%s: the hold is %+v, %v", region, h, err)
			}
			if cs, err := s.Consents(c.ID); err != nil || len(cs) != 1 {
				t.Errorf("%s: consents %+v, %v", region, cs, err)
			}
			if k, err := s.Call("call-1"); err != nil || k.CallerID != c.ID {
				t.Errorf("%s: the call is %+v, %v", region, k, err)
			}
			jobs, err := s.Jobs()
			if err != nil || len(jobs) != len(cards) {
				t.Errorf("%s: jobs for the recordings: %+v, %v", region, jobs, err)
			}
			for _, j := range jobs {
				if err := s.FinishMove(j); err != nil {
					t.Error(err)
				}
			}
			if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
				t.Errorf("%s: %+v, %v", region, rep, err)
			}
		}
	}
}
