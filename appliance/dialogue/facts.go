package dialogue

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/knowledge"
)

// maxListed is how many items a caller can keep in mind; more are summed up.
const maxListed = 6

// fact answers one question. What the profile does not say goes to unasked, for the owner's list.
func (c *Conversation) fact(a hearing.Ask, by string) {
	a = c.inherit(a)
	c.topic = a
	text, source := c.answerTo(a)
	if text == "" && c.state != choosing && c.state != whichService {
		c.unasked = a.Text
		return
	}
	c.decide("answer."+string(a.Intent), by, source)
	c.say(text)
}

// inherit completes a question by the one before, as "how much is that?" does.
func (c *Conversation) inherit(a hearing.Ask) hearing.Ask {
	switch a.Intent {
	case hearing.Price, hearing.Duration:
		if len(a.Services) == 0 && len(a.Unknown) == 0 && len(c.topic.Services) > 0 && refersBack(a.Text) {
			a.Services = c.topic.Services
		}
	}
	return a
}

// refersBack says whether a question speaks of "that" or "it".
func refersBack(text string) bool {
	return slices.ContainsFunc(knowledge.Words(text), func(w string) bool { return w == "it" || w == "that" || w == "this" || w == "those" || w == "they" })
}

// answerTo returns the answer from the profile and the field that it came from; "" when the profile does not say.
func (c *Conversation) answerTo(a hearing.Ask) (text, source string) {
	switch a.Intent {
	case hearing.Hours:
		return c.hours(a)
	case hearing.Holidays:
		return c.holidays()
	case hearing.Price:
		return c.prices(a)
	case hearing.Duration:
		return c.durations(a)
	case hearing.Service:
		return c.serviceInfo(a)
	case hearing.Services:
		return c.serviceList()
	case hearing.Staff:
		return c.staff(a)
	case hearing.Answer:
		return c.aloud(c.biz.Answers[a.Answer].Reply), fmt.Sprintf("answers[%d]", a.Answer)
	case hearing.Business:
		return textYoureAt + c.aloud(c.biz.Name) + ".", "name"
	}
	return c.place(a.Intent)
}

// place answers where and how to reach the business.
func (c *Conversation) place(i hearing.Intent) (text, source string) {
	b := c.biz
	switch i {
	case hearing.Address:
		if w := knowledge.AddressWords(b.Address, b.Region); w != "" {
			return "Our address is " + w + ".", "address"
		}
	case hearing.Directions:
		if b.Address.Directions != "" {
			return c.aloud(b.Address.Directions), "address.directions"
		}
		return c.place(hearing.Address)
	case hearing.Parking:
		if b.Address.Parking != "" {
			return c.aloud(b.Address.Parking), "address.parking"
		}
	case hearing.Phone:
		if b.Contact.Phone != "" {
			return "Our number is " + knowledge.Phone(b.Contact.Phone, b.Region) + ".", "contact.phone"
		}
	case hearing.Email:
		if b.Contact.Email != "" {
			return "Our e-mail address is " + knowledge.MailWords(b.Contact.Email) + ".", "contact.email"
		}
	case hearing.Website:
		if b.Contact.Website != "" {
			return "Our website is " + knowledge.WebWords(b.Contact.Website) + ".", "contact.website"
		}
	}
	return "", ""
}

func (c *Conversation) aloud(s string) string { return knowledge.Aloud(s, c.biz.Region) }

// prices answers what named services cost, or asks which one is meant.
func (c *Conversation) prices(a hearing.Ask) (text, source string) {
	if len(a.Services) == 0 {
		if len(a.Unknown) > 0 {
			return "", ""
		}
		c.state, c.choose = whichService, a
		return c.whichText("Which service would you like the price for? For example "), "services"
	}
	return c.each(a, "price", c.price)
}

// durations answers how long named services take.
func (c *Conversation) durations(a hearing.Ask) (text, source string) {
	if len(a.Services) == 0 {
		return "", ""
	}
	return c.each(a, "minutes", func(s knowledge.Service) string {
		if s.Minutes == 0 {
			return ""
		}
		return "For " + c.aloud(s.Name) + " we plan " + minutes(s.Minutes) + "."
	})
}

// minutes reads a length of time.
func minutes(n int) string {
	h, m := n/60, n%60
	var parts []string
	if h > 0 {
		parts = append(parts, knowledge.Number(h)+plural(h, " hour"))
	}
	if m > 0 {
		parts = append(parts, knowledge.Number(m)+plural(m, " minute"))
	}
	return strings.Join(parts, " and ")
}

func plural(n int, unit string) string {
	if n == 1 {
		return unit
	}
	return unit + "s"
}

// serviceInfo says that a service is offered, what it is and what it costs.
func (c *Conversation) serviceInfo(a hearing.Ask) (text, source string) {
	if len(a.Services) == 0 {
		return "", ""
	}
	return c.each(a, "", func(s knowledge.Service) string {
		out := "Yes, we offer " + c.aloud(s.Name) + "."
		if s.Description != "" {
			out += " " + c.aloud(s.Description)
		}
		if len(a.Services) == 1 {
			out += " " + c.price(s)
		}
		return strings.TrimSpace(out)
	})
}

// each answers for every service that was named; where two fit equally well both are answered, where more do it is asked back.
func (c *Conversation) each(a hearing.Ask, field string, say func(knowledge.Service) string) (text, source string) {
	var out, from []string
	var seen []int
	for _, m := range a.Services {
		if len(m.Items) > 2 {
			c.state, c.choose = choosing, a
			c.choose.Services = []knowledge.Mention{m}
			return c.chooseText(m.Items), "services"
		}
		for _, i := range m.Items {
			if slices.Contains(seen, i) || len(seen) == 3 {
				continue
			}
			seen = append(seen, i)
			t := say(c.biz.Services[i])
			if t == "" {
				c.unasked = a.Text
				if field == "price" {
					c.admitted = true
					t = textNoPrice + c.aloud(c.biz.Services[i].Name) + "."
				}
			}
			out = append(out, t)
			from = append(from, strings.TrimSuffix(fmt.Sprintf("services[%d].%s", i, field), "."))
		}
	}
	return strings.TrimSpace(strings.Join(out, " ")), strings.Join(from, " ")
}

// price says what a service costs; "" when the profile does not.
func (c *Conversation) price(s knowledge.Service) string {
	name, words := c.aloud(s.Name), knowledge.PriceWords(s.Price, c.biz.Currency)
	out := ""
	switch {
	case s.Price.Free:
		out = "There is no charge for " + name + "."
	case s.Price.From > 0 && s.Price.To == 0:
		out = "The price for " + name + " starts at " + strings.TrimPrefix(words, "from ") + "."
	case words != "":
		out = "The price for " + name + " is " + words + "."
	}
	if s.Price.Note != "" {
		out += " " + c.aloud(s.Price.Note)
	}
	return strings.TrimSpace(out)
}

func (c *Conversation) names(items []int) []string {
	var out []string
	for _, i := range items {
		out = append(out, c.aloud(c.biz.Services[i].Name))
	}
	return out
}

func (c *Conversation) chooseText(items []int) string {
	return "Do you mean " + knowledge.List(c.names(items[:min(len(items), maxListed)]), "or") + "?"
}

// whichText asks for a service with three examples.
func (c *Conversation) whichText(lead string) string {
	n := min(3, len(c.biz.Services))
	if n == 0 {
		return "Which service do you mean?"
	}
	var items []int
	for i := range n {
		items = append(items, i)
	}
	return lead + knowledge.List(c.names(items), "or") + "."
}

func (c *Conversation) serviceList() (text, source string) {
	n := len(c.biz.Services)
	if n == 0 {
		return "", ""
	}
	var items []int
	for i := range min(n, maxListed) {
		items = append(items, i)
	}
	names := c.names(items)
	if n > maxListed {
		return "We offer " + strings.Join(names, ", ") + ", and more. You can ask me about any of them.", "services"
	}
	return "We offer " + knowledge.List(names, "and") + ".", "services"
}

// staff says who works there, who has a role, or who somebody is.
func (c *Conversation) staff(a hearing.Ask) (text, source string) {
	if len(c.biz.Staff) == 0 {
		return "", ""
	}
	if len(a.Staff) > 0 {
		m := a.Staff[0]
		var out []string
		for _, i := range m.Items[:min(2, len(m.Items))] {
			out = append(out, c.introduce(c.biz.Staff[i]))
		}
		return strings.Join(out, " "), fmt.Sprintf("staff[%d]", m.Items[0])
	}
	if len(a.Roles) > 0 {
		items := a.Roles[0].Items
		if len(items) == 1 {
			return c.introduce(c.biz.Staff[items[0]]), fmt.Sprintf("staff[%d]", items[0])
		}
		var names []string
		for _, i := range items[:min(len(items), maxListed)] {
			names = append(names, c.aloud(c.biz.Staff[i].Name)+", "+c.aloud(c.biz.Staff[i].Role))
		}
		return "That would be " + strings.Join(names, "; or ") + ".", "staff"
	}
	if len(a.Services) > 0 {
		if i := c.whoDoes(a.Services[0].Items[0]); i >= 0 {
			return c.introduce(c.biz.Staff[i]), fmt.Sprintf("staff[%d].about", i)
		}
		return "", ""
	}
	var names []string
	for _, p := range c.biz.Staff[:min(len(c.biz.Staff), maxListed)] {
		n := c.aloud(p.Name)
		if p.Role != "" {
			n += ", " + c.aloud(p.Role)
		}
		names = append(names, n)
	}
	return "With us you find " + strings.Join(names, "; ") + ".", "staff"
}

// whoDoes finds the one whose description names a service, or -1.
func (c *Conversation) whoDoes(service int) int {
	for i, p := range c.biz.Staff {
		for _, m := range c.reader.Index().Services(knowledge.Words(p.About)) {
			if slices.Contains(m.Items, service) {
				return i
			}
		}
	}
	return -1
}

// introduce says who a person is.
func (c *Conversation) introduce(p knowledge.Person) string {
	name := c.aloud(p.Name)
	out := name + " works with us."
	if p.Role != "" {
		out = name + " is our " + c.aloud(p.Role) + "."
	}
	if p.About != "" {
		out += " " + c.aloud(p.About)
	}
	return out
}
