package web

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
)

// sectionForm reads a form into a section.
type sectionForm struct {
	formData
	problems []knowledge.Problem
}

func (f *sectionForm) problem(path, text string) {
	f.problems = append(f.problems, knowledge.Problem{Path: path, Text: text})
}

// readSection returns b with a section as it was typed, entries that are empty or to be taken out included, so that they keep
// their places in the form; and what could not be read.
func readSection(s edit.Section, in formData, b knowledge.Business) (knowledge.Business, []knowledge.Problem) {
	f := &sectionForm{formData: in}
	switch s {
	case edit.Card:
		b.Name, b.Trade, b.Greeting, b.ID = f.line("name"), f.line("trade"), f.line("greeting"), f.line("id")
		b.TimeZone, b.Currency, b.Region = f.line("time_zone"), strings.ToUpper(f.line("currency")), strings.ToUpper(f.line("region"))
		b.Language, b.Languages = f.line("language"), nil
		if tags := strings.FieldsFunc(b.Language, func(r rune) bool { return r == ',' || r == ' ' }); len(tags) > 1 {
			b.Language, b.Languages = "", tags
		}
	case edit.Place:
		b.Address = knowledge.Address{
			Street: f.line("address.street"), City: f.line("address.city"), Postcode: f.line("address.postcode"), State: f.line("address.state"),
			Directions: f.line("address.directions"), Parking: f.line("address.parking"),
		}
		b.Contact = knowledge.Contact{Phone: f.line("contact.phone"), Email: f.line("contact.email"), Website: f.line("contact.website")}
	case edit.Hours:
		b.Hours = f.door("hours")
	case edit.Holidays:
		b.Holidays = readRows(f, "holidays", f.holiday)
	case edit.Services:
		b.Services = readRows(f, "services", func(path string) knowledge.Service { return f.service(path, b.Currency) })
	case edit.Staff:
		b.Staff = readRows(f, "staff", f.person)
	case edit.Answers:
		b.Answers = readRows(f, "answers", func(path string) knowledge.Answer {
			return knowledge.Answer{Question: f.line(path + ".question"), Reply: f.line(path + ".reply"), Also: f.lines(path + ".also")}
		})
	case edit.Emergency:
		b.Emergency = knowledge.Emergency{
			Words: f.words("emergency.words"), Say: f.line("emergency.say"), Extension: f.line("emergency.extension"),
		}
	case edit.Transfer:
		b.Transfer = knowledge.Transfer{
			Extension: f.line("transfer.extension"), Next: f.words("transfer.next"), Always: f.has("transfer.always"),
			Announce: f.has("transfer.announce"),
		}
	case edit.Notices:
		b.Notices = knowledge.Notices{
			Assistant: f.line("notices.assistant"), Recording: f.line("notices.recording"), Ask: f.line("notices.ask"),
			Privacy: f.line("notices.privacy"), Contact: knowledge.PrivacyContact{
				Name: f.line("notices.contact.name"), Phone: f.line("notices.contact.phone"), Email: f.line("notices.contact.email"),
			},
		}
	}
	return b, f.problems
}

// readRows reads the entries of a list.
func readRows[T any](f *sectionForm, list string, read func(path string) T) []T {
	var out []T
	for i := range f.rows(list) {
		out = append(out, read(fmt.Sprintf("%s[%d]", list, i)))
	}
	return out
}

func (f *sectionForm) service(path, currency string) knowledge.Service {
	s := knowledge.Service{
		Name: f.line(path + ".name"), Description: f.line(path + ".description"), Also: f.words(path + ".also"),
	}
	if f.has(path + ".remove") {
		return s
	}
	price, err := edit.ParsePrice(f.line(path+".price"), currency)
	if err != nil {
		f.problem(path+".price", err.Error())
	}
	s.Price = price
	s.Price.Note = f.line(path + ".price.note")
	if m := f.line(path + ".minutes"); m != "" {
		if s.Minutes, err = strconv.Atoi(m); err != nil || s.Minutes < 0 {
			s.Minutes = 0
			f.problem(path+".minutes", `is not a number of minutes; write "45"`)
		}
	}
	return s
}

func (f *sectionForm) person(path string) knowledge.Person {
	p := knowledge.Person{
		Name: f.line(path + ".name"), Role: f.line(path + ".role"), About: f.line(path + ".about"), Extension: f.line(path + ".extension"),
		Also: f.words(path + ".also"), Away: f.line(path + ".away"),
	}
	if f.get(path+".hours") != "" && !f.has(path+".remove") {
		h := f.door(path + ".hours")
		p.Hours = &h
	}
	return p
}

// door reads opening hours.
func (f *sectionForm) door(path string) knowledge.Hours {
	h, err := edit.ParseDoor(f.get(path))
	var rows edit.RowErrors
	if errors.As(err, &rows) {
		for _, r := range rows {
			f.problem(path, r.Error())
		}
	}
	return h
}

// tidySection leaves out entries that are empty or to be taken out.
func tidySection(s edit.Section, f formData, b knowledge.Business) knowledge.Business {
	switch s {
	case edit.Holidays:
		b.Holidays = tidyRows(f, "holidays", b.Holidays, func(h knowledge.Holiday) bool { return h == knowledge.Holiday{} })
	case edit.Services:
		b.Services = tidyRows(f, "services", b.Services, func(x knowledge.Service) bool {
			return x.Name == "" && x.Description == "" && len(x.Also) == 0 && x.Price == knowledge.Price{} && x.Minutes == 0
		})
	case edit.Staff:
		b.Staff = tidyRows(f, "staff", b.Staff, func(x knowledge.Person) bool {
			return x.Name == "" && x.Role == "" && x.About == "" && x.Extension == "" && len(x.Also) == 0 && x.Hours == nil
		})
	case edit.Answers:
		b.Answers = tidyRows(f, "answers", b.Answers, func(x knowledge.Answer) bool {
			return x.Question == "" && x.Reply == "" && len(x.Also) == 0
		})
	case edit.Card, edit.Place, edit.Hours, edit.Emergency, edit.Transfer, edit.Notices:
	}
	return b
}

func tidyRows[T any](f formData, list string, all []T, isEmpty func(T) bool) []T {
	var out []T
	for i, x := range all {
		if !isEmpty(x) && !f.has(fmt.Sprintf("%s[%d].remove", list, i)) {
			out = append(out, x)
		}
	}
	return out
}

// says sums a section up in a line.
func says(s edit.Section, b knowledge.Business) string {
	count := func(n int, one, many string) string {
		switch n {
		case 0:
			return "none"
		case 1:
			return "1 " + one
		}
		return fmt.Sprintf("%d %s", n, many)
	}
	switch s {
	case edit.Card:
		return b.Name
	case edit.Place:
		return strings.Trim(b.Address.Street+", "+b.Address.City, ", ")
	case edit.Hours:
		return edit.Sentence(b.Hours)
	case edit.Holidays:
		return count(len(b.Holidays), "holiday", "holidays")
	case edit.Services:
		return count(len(b.Services), "service", "services")
	case edit.Staff:
		return count(len(b.Staff), "person", "people")
	case edit.Answers:
		return count(len(b.Answers), "question", "questions")
	case edit.Emergency:
		return count(len(b.Emergency.Words), "word", "words")
	case edit.Transfer:
		if b.Transfer.Extension == "" {
			return "A message is taken."
		}
		return "To extension " + b.Transfer.Extension
	case edit.Notices:
		if b.Notices.Contact.Name == "" {
			return "Nobody is named for questions about privacy."
		}
		return "Questions about privacy: " + b.Notices.Contact.Name
	}
	return ""
}

// sourceOf names a field of the profile as the forms do: "services[5].price" is "Services and prices, crown".
func sourceOf(path string, b knowledge.Business) source {
	s := edit.Of(path)
	out := source{Section: s, Text: s.Title()}
	list, rest, _ := strings.Cut(path, "[")
	number, _, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 {
		return out
	}
	name := ""
	switch {
	case list == "services" && i < len(b.Services):
		name = b.Services[i].Name
	case list == "staff" && i < len(b.Staff):
		name = b.Staff[i].Name
	case list == "answers" && i < len(b.Answers):
		name = b.Answers[i].Question
	case list == "holidays" && i < len(b.Holidays):
		name = b.Holidays[i].Name
	}
	if name != "" {
		out.Text += ": " + name
	}
	return out
}
