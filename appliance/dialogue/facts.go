package dialogue

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// maxListed is how many items a caller can keep in mind; more are summed up.
const maxListed = 6

// fact answers one question. What the profile does not say goes to unasked, for the owner's list.
func (c *Conversation) fact(a understanding.Ask, by string) {
	a = c.inherit(a)
	if a.Intent != understanding.Detail { // which goes on about the same
		c.topic = c.withService(a)
	}
	c.why = a
	lines, source := c.answerTo(a)
	if len(lines) == 0 && c.state != choosing && c.state != whichService {
		c.unasked = a.Text
		return
	}
	if a.Intent == understanding.Service { // which told what it is
		for _, m := range a.Services {
			c.described = append(c.described, m.Items...)
		}
	}
	c.decide("answer."+string(a.Intent), by, source)
	c.say(lines...)
}

// inherit completes a question by the one before, as "how much is that?" does.
func (c *Conversation) inherit(a understanding.Ask) understanding.Ask {
	switch a.Intent {
	case understanding.Price, understanding.Duration:
		if (len(a.Services) == 0 || a.Guessed) && len(c.topic.Services) > 0 && c.lang.RefersBack(c.lang.Words(a.Text)) {
			a.Services = c.topic.Services
		}
	}
	return a
}

// withService is a with the one service that an answer speaks of, so that "how much is that?" may follow.
func (c *Conversation) withService(a understanding.Ask) understanding.Ask {
	if a.Intent != understanding.Answer || len(a.Services) > 0 {
		return a
	}
	x := c.biz.Answers[a.Answer]
	for _, text := range []string{x.Question, x.Reply} {
		var one []knowledge.Mention
		for _, m := range c.reader().Index().Services(c.lang.Words(text)) {
			if m.Score >= namedWhole && len(m.Items) == 1 {
				one = append(one, m)
			}
		}
		if len(one) == 1 {
			a.Services = one
			break
		}
	}
	return a
}

// namedWhole is how well a text must name a service to be about it.
const namedWhole = 0.9

// answerTo returns the answer from the profile and the field that it came from; nothing when the profile does not say.
func (c *Conversation) answerTo(a understanding.Ask) (lines []language.Line, source string) {
	if c.biz.Nobody() && a.Intent != understanding.Business {
		return nil, ""
	}
	switch a.Intent {
	case understanding.Hours:
		return c.hours(a)
	case understanding.Holidays:
		if len(a.When.Days) == 1 { // one of them
			return c.hours(a)
		}
		return c.holidays()
	case understanding.Price:
		return c.prices(a)
	case understanding.Duration:
		return c.durations(a)
	case understanding.Service:
		return c.serviceInfo(a)
	case understanding.Services:
		return c.serviceList()
	case understanding.Staff:
		return c.staff(a)
	case understanding.Answer:
		x := c.biz.Answers[a.Answer]
		if a.Doubt || a.Score < plainlyTold || !c.asksThat(a, x) { // the owner's yes or no answers the owner's question
			x.Reply = language.WithoutReply(c.lang, x.Reply)
		}
		return one(owner(x.Reply)), cmp.Or(x.Source, fmt.Sprintf("answers[%d]", a.Answer))
	case understanding.Detail:
		return one(owner(a.Sentence)), a.Source
	case understanding.Quote:
		line, source := Quote(c.biz.Passages[a.Passage], a.Text, c.spoken[0])
		return one(line), source
	case understanding.Business:
		return one(language.K(language.TextBusiness, language.Args{Business: c.biz.Name})), "name"
	}
	return c.place(a.Intent)
}

// asksThat says whether a caller's words are mostly those of the owner's question or reply, and hold no number that neither has: a yes to
// "Do you take dogs?" is none to "my dog weighs forty-five kilos, can she come?".
func (c *Conversation) asksThat(a understanding.Ask, x knowledge.Answer) bool {
	told := strings.Join(append([]string{x.Question, x.Reply, a.Because}, x.Also...), " ") // Because: what the owner has taught
	words := c.lang.Words(a.Text)
	numbered := c.lang.Words(told)
	return (a.Text == "" || c.takesUp(words, told)) && !slices.ContainsFunc(words, func(w string) bool {
		return c.lang.ReadDigits(w).Digits != "" && !slices.Contains(numbered, w)
	})
}

// one is a single line.
func one(l language.Line) []language.Line { return []language.Line{l} }

// place answers where and how to reach the business.
func (c *Conversation) place(i understanding.Intent) (lines []language.Line, source string) {
	b := c.biz
	switch i {
	case understanding.Address:
		if b.Address.Street != "" || b.Address.City != "" || b.Address.State != "" {
			return one(language.K(language.TextAddress, language.Args{Address: b.Address})), "address"
		}
	case understanding.Directions:
		if b.Address.Directions != "" {
			return one(owner(b.Address.Directions)), "address.directions"
		}
		return c.place(understanding.Address)
	case understanding.Parking:
		if b.Address.Parking != "" {
			return one(owner(b.Address.Parking)), "address.parking"
		}
	case understanding.Phone:
		if b.Contact.Phone != "" {
			return one(language.K(language.TextPhone, language.Args{Number: b.Contact.Phone})), "contact.phone"
		}
	case understanding.Email:
		if b.Contact.Email != "" {
			return one(language.K(language.TextEmail, language.Args{Text: b.Contact.Email})), "contact.email"
		}
	case understanding.Website:
		if b.Contact.Website != "" {
			return one(language.K(language.TextWebsite, language.Args{Text: b.Contact.Website})), "contact.website"
		}
	}
	return nil, ""
}

// prices answers what named services cost, or asks which one is meant.
func (c *Conversation) prices(a understanding.Ask) (lines []language.Line, source string) {
	if len(a.Services) == 0 {
		c.state, c.choose = whichService, a
		return one(c.whichText(language.TextWhichPrice, a.Likely...)), "services"
	}
	words := c.lang.Words(a.Text)
	return c.each(a, "price", func(s knowledge.Service) []language.Line {
		lines := c.price(s)
		if n := c.counted(s, words); n > 1 {
			sum := language.K(language.TextSum, language.Args{Count: n, Price: knowledge.Price{Amount: n * s.Price.Amount}})
			lines = slices.Insert(lines, 1, sum)
		}
		return lines
	})
}

// countMost is the largest number of units whose price is worked out; more are no question that a caller asks.
const countMost = 200

// counted is of how many units of a service the price is asked for: "six locks" at a price per lock. 0 where that is not said, and where
// a sum is not the price times so many.
func (c *Conversation) counted(s knowledge.Service, words []string) int {
	unit := c.lang.Words(s.Price.Unit)
	if s.Price.Amount == 0 || s.Price.From > 0 || s.Price.To > 0 || len(unit) == 0 {
		return 0
	}
	noun := unit[len(unit)-1]
	found := 0
	for i, w := range words {
		n, err := strconv.Atoi(c.lang.ReadDigits(w).Digits)
		if err != nil || n < 2 || n > countMost {
			continue
		}
		behind := words[i+1 : min(i+3, len(words))]
		if !slices.ContainsFunc(behind, func(x string) bool {
			return c.lang.Root(x) == c.lang.Root(noun) || c.lang.Heads(noun) && c.lang.Heads(x)
		}) {
			continue
		}
		if found > 0 { // "two adults and three children"
			return 0
		}
		found = n
	}
	return found
}

// durations answers how long named services take.
func (c *Conversation) durations(a understanding.Ask) (lines []language.Line, source string) {
	if len(a.Services) == 0 {
		return nil, ""
	}
	return c.each(a, "minutes", func(s knowledge.Service) []language.Line {
		if s.Minutes == 0 {
			return nil
		}
		return one(language.K(language.TextDuration, language.Args{Service: s.Name, Minutes: s.Minutes}))
	})
}

// serviceInfo says that a service is offered, what it is and what it costs.
func (c *Conversation) serviceInfo(a understanding.Ask) (lines []language.Line, source string) {
	if len(a.Services) == 0 {
		return nil, ""
	}
	return c.each(a, "", func(s knowledge.Service) []language.Line {
		offered := language.TextOffered
		if a.Doubt || a.Services[0].Score < namedWhole && a.Services[0].Score > 0 { // "do you sell veils" names half of "veil alterations"
			offered = language.TextGuessOffered
		}
		out := []language.Line{language.K(offered, language.Args{Service: s.Name})}
		if s.Description != "" {
			out = append(out, owner(s.Description))
		}
		if len(a.Services) == 1 {
			out = append(out, c.price(s)...)
		}
		return out
	})
}

// each answers for every service that was named; where two fit equally well both are answered, where more do it is asked back.
func (c *Conversation) each(a understanding.Ask, field string,
	say func(knowledge.Service) []language.Line) (lines []language.Line, source string) {
	var from []string
	var seen []int
	for _, m := range a.Services {
		if len(m.Items) > 2 {
			c.state, c.choose = choosing, a
			c.choose.Services = []knowledge.Mention{m}
			return one(c.chooseText(m.Items)), "services"
		}
		for _, i := range m.Items {
			if slices.Contains(seen, i) || len(seen) == 3 {
				continue
			}
			seen = append(seen, i)
			said := say(c.biz.Services[i])
			if len(said) == 0 {
				c.unasked = a.Text
				if field == "price" {
					c.admitted = true
					said = one(language.K(language.TextNoPrice, language.Args{Service: c.biz.Services[i].Name}))
					if about := c.biz.Services[i].Description; about != "" && !slices.Contains(c.described, i) { // which may tell it
						said = append(said, owner(about))
						c.described = append(c.described, i)
					}
				}
			}
			lines = append(lines, said...)
			from = append(from, strings.TrimSuffix(fmt.Sprintf("services[%d].%s", i, field), "."))
		}
	}
	return lines, strings.Join(from, " ")
}

// price says what a service costs; nothing when the profile does not.
func (c *Conversation) price(s knowledge.Service) (lines []language.Line) {
	if p := s.Price; p.Free || p.Amount > 0 || p.From > 0 || p.To > 0 {
		lines = append(lines, language.K(language.TextPrice, language.Args{Service: s.Name, Price: p}))
	}
	if s.Price.Note != "" {
		lines = append(lines, owner(s.Price.Note))
	}
	return lines
}

func (c *Conversation) names(items []int) []string {
	var out []string
	for _, i := range items {
		out = append(out, c.biz.Services[i].Name)
	}
	return out
}

func (c *Conversation) chooseText(items []int) language.Line {
	return language.K(language.TextChoose, language.Args{Items: c.names(items[:min(len(items), maxListed)])})
}

// examplesMost is how many services are named as examples.
const examplesMost = 3

// whichText asks by a key for a service, with examples: the likely ones, if there are enough of them to choose from.
func (c *Conversation) whichText(k language.Key, likely ...int) language.Line {
	if len(c.biz.Services) == 0 {
		return language.K(language.TextWhichService)
	}
	if len(likely) > 1 {
		return language.K(k, language.Args{Items: c.names(likely[:min(examplesMost, len(likely))])})
	}
	return language.K(k, language.Args{Items: c.firstServices(examplesMost)})
}

// firstServices are the names of the first services of the profile, n at the most.
func (c *Conversation) firstServices(n int) []string {
	var out []string
	for _, s := range c.biz.Services[:min(n, len(c.biz.Services))] {
		out = append(out, s.Name)
	}
	return out
}

func (c *Conversation) serviceList() (lines []language.Line, source string) {
	n := len(c.biz.Services)
	if n == 0 {
		return nil, ""
	}
	return one(language.K(language.TextServices, language.Args{Items: c.firstServices(maxListed), More: n > maxListed})), "services"
}

// staff says who works there, who has a role, or who somebody is.
func (c *Conversation) staff(a understanding.Ask) (lines []language.Line, source string) {
	switch {
	case len(c.biz.Staff) == 0:
		return nil, ""
	case len(a.Staff) > 0:
		m := a.Staff[0]
		for _, i := range m.Items[:min(2, len(m.Items))] {
			lines = append(lines, c.introduce(c.biz.Staff[i])...)
		}
		return lines, fmt.Sprintf("staff[%d]", m.Items[0])
	case len(a.Roles) > 0 && len(a.Roles[0].Items) == 1:
		i := a.Roles[0].Items[0]
		return c.introduce(c.biz.Staff[i]), fmt.Sprintf("staff[%d]", i)
	case len(a.Roles) > 0:
		var some []knowledge.Person
		for _, i := range a.Roles[0].Items {
			some = append(some, c.biz.Staff[i])
		}
		return one(people(language.TextRole, some)), "staff"
	case len(a.Services) > 0:
		if i := c.whoDoes(a.Services[0].Items[0]); i >= 0 {
			return c.introduce(c.biz.Staff[i]), fmt.Sprintf("staff[%d].about", i)
		}
		return nil, ""
	}
	return one(people(language.TextStaff, c.biz.Staff)), "staff"
}

// people lists persons under a key, as many as a caller can keep in mind.
func people(k language.Key, some []knowledge.Person) language.Line {
	var a language.Args
	for _, p := range some[:min(len(some), maxListed)] {
		a.People = append(a.People, language.Person{Name: p.Name, Role: p.Role})
	}
	return language.K(k, a)
}

// whoDoes finds the one whose description names a service, or -1.
func (c *Conversation) whoDoes(service int) int {
	for i, p := range c.biz.Staff {
		for _, m := range c.reader().Index().Services(c.lang.Words(p.About)) {
			if slices.Contains(m.Items, service) {
				return i
			}
		}
	}
	return -1
}

// introduce says who a person is.
func (c *Conversation) introduce(p knowledge.Person) []language.Line {
	lines := one(language.K(language.TextIntroduce, language.Args{Person: p.Name, Role: p.Role}))
	if p.About != "" {
		lines = append(lines, owner(p.About))
	}
	return lines
}
