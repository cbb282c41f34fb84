package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
)

// Kinds of fields in a form.
const (
	lineField  = "line"
	textField  = "text" // several lines
	checkField = "check"
	dayField   = "day" // chosen from a calendar
)

// field is one field of a form. Its name is the path of the profile's field, as problems have it.
type field struct {
	Name    string
	Label   string
	Kind    string
	Value   string
	Checked bool
	Help    string
	Problem string
	Meant   bool // it is asked whether what was typed is meant so
}

// ID is the name as a page's anchor.
func (f field) ID() string { return strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(f.Name) }

// fieldset are fields that belong together: one service, one person.
type fieldset struct {
	Title  string // "" = no frame around them
	Note   string // what of it matters most, behind the title: a price, an extension
	Remove string // name of the box that takes the entry out; "" = it cannot be
	New    bool   // empty, to be filled in
	Fields []field
}

// sectionPage is a form for one section.
type sectionPage struct {
	Section  edit.Section
	Title    string
	Lead     string
	Revision int
	Sets     []*fieldset
	Problems []string // that belong to no field
	Faulty   []*field // that have a problem, for the summary
	Typed    bool     // what is shown was not kept
	Saved    bool
	Changed  bool // the draft differs from what is published
	Means    string
	Heard    string // what a caller hears
	Try      trial
	Next     edit.Section // "" after the last
	Notices  []hearable
	Year     *yearAhead // the public holidays, in their section
}

// formData is what a browser sent, by name of the field.
type formData struct{ values url.Values }

func (f formData) get(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(f.values.Get(name), "\r\n", "\n"))
}
func (f formData) line(name string) string { return strings.Join(strings.Fields(f.get(name)), " ") }
func (f formData) has(name string) bool    { return f.values.Get(name) != "" }

// words reads a list with commas between its entries.
func (f formData) words(name string) []string { return splitList(f.get(name), ",") }

// lines reads a list with an entry on each line.
func (f formData) lines(name string) []string { return splitList(f.get(name), "\n") }

func splitList(s, by string) []string {
	var out []string
	for _, w := range strings.Split(s, by) {
		if w = strings.Join(strings.Fields(w), " "); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// maxRows bounds how many entries a form may have.
const maxRows = 300

var rowName = regexp.MustCompile(`^[a-z]+\[(\d{1,3})\]\.`)

// rows is how many entries of a list a form has.
func (f formData) rows(list string) int {
	n := 0
	for name := range f.values {
		if m := rowName.FindStringSubmatch(name); m != nil && strings.HasPrefix(name, list+"[") {
			i, _ := strconv.Atoi(m[1]) // digits by the expression
			n = max(n, min(i+1, maxRows))
		}
	}
	return n
}

// showSection shows the form of a section with what is wrong in it.
func (p *pages) showSection(v *visit) (reply, error) {
	s := edit.Section(v.PathValue("section"))
	if !s.Valid() {
		return p.nothingHere(), nil
	}
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	page := newSectionPage(s, d, d.Business, v.now)
	page.Saved = v.URL.Query().Has("saved")
	page.mark(problemsOf(d, s))
	page.Changed = slices.ContainsFunc(d.Changes, func(c edit.Change) bool { return c.Section == s })
	return p.sectionReply(v, page, d.Business, 0)
}

func (p *pages) nothingHere() reply {
	return reply{
		page: "notice.html", title: "There is nothing here", data: notice{"The address may be mistyped, or the page may have moved."},
		code: http.StatusNotFound,
	}
}

// saveSection keeps what was typed in the draft. What cannot be kept, because it is no price or no number, stays in the form.
func (p *pages) saveSection(v *visit) (reply, error) {
	s := edit.Section(v.PathValue("section"))
	if !s.Valid() {
		return p.nothingHere(), nil
	}
	if err := v.ParseForm(); err != nil {
		return p.nothingHere(), nil //nolint:nilerr // Not a form of ours.
	}
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	f := formData{v.PostForm}
	typed, problems := readSection(s, f, d.Business)
	doubts := doubtsOf(s, f, typed)
	if len(problems)+len(doubts) > 0 {
		page := newSectionPage(s, d, typed, v.now)
		page.retype(f)
		page.Typed = true
		page.mark(problems)
		if len(problems) == 0 {
			page.ask(doubts)
		}
		return p.sectionReply(v, page, typed, http.StatusUnprocessableEntity)
	}
	kept := tidySection(s, f, typed)
	revision, _ := strconv.Atoi(f.get("revision"))
	_, err = service.SaveDraft.Do(detached(v), p.service, service.DraftChange{Revision: revision, Section: s, Business: kept})
	var conflict *service.ConflictError
	if errors.As(err, &conflict) {
		page := newSectionPage(s, d, typed, v.now)
		page.Typed = true
		page.Problems = []string{
			"This was changed meanwhile, in another window or by somebody else. Below is what you typed; to keep it, save again.",
		}
		return p.sectionReply(v, page, typed, http.StatusConflict)
	}
	if err != nil {
		return reply{}, err
	}
	p.statusCache.forget()
	return goTo("/business/" + string(s) + "?saved"), nil
}

func (p *pages) sectionReply(v *visit, page *sectionPage, b knowledge.Business, code int) (reply, error) {
	if page.Section == edit.Hours && len(page.Faulty) == 0 {
		page.Means = edit.Sentence(b.Hours)
		r, err := service.TryQuestion.Do(v.Context(), p.service, service.Trial{Question: "What are your opening hours?"})
		if err != nil {
			return reply{}, err
		}
		page.Heard = r.Said
	}
	if page.Section == edit.Notices {
		var err error
		if page.Notices, err = p.hearables(v); err != nil {
			return reply{}, err
		}
	}
	all := edit.Sections()
	for i, s := range all {
		if s == page.Section && i+1 < len(all) {
			page.Next = all[i+1]
		}
	}
	return reply{page: "section.html", title: page.Title, nav: navBusiness, data: page, code: code}, nil
}

// problemsOf are a draft's problems in one section, by path.
func problemsOf(d service.Draft, s edit.Section) []knowledge.Problem {
	var out []knowledge.Problem
	for _, p := range d.Problems {
		if p.Section == s {
			out = append(out, knowledge.Problem{Path: p.Path, Text: p.Text})
		}
	}
	return out
}

// mark puts each problem at its field: the one whose name is the longest beginning of the problem's path.
func (page *sectionPage) mark(problems []knowledge.Problem) {
	for _, p := range problems {
		var at *field
		for _, set := range page.Sets {
			for i := range set.Fields {
				f := &set.Fields[i]
				if within(p.Path, f.Name) && (at == nil || len(f.Name) > len(at.Name)) {
					at = f
				}
			}
		}
		if at != nil && at.Problem == "" {
			page.Faulty = append(page.Faulty, at)
		}
		switch {
		case at == nil:
			page.Problems = append(page.Problems, p.Error())
		case at.Problem == "":
			at.Problem = inwords.Capital(p.Text)
		default:
			at.Problem += "; " + p.Text
		}
	}
}

// meantName is the box by which the owner says that something doubtful is meant so.
const meantName = "meant"

// doubtsOf are what is asked about in a section before it is kept, by path; none when the owner has said that it is meant so.
func doubtsOf(s edit.Section, f formData, b knowledge.Business) (out []knowledge.Problem) {
	if s != edit.Hours || f.has(meantName) {
		return nil
	}
	for _, d := range edit.Doubts(b.Hours) {
		out = append(out, knowledge.Problem{Path: "hours", Text: d})
	}
	return out
}

// ask puts doubts at their fields, with a box to say that it is meant so.
func (page *sectionPage) ask(doubts []knowledge.Problem) {
	page.mark(doubts)
	for _, f := range page.Faulty {
		f.Meant = true
	}
}

// within reports whether a path is a field or lies inside it.
func within(path, name string) bool {
	rest, ok := strings.CutPrefix(path, name)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// retype puts back what was typed where it could not be read.
func (page *sectionPage) retype(f formData) {
	for _, set := range page.Sets {
		for i := range set.Fields {
			if x := &set.Fields[i]; x.Kind != checkField && f.values.Has(x.Name) {
				x.Value = f.get(x.Name)
			}
		}
	}
}

// newSectionPage makes the form of a section filled from b.
func newSectionPage(s edit.Section, d service.Draft, b knowledge.Business, now time.Time) *sectionPage {
	page := &sectionPage{Section: s, Title: s.Title(), Lead: leads(s), Revision: d.Revision, Changed: len(d.Changes) > 0}
	switch s {
	case edit.Card:
		page.card(b)
	case edit.Place:
		page.place(b)
	case edit.Hours:
		page.set("").text("hours", "Hours", edit.FormatDoor(b.Hours),
			`A row for each day or several: "Mon-Thu 8-12, 13-17", "Sat by appointment", "Sun closed".`)
	case edit.Holidays:
		page.holidays(b, now)
	case edit.Services:
		page.services(b)
	case edit.Staff:
		page.staff(b)
	case edit.Answers:
		page.answers(b)
	case edit.Emergency:
		page.set("").line("emergency.words", "Words", strings.Join(b.Emergency.Words, ", "),
			"With commas between them. Whoever says one of these hears the sentence below at once.").
			text("emergency.say", "What is said", b.Emergency.Say, "").
			line("emergency.extension", "Put through to extension", b.Emergency.Extension, "Leave empty to take an urgent message instead.")
	case edit.Transfer:
		page.set("").line("transfer.extension", "Extension", b.Transfer.Extension,
			"Where callers go who ask for a person. Leave empty to take a message instead.").
			line("transfer.next", "If nobody answers there", strings.Join(b.Transfer.Next, ", "),
				"Extensions with commas between them: they ring one after the other. After the last a message is taken.").
			check("transfer.always", "Put callers through outside opening hours too", b.Transfer.Always).
			check("transfer.announce", "Tell the person first who calls and why; only who presses 1 gets the call", b.Transfer.Announce)
	case edit.Notices:
		page.notices(b)
	}
	return page
}

// leads say what a section is for.
func leads(s edit.Section) string {
	switch s {
	case edit.Card:
		return "How the business is called, and the first words that a caller hears."
	case edit.Place:
		return "Where you are and how else you are reached. What is empty is never said."
	case edit.Hours:
		return "The normal week, as it stands on the door."
	case edit.Holidays:
		return "Days with other hours than the week has: public holidays, holidays of your own, and when you are closed for a time."
	case edit.Services:
		return "What you do, and what it costs if callers may know. A price is never guessed: what is empty is not known."
	case edit.Staff:
		return "Who works here. Callers are put through only to extensions that stand here."
	case edit.Answers:
		return "Questions callers ask, with your own words as the answer."
	case edit.Emergency:
		return "Words that change everything, and what is said then."
	case edit.Transfer:
		return "Where callers go who want to speak to a person."
	case edit.Notices:
		return "What callers have to be told, in your words. What is empty is said in ours. Hear a new wording before you publish it."
	}
	return ""
}

// set adds a fieldset.
func (page *sectionPage) set(title string) *fieldset {
	s := &fieldset{Title: title}
	page.Sets = append(page.Sets, s)
	return s
}

func (s *fieldset) line(name, label, value, help string) *fieldset {
	s.Fields = append(s.Fields, field{Name: name, Label: label, Kind: lineField, Value: value, Help: help})
	return s
}

func (s *fieldset) text(name, label, value, help string) *fieldset {
	s.Fields = append(s.Fields, field{Name: name, Label: label, Kind: textField, Value: value, Help: help})
	return s
}

func (s *fieldset) day(name, label, value, help string) *fieldset {
	kind := dayField
	if _, err := time.Parse(time.DateOnly, value); err != nil && value != "" {
		kind = lineField // a browser's calendar would not show it
	}
	s.Fields = append(s.Fields, field{Name: name, Label: label, Kind: kind, Value: value, Help: help})
	return s
}

func (s *fieldset) check(name, label string, checked bool) *fieldset {
	s.Fields = append(s.Fields, field{Name: name, Label: label, Kind: checkField, Checked: checked})
	return s
}

func (page *sectionPage) card(b knowledge.Business) {
	page.set("").line("name", "Name", b.Name, "As it is spoken.").
		line("trade", "What you are", b.Trade, `Such as "dental clinic".`).
		text("greeting", "Greeting", b.Greeting, "That an AI assistant answers is added when you leave it out.")
	page.set("What the rest is reckoned by").line("id", "Short name", b.ID,
		`Small letters and dashes, such as "bright-smile"; it stays with the records.`).
		line("time_zone", "Time zone", b.TimeZone, `Such as "America/Chicago".`).
		line("currency", "Currency", b.Currency, `Such as "USD".`).
		line("region", "Country", b.Region, `Two letters, such as "US"; telephone numbers are read by it.`).
		line("language", "Language", strings.Join(b.Tongues(), ", "), `"en" or "de"; "de, en" answers in German, and in English who speaks it.`)
}

func (page *sectionPage) place(b knowledge.Business) {
	a := b.Address
	page.set("Address").line("address.street", "Street", a.Street, "").line("address.city", "City", a.City, "").
		line("address.postcode", "Postcode", a.Postcode, "").line("address.state", "State", a.State, "").
		text("address.directions", "How to get there", a.Directions, "Whole sentences; they are read out.").
		text("address.parking", "Parking", a.Parking, "")
	page.set("Contact").line("contact.phone", "Telephone", b.Contact.Phone, "").line("contact.email", "E-mail", b.Contact.Email, "").
		line("contact.website", "Website", b.Contact.Website, "")
}

func (page *sectionPage) notices(b knowledge.Business) {
	n := b.Notices
	page.set("What callers are told").
		text("notices.assistant", "That no person answers", n.Assistant,
			"Said after the greeting, unless that says so. It can be worded, not left out.").
		text("notices.recording", "That the call is recorded", n.Recording,
			"Say, too, that the key nine refuses it. Said only when calls are recorded.").
		text("notices.ask", "Whether it may be recorded", n.Ask, "Said instead when callers are asked.").
		text("notices.privacy", "What becomes of what they say", n.Privacy, "Read out to who asks about privacy, and on the keys eight and four.")
	page.set("Who answers questions about data").line("notices.contact.name", "Name", n.Contact.Name, "Read out when a caller asks.").
		line("notices.contact.phone", "Telephone", n.Contact.Phone, "").line("notices.contact.email", "E-mail", n.Contact.Email, "")
}

// entries adds a fieldset for each entry of a list and an empty one for the next.
func entries[T any](page *sectionPage, list, kind string, all []T, name func(T) string, fill func(s *fieldset, path string, x T)) {
	for i := range len(all) + 1 {
		var x T
		s := page.set("Another " + kind)
		s.New = i == len(all)
		if path := fmt.Sprintf("%s[%d]", list, i); !s.New {
			x = all[i]
			if s.Title = name(x); s.Title == "" {
				s.Title = "A " + kind + " without a name"
			}
			s.Remove = path + ".remove"
			fill(s, path, x)
		} else {
			fill(s, path, x)
		}
	}
}

func (page *sectionPage) services(b knowledge.Business) {
	entries(page, "services", "service", b.Services, func(x knowledge.Service) string {
		return x.Name
	}, func(s *fieldset, path string, x knowledge.Service) {
		minutes := ""
		if x.Minutes != 0 {
			minutes = strconv.Itoa(x.Minutes)
		}
		s.Note = edit.FormatPrice(x.Price, b.Currency)
		s.line(path+".name", "Name", x.Name, "").
			line(path+".price", "Price", edit.FormatPrice(x.Price, b.Currency),
				`"65", "65.50", "from 80", "80-120 per hour" or "free". Empty when it is not to be said.`).
			line(path+".price.note", "More about the price", x.Price.Note, "A whole sentence.").
			text(path+".description", "Description", x.Description, "").
			line(path+".also", "Other words callers use", strings.Join(x.Also, ", "), "With commas between them.").
			line(path+".minutes", "How long it takes, in minutes", minutes, "")
	})
}

func (page *sectionPage) staff(b knowledge.Business) {
	entries(page, "staff", "person", b.Staff, func(x knowledge.Person) string {
		return x.Name
	}, func(s *fieldset, path string, x knowledge.Person) {
		hours := ""
		if x.Hours != nil {
			hours = edit.FormatDoor(*x.Hours)
		}
		if x.Extension != "" {
			s.Note = "extension " + x.Extension
		}
		s.line(path+".name", "Name", x.Name, "").line(path+".role", "Role", x.Role, "").text(path+".about", "About", x.About, "Whole sentences.").
			line(path+".extension", "Extension", x.Extension, "Empty: nobody is put through.").
			line(path+".also", "Other names", strings.Join(x.Also, ", "), "With commas between them.").
			text(path+".hours", "Hours", hours, "As on the door. Empty when callers are not told.").
			day(path+".away", "Away until", x.Away, "The last day. Until then nobody is put through, and callers hear that the person is not here.")
	})
}

func (page *sectionPage) answers(b knowledge.Business) {
	entries(page, "answers", "question", b.Answers, func(x knowledge.Answer) string {
		return x.Question
	}, func(s *fieldset, path string, x knowledge.Answer) {
		s.line(path+".question", "Question", x.Question, "").text(path+".reply", "Answer", x.Reply, "Spoken as you write it.").
			text(path+".also", "Other ways to ask it", strings.Join(x.Also, "\n"), "One on each line.")
	})
}
