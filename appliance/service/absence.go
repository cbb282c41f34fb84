package service

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/store"
)

// Absence says that the business is closed, or one of its staff away, beyond what the profile says of every week.
type Absence struct {
	Person string `json:"person,omitempty"` // of the staff, by name; "" = the whole business
	Until  string `json:"until,omitempty"`  // the last day, "2026-11-29"; "" = it is open again, the person back
}

// SetAbsence is published at once, and holds from the next call on: closed today, or somebody out. What waits in the draft stays there.
// That the whole business is closed is the owner's to say. The error is an *InvalidError when it cannot be so.
var SetAbsence = define(Op[Absence, int]{
	Name: "set-absence", Role: Staff, Audit: Changes("say that somebody is away"),
	Doing: func(in Absence) string {
		switch {
		case in.Person == "" && in.Until == "":
			return "open again"
		case in.Person == "":
			return "close for a time"
		case in.Until == "":
			return "say that somebody is back"
		}
		return "say that somebody is away"
	},
	Run: (*Service).setAbsence,
})

func (s *Service) setAbsence(ctx context.Context, in Absence) (int, error) {
	if in.Person == "" && !Owner.Admits(ActorOf(ctx).Role) {
		return 0, ErrRefused
	}
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if err != nil {
		return 0, err
	}
	if w.version == 0 {
		return 0, noAbsence("until", "nothing is published yet")
	}
	now := s.o.Now().In(w.published.Location())
	today := now.Format(time.DateOnly)
	if in.Until != "" {
		_, err := time.Parse(time.DateOnly, in.Until)
		if err != nil || in.Until < today || in.Until > now.AddDate(1, 0, 0).Format(time.DateOnly) {
			return 0, noAbsence("until", "choose a day from today to a year from now")
		}
	}
	next, mine := w.published, w.mine
	for _, b := range []*knowledge.Business{&next, &mine} {
		if in.Person == "" {
			b.Holidays = closed(b.Holidays, today, in.Until)
			continue
		}
		b.Staff = slices.Clone(b.Staff)
		i := slices.IndexFunc(b.Staff, func(p knowledge.Person) bool { return strings.EqualFold(p.Name, in.Person) })
		if i >= 0 {
			b.Staff[i].Away = in.Until
		} else if b == &next {
			return 0, noAbsence("person", "choose one of the staff")
		}
	}
	note := cmp.Or(in.Person, "the business") + ", away until " + in.Until
	if in.Until == "" {
		note = cmp.Or(in.Person, "the business") + ", back"
	}
	return s.put(w, store.Edition{Business: next, Note: cleanNote(note)}, mine)
}

// noAbsence says why an absence cannot be.
func noAbsence(path, text string) error {
	return &InvalidError{What: "absence", Problems: []knowledge.Problem{{Path: path, Text: text}}}
}

// closed is the list of holidays without those closures that hold today or are over, and before the others with one from today until a day;
// "" = none.
func closed(hs []knowledge.Holiday, today, until string) []knowledge.Holiday {
	out := slices.DeleteFunc(slices.Clone(hs), func(h knowledge.Holiday) bool { return h.Closure() && h.From <= today })
	if until == "" {
		return out
	}
	return append([]knowledge.Holiday{{From: today, To: until}}, out...)
}
