package service

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// BreachReport is what is known of a breach when it is noticed.
type BreachReport struct {
	What    string    `json:"what"`
	Whose   string    `json:"whose"`            // "" = everybody's
	People  int       `json:"people"`           // 0 = as many as there are cards
	Since   time.Time `json:"since,omitzero"`   // zero = not known: when it was noticed
	Noticed time.Time `json:"noticed,omitzero"` // zero = now
	Done    string    `json:"done"`             // what was done about it already
}

// ReportBreach notes that data was lost, changed or seen by who may not, with what the box knows of that time. The clock of 72 hours for
// the authority starts when it was noticed.
var ReportBreach = define(Op[BreachReport, record.Breach]{
	Name: "report-breach", Role: Owner | Technician, Audit: Changes("report a breach"),
	About: func(_ BreachReport, b record.Breach) string { return b.ID },
	Run:   (*Service).reportBreach,
})

func (s *Service) reportBreach(ctx context.Context, in BreachReport) (record.Breach, error) {
	b := record.Breach{
		What: strings.TrimSpace(in.What), Whose: strings.TrimSpace(in.Whose), People: in.People, Since: in.Since, Noticed: in.Noticed,
		By: ActorOf(ctx).By(), Done: []record.Measure{}, Facts: []string{},
	}
	if b.Noticed.IsZero() {
		b.Noticed = s.o.Now()
	}
	if b.Since.IsZero() {
		b.Since = b.Noticed
	}
	wrong := ""
	switch {
	case b.What == "" || len(b.What) > 5000:
		wrong = "say what happened, in up to 5,000 characters"
	case b.Noticed.After(s.o.Now()) || b.Since.After(b.Noticed):
		wrong = "it began before it was noticed, and was noticed before now"
	case b.People < 0:
		wrong = "say how many people it is about"
	}
	if wrong != "" {
		return b, &InvalidError{What: "breach", Problems: []knowledge.Problem{{Path: "breach", Text: wrong}}}
	}
	cs, err := s.o.Records.CallerIDs()
	if err != nil {
		return b, err
	}
	if b.People == 0 && b.Whose == "" {
		b.People = len(cs)
	}
	if b.Facts, err = s.factsSince(b.Since, len(cs)); err != nil {
		return b, err
	}
	if text := strings.TrimSpace(in.Done); text != "" {
		b.Done = append(b.Done, record.Measure{At: s.o.Now(), By: b.By, Text: text})
	}
	return s.o.Records.AddBreach(b)
}

// outgoing are acts by which data leaves or goes.
var outgoing = []string{
	"export caller", "make backup", "hand everything over", "seal for an authority", "make support bundle", "add token", "erase caller",
	"change the lock of the keys", "reset the owner's password",
}

// factsSince is what the box knows of a time, without naming a caller.
func (s *Service) factsSince(since time.Time, cards int) ([]string, error) {
	facts := []string{fmt.Sprintf("%d people have a card; their data is sealed with a key for each.", cards)}
	lock, err := s.o.Records.Keys().Lock()
	if err != nil {
		return nil, err
	}
	facts = append(facts, fmt.Sprintf("The keys are locked by: %s.", lock.Kind))
	acts, failed := map[string]int{}, 0
	if err := s.o.Records.AuditEntries(1, func(e record.AuditEntry) error {
		switch {
		case e.At.Before(since):
		case slices.Contains(outgoing, e.Act):
			acts[e.Act+" by "+e.Who]++
		case e.Failed:
			failed++
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var lines []string
	for act, n := range acts {
		lines = append(lines, fmt.Sprintf("Since then: %s, %d times.", act, n))
	}
	slices.Sort(lines)
	facts = append(append(facts, lines...), fmt.Sprintf("Since then %d acts were refused or failed.", failed))
	events, err := s.o.Records.Security(MaxList)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if !e.At.Before(since) && e.From != "" {
			how := "came in"
			if e.Failed {
				how = "was refused"
			}
			facts = append(facts, fmt.Sprintf("%s: %s, from %s, %s (%d times).", e.At.UTC().Format(time.RFC3339), e.Act, e.From, how, e.Times))
		}
	}
	sent, err := s.o.Records.Egress(since.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	for _, x := range sent {
		facts = append(facts, fmt.Sprintf("%s: %d octets to %s (%s).", x.Day, x.Sent, x.Address, x.Purpose))
	}
	return facts, nil
}

// ListBreaches returns the breaches that were reported, the newest first.
var ListBreaches = define(Op[None, []record.Breach]{
	Name: "list-breaches", Role: Owner | Technician, Audit: Reads("read breaches"),
	Run: get((*Service).listBreaches),
})

func (s *Service) listBreaches(context.Context) ([]record.Breach, error) {
	list, err := s.o.Records.Breaches()
	return some(list), err
}

// BreachStep is what was done about a breach.
type BreachStep struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	Notified bool   `json:"notified"` // the authority was told
	Closed   bool   `json:"closed"`   // nothing is left to be done; without a notice the text says why none is needed (Art. 33(1))
}

// NoteBreach notes what was done about a breach.
var NoteBreach = define(Op[BreachStep, record.Breach]{
	Name: "note-breach", Role: Owner | Technician, Audit: Changes("note about a breach"),
	About: func(in BreachStep, _ record.Breach) string { return in.ID },
	Run:   (*Service).noteBreach,
})

func (s *Service) noteBreach(ctx context.Context, in BreachStep) (record.Breach, error) {
	text := strings.TrimSpace(in.Text)
	if text == "" || len(text) > 5000 {
		const wrong = "say what was done, or why nothing needs to be"
		return record.Breach{}, &InvalidError{What: "note", Problems: []knowledge.Problem{{Path: "text", Text: wrong}}}
	}
	return s.o.Records.ChangeBreach(in.ID, func(b *record.Breach) {
		now := s.o.Now()
		b.Done = append(b.Done, record.Measure{At: now, By: ActorOf(ctx).By(), Text: text})
		if in.Notified {
			b.Notified = now
		}
		if in.Closed {
			b.Closed = now
		}
	})
}

// DraftBreach gives out a draft of the notice to the authority (GDPR Art. 33(3)), with all that is known.
var DraftBreach = define(Stream[string]{
	Name: "draft-breach", Role: Owner | Technician, Audit: Reads("draft notice of a breach"),
	About: of[Content],
	Run:   (*Service).draftBreach,
})

func (s *Service) breach(id string) (record.Breach, error) {
	list, err := s.o.Records.Breaches()
	if err != nil {
		return record.Breach{}, err
	}
	for _, b := range list {
		if b.ID == id {
			return b, nil
		}
	}
	return record.Breach{}, store.ErrNotFound
}

func (s *Service) draftBreach(ctx context.Context, id string) (Content, error) {
	b, err := s.breach(id)
	if err != nil {
		return nil, err
	}
	p, err := s.readProcessing(ctx)
	if err != nil {
		return nil, err
	}
	biz, err := s.business()
	if err != nil {
		return nil, err
	}
	var t strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&t, format+"\n", args...) }
	line("Notice of a breach of personal data (GDPR Article 33), DRAFT of %s\n", s.o.Now().Format(time.RFC1123))
	line("Controller: %s", p.Controller)
	line("Contact for this matter: %s", cmp.Or(strings.Join(reach(&biz), ", "), "to be named"))
	line("Our number: %s\n", b.ID)
	line("Began: %s\nNoticed: %s", b.Since.Format(time.RFC1123), b.Noticed.Format(time.RFC1123))
	line("The notice is due: %s\n", b.Due().Format(time.RFC1123))
	line("1. What happened\n%s\n", b.What)
	whose := b.Whose
	if whose == "" {
		whose = "everybody of whom something is kept"
	}
	line("2. Whose data: %s; about %d people", whose, b.People)
	for _, a := range p.Activities {
		line("   %s: %s", a.Whose, a.What)
	}
	line("\n3. What it is likely to mean for them\n   [to be written: loss of confidence, unwanted calls, …]\n")
	line("4. What was done")
	for _, d := range b.Done {
		line("   %s, %s: %s", d.At.Format(time.RFC1123), d.By, d.Text)
	}
	line("   Before it happened:")
	for _, m := range p.Measures {
		line("   %s", m)
	}
	line("\n5. What the box knows of the time since then")
	for _, f := range b.Facts {
		line("   %s", f)
	}
	line("\n6. Are the people told (Art. 34)? [yes, on …, by … / no, because …]")
	if s.o.Now().After(b.Due()) && b.Notified.IsZero() {
		line("7. Why this comes after 72 hours (Art. 33(1)): [to be written]")
	}
	return plainText{bytes.NewReader([]byte(t.String()))}, nil
}

// plainText is a text.
type plainText struct{ *bytes.Reader }

// Type implements Content.
func (plainText) Type() string { return "text/plain; charset=utf-8" }

// Close implements Content.
func (plainText) Close() error { return nil }
