package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Processing is the record of processing activities (GDPR Art. 30(1)), made of the settings: what is not set is said to be missing.
type Processing struct {
	Made       time.Time         `json:"made"`
	Controller string            `json:"controller"` // name, address and contact of the business
	Activities []Activity        `json:"activities"`
	Recipients []string          `json:"recipients"`
	Transfers  string            `json:"transfers"` // to other countries
	Measures   []string          `json:"measures"`  // Art. 32
	Keeping    map[string]string `json:"keeping"`
	Missing    []string          `json:"missing"`
}

// Activity is one purpose for which data is used.
type Activity struct {
	Purpose string       `json:"purpose"`
	Whose   string       `json:"whose"`
	What    string       `json:"what"`
	Basis   record.Basis `json:"basis"`
}

// ReadProcessing makes the record.
var ReadProcessing = define(Op[None, Processing]{
	Name: "read-processing", Role: Owner, Audit: NoLine("made of the settings; it names no caller"),
	Run: get((*Service).readProcessing),
})

func (s *Service) readProcessing(ctx context.Context) (Processing, error) {
	p := Processing{Made: s.o.Now(), Missing: []string{}, Transfers: "None. Nothing leaves the office."}
	b, _, err := s.o.Records.Profile()
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return p, err
	}
	part := func(name, value string) string {
		if strings.TrimSpace(value) == "" {
			p.Missing = append(p.Missing, name)
		}
		return value
	}
	p.Controller = strings.Join(slices.DeleteFunc([]string{
		part("name of the business", b.Name), part("street", b.Address.Street), part("city", b.Address.City), part("telephone", b.Contact.Phone),
		part("e-mail", b.Contact.Email),
	}, func(text string) bool { return text == "" }), ", ")
	p.Activities = []Activity{
		{
			"To answer the telephone, give information and put callers through", "people who call", "number, name, what was said, when",
			record.BasisInterest,
		},
		{"To take messages and call back", "people who call", "number, name, the message", record.BasisContract},
		{
			"To know who calls again, and to keep what the business has brought along", "people who call, contacts of the business",
			"what stands on the card", record.BasisInterest,
		},
		{
			"To show that callers' rights were kept (requests, consents, receipts, who did what)", "people who call, staff",
			"what was asked for and done, by whom", record.BasisObligation,
		},
	}
	set, err := s.readRecordingSettings(ctx)
	if err != nil {
		return p, err
	}
	if set.Mode != record.RecordingOff {
		p.Activities = append(p.Activities, Activity{
			"To hear again what was said", "people who call and have heard the notice", "the sound of the call", record.BasisConsent,
		})
	}
	p.Recipients = []string{
		"The people of the business who have an account at the box", "The telephone system of the office, over which the calls come",
	}
	rs, err := s.o.Records.Recipients()
	if err != nil {
		return p, err
	}
	for _, r := range rs {
		if r.On && r.Words {
			p.Recipients = append(p.Recipients, "Who is told of messages by "+string(r.Via)+": "+r.Name)
			if r.Via != record.ViaTelephone {
				p.Transfers = "None by the box itself. What the servers of those do who are told of messages is for the office to know."
			}
		}
	}
	cs, err := s.o.Records.Calendars()
	if err != nil {
		return p, err
	}
	for _, c := range cs {
		if c.On {
			p.Recipients = append(p.Recipients, "The server of the calendar, which gets the appointments that callers have confirmed: "+c.Name)
			p.Transfers = "None by the box itself. What the servers do to which it writes appointments and messages is for the office to know."
		}
	}
	fs, err := s.listFeeds(ctx)
	if err != nil {
		return p, err
	}
	for _, f := range fs {
		p.Recipients = append(p.Recipients, "Who reads "+f.Of+" in the network of the office, and gets "+f.Tells+": "+f.Name)
	}
	ds, err := s.o.Records.Directories()
	if err != nil {
		return p, err
	}
	for _, d := range ds {
		switch {
		case !d.On:
		case d.Kind == record.DirectoryLookup:
			p.Recipients = append(p.Recipients, "The system of the office that is asked who calls, and gets the number: "+d.Name)
		case d.WriteBack:
			p.Recipients = append(p.Recipients, "The address book of the office, which gets callers whose name is known: "+d.Name)
			p.Transfers = "None by the box itself. What the servers do to which it writes callers is for the office to know."
		}
	}
	local, helpers, err := s.helpers()
	if err != nil {
		return p, err
	}
	p.Recipients = append(p.Recipients, helpers...)
	if p.Keeping, err = s.keeping(ctx); err != nil {
		return p, err
	}
	p.Measures = []string{
		local,
		"Every record is encrypted with a key of the person it is about; recordings, too",
		"An erasure destroys that key, so that copies and backups are covered",
		"Who reads, plays, exports, changes or removes something is noted in a chain that shows when it was changed",
		"Accounts with roles, sign-in over TLS only",
	}
	return p, nil
}

// helpers says where speech is understood, and which computers help with that.
func (s *Service) helpers() (where string, who []string, err error) {
	hs, err := s.o.Records.EngineHosts()
	where = "All on one machine in the office: speech recognition, language model and voice run there; nothing is sent out"
	for _, h := range hs {
		if !h.On {
			continue
		}
		what := "the sound of what callers say"
		if h.Role == record.EngineText {
			what = "single sentences of callers"
		}
		who = append(who, "A computer of the office's own network that helps to understand, and gets "+what+": "+serverOf(h.URL))
		where = "All in the office: speech recognition, language model and voice run on one machine there, and a computer of the office's own " +
			"network helps; nothing is sent out of it"
	}
	return where, who, err
}

// Text is the record for people, in plain text.
func (p Processing) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Record of processing activities (GDPR Article 30), made %s\n\nController: %s\n", p.Made.Format("2 January 2006"),
		p.Controller)
	if len(p.Missing) > 0 {
		fmt.Fprintf(&b, "Missing in the profile: %s\n", strings.Join(p.Missing, ", "))
	}
	for _, a := range p.Activities {
		fmt.Fprintf(&b, "\n%s\n  Whose data: %s\n  What: %s\n  Ground: %s\n", a.Purpose, a.Whose, a.What,
			strings.ReplaceAll(string(a.Basis), "_", " "))
	}
	fmt.Fprintf(&b, "\nWho gets it:\n  %s\nOther countries: %s\n\nHow long it is kept:\n", strings.Join(p.Recipients, "\n  "), p.Transfers)
	names := make([]string, 0, len(p.Keeping))
	for n := range p.Keeping {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(&b, "  %s: %s\n", n, p.Keeping[n])
	}
	fmt.Fprintf(&b, "\nHow it is protected:\n  %s", strings.Join(p.Measures, "\n  "))
	return b.String()
}
