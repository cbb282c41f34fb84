package dialogue_test

import (
	"slices"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
)

// Who has somebody of their own at the office is put through to them first, when they are there; nobody else's extension is ever rung for
// a name that is not of the staff. Who asks for another person gets that one.
func TestOwnPerson(t *testing.T) {
	const lopez = "201"
	for name, tt := range map[string]struct {
		own, asked string
		change     func(b *knowledge.Business)
		busy       []string
		rung       string
	}{
		"nobody's own":       {asked: "I want to talk to a person.", rung: "200"},
		"there":              {own: "Dr. Maria Lopez", asked: "I want to talk to a person.", rung: lopez},
		"on the phone":       {own: "Dr. Maria Lopez", asked: "I want to talk to a person.", busy: []string{lopez}, rung: "200"},
		"left the office":    {own: "Bob", asked: "I want to talk to a person.", rung: "200"},
		"away":               {own: "Dr. Maria Lopez", asked: "I want to talk to a person.", rung: "200", change: away},
		"another one wanted": {own: "Tom Reed", asked: "Is Dr. Lopez free?", rung: lopez},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := profile.Sample("dental")
			if err != nil {
				t.Fatal(err)
			}
			if tt.change != nil {
				tt.change(b)
			}
			c := dialogue.New(b, dialogue.Options{Own: tt.own, Busy: func(e string) bool { return slices.Contains(tt.busy, e) }})
			c.Handle(at, dialogue.Answered{From: "2175550144", Known: "Ada"})
			out := c.Handle(at, dialogue.Heard{Text: tt.asked, Confidence: 0.9})
			i := slices.IndexFunc(out, func(a dialogue.Action) bool { _, ok := a.(dialogue.Transfer); return ok })
			if i < 0 || out[i].(dialogue.Transfer).Extension != tt.rung {
				t.Errorf("%+v", out)
			}
		})
	}
}

func away(b *knowledge.Business) {
	for i := range b.Staff {
		if b.Staff[i].Name == "Dr. Maria Lopez" {
			b.Staff[i].Away = at.AddDate(0, 0, 2).Format("2006-01-02")
		}
	}
}

// A message that is for nobody in particular is for the caller's own person.
func TestMessageForTheOwnPerson(t *testing.T) {
	for own, want := range map[string]string{"": "", "Dr. Maria Lopez": "Dr. Maria Lopez", "Bob": ""} {
		b, err := profile.Sample("dental")
		if err != nil {
			t.Fatal(err)
		}
		c := dialogue.New(b, dialogue.Options{Own: own})
		c.Handle(at, dialogue.Answered{From: "2175550144", Known: "Ada Byron"})
		out := c.Handle(at, dialogue.Heard{Text: "Can I leave a message? My crown fell out.", Confidence: 0.9})
		var kept *record.Message
		for range 6 {
			for _, a := range out {
				if m, ok := a.(dialogue.Commit); ok {
					kept = &m.Message
				}
			}
			if kept != nil {
				break
			}
			out = c.Handle(at, dialogue.Heard{Text: "Yes, that is right.", Confidence: 0.9})
		}
		if kept == nil || kept.For != want {
			t.Errorf("own %q: %+v", own, kept)
		}
	}
}
