package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// passedOn adds the wish that the office be told, or see to something, where a turn says so and was read as something else.
func (c *Conversation) passedOn(ev Heard, r understanding.Reading) understanding.Reading {
	switch c.state {
	case idle, guessing, offered:
	default:
		return r
	}
	taken := func(a understanding.Ask) bool {
		return understanding.TakenDown(a.Intent) || a.Intent == understanding.Person || a.Intent == understanding.Privacy || dangerous(a) ||
			a.Intent == understanding.NeverMind
	}
	if c.child || c.opt.NoMessages || !c.lang.AsksToPassOn(c.lang.Words(ev.Text)) || slices.ContainsFunc(r.Asks, taken) ||
		c.lang.Endangers(r.Words) || c.lang.YesNo(r.Words) != language.Neither || len(r.Weak) > 0 && dangerous(r.Weak[0]) {
		return r
	}
	asks := slices.DeleteFunc(slices.Clone(r.Asks), func(a understanding.Ask) bool {
		return !understanding.Informative(a.Intent) || a.Doubt || a.Score < likelyAside || !specific(a)
	})
	asks = append(asks, understanding.Ask{Intent: understanding.Message, Score: 1, Staff: r.Named.Staff, Text: ev.Text})
	r.Asks, r.Weak = asks, nil
	return r
}

// saysSomething says whether who reads a message can do something with a turn that means i.
func saysSomething(i understanding.Intent) bool {
	switch i {
	case understanding.Appointment, understanding.Matter, understanding.Complaint, understanding.Unknown, understanding.Price,
		understanding.Service, understanding.Duration, understanding.Answer, understanding.Detail, understanding.Quote:
		return true
	}
	return false
}

// contextMost is the longest turn that is put before what leans on it, in bytes.
const contextMost = 300

// inContext puts before what a message is about the turn that it leans on: "could somebody ring me about that".
func (c *Conversation) inContext(told string) string {
	words := c.lang.Words(told)
	before := c.context
	if before == told || strings.Contains(told, before) || strings.Contains(before, told) {
		before = c.contextBefore
	}
	if told == "" || before == "" || strings.Contains(told, before) || strings.Contains(before, told) || c.meaning(words) >= addsLeast &&
		(c.lang.About(words) || !c.lang.RefersBack(words)) {
		return told
	}
	if before = c.told(before); before == "" {
		return told
	}
	return joined(before, told)
}
