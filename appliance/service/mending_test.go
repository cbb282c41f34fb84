package service_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// The words of a turn are corrected: what was heard stays beside them, what was missed is listened for. It can be taken
// back.
func TestTheWordsOfATurnAreCorrected(t *testing.T) {
	d, s, taught := school(t)
	as := servicetest.Operator(t)
	mend := func(turn int, text string) (service.Mended, error) {
		return service.MendTurn.Do(as, d, service.Mending{Call: "c", Turn: turn, Text: record.Personal(text)})
	}
	var invalid *service.InvalidError
	if _, err := mend(1, "x"); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "still goes on") {
		t.Fatalf("of a call that goes on: %v", err)
	}
	c, err := s.Call("c")
	if err != nil {
		t.Fatal(err)
	}
	c.Ended = noon
	if err := s.EndCall(c); err != nil {
		t.Fatal(err)
	}
	m, err := mend(1, " Will my wallet survive Dr. Tuering's  cap on my molar at No. 12 or 3?")
	if err != nil || m.Listens != "Tuering's" || m.Words() != "Will my wallet survive Dr. Tuering's cap on my molar at No. 12 or 3?" ||
		!strings.HasSuffix(string(m.Heard), "a cap on my molar?") || *taught != 1 {
		t.Fatalf("corrected: %+v, %v, taught %d", m, err, *taught)
	}
	all, err := s.Examples()
	if err != nil || len(all) != 1 || all[0].Taught != record.TaughtByHearing {
		t.Fatalf("examples: %+v, %v", all, err)
	}
	p, err := service.ReadProfile.Get(as, d)
	b := edit.Taught(p.Business, service.ExamplesOf(all))
	if err != nil || len(b.Listen) != 1 || b.Listen[0] != "Tuering's" || len(b.Learned) != 0 {
		t.Errorf("a call knows %q, %v, %v", b.Listen, b.Learned, err)
	}
	if _, err := mend(1, "Will my wallet survive Zimmermann?"); err != nil {
		t.Fatal(err)
	}
	if all, err = s.Examples(); err != nil || len(all) != 1 || all[0].Text != "Zimmermann" {
		t.Errorf("corrected again: %+v, %v", all, err)
	}
	for _, text := range []string{"", string(m.Heard)} {
		if _, err := mend(1, "Zimmermann"); err != nil {
			t.Fatal(err)
		}
		back, err := mend(1, text)
		if all, e := s.Examples(); err != nil || e != nil || back.Mended != "" || back.Words() != m.Heard || len(all) != 0 {
			t.Errorf("taken back by %q: %+v, %v, %v, %v", text, back, err, all, e)
		}
	}
	for _, turn := range []int{0, 2} {
		if _, err := mend(turn, "x"); !errors.As(err, &invalid) {
			t.Errorf("turn %d: %v", turn, err)
		}
	}
	if _, err := mend(1, strings.Repeat("x", service.MaxMended+1)); !errors.As(err, &invalid) {
		t.Errorf("too long: %v", err)
	}
	_, noTurn := mend(9, "x")
	_, noCall := service.MendTurn.Do(as, d, service.Mending{Call: "none", Turn: 1, Text: "x"})
	if !errors.Is(noTurn, store.ErrNotFound) || !errors.Is(noCall, store.ErrNotFound) {
		t.Errorf("what is not there: %v, %v", noTurn, noCall)
	}
}
