package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// whomIn finds the one of the office whom a text names as the one for whom a message is, or whom the caller wants to speak to or to hear
// from: by name, or by what he does; "" = nobody.
func (c *Conversation) whomIn(text string) string {
	words := c.lang.Words(text)
	for _, s := range c.reader().Index().Staff(words) {
		if len(s.Items) != 1 || len(s.At) == 0 {
			continue
		}
		if at := s.At[0]; c.lang.Addresses(words, at) || c.lang.SpeaksTo(words, at) {
			return c.biz.Staff[s.Items[0]].Name
		}
	}
	return c.byDeed(c.lang.Describes(words))
}

// byDeed is the one of the office whose role, or what is told of whom, has most of some words; "" = nobody, or several.
func (c *Conversation) byDeed(of []string) string {
	best, name, several := 0, "", false
	for _, p := range c.biz.Staff {
		var does []string
		for _, w := range c.lang.Words(p.Role + " " + p.About) {
			if c.meaningful(w) {
				does = append(does, c.lang.Root(w))
			}
		}
		n := 0
		for _, w := range of {
			if c.meaningful(w) && slices.Contains(does, c.lang.Root(w)) {
				n++
			}
		}
		switch {
		case n > best:
			best, name, several = n, p.Name, false
		case n == best && n > 0:
			several = true
		}
	}
	if several {
		return ""
	}
	return name
}

// noteCaller keeps what a turn tells that a message begun later needs: who calls, and for whom it is.
func (c *Conversation) noteCaller(text string) {
	if c.inMessage() || c.child {
		return
	}
	n, ok := c.lang.IntroducedName(text)
	if more := strings.Contains(n.Text, " ") || !strings.Contains(c.introduced, " "); ok && more && !c.ofOffice(n.Text) {
		c.introduced = n.Text
	}
	if who := c.whomIn(text); who != "" {
		c.addressee = who
	}
	if s := c.reader().Index().Staff(c.lang.Words(text)); len(s) == 1 && len(s[0].Items) == 1 {
		c.spokenOf = c.biz.Staff[s[0].Items[0]].Name
	}
}

// forThem is the one of the office who was spoken of last, where a text leaves a message for "him" or "her"; "" = it does not.
func (c *Conversation) forThem(text string) string {
	words := c.lang.Words(text)
	for at := range words {
		if c.lang.Someone(words[at:at+1]) && c.lang.Addresses(words, at) {
			return c.spokenOf
		}
	}
	return ""
}

// givenMost is the most words with meaning in a clause that gives a message to another.
const givenMost = 4

// givenTo is the one of the office to whom a message that was read back is to be given in the place of another: "don't bother Ann with it,
// give it to Bill"; "" = there is none.
func (c *Conversation) givenTo(text string) string {
	parts := language.Parts(text)
	if c.state != checkAll && c.state != askChange || len(parts) < 2 {
		return ""
	}
	words := c.lang.Words(parts[len(parts)-1])
	s := c.reader().Index().Staff(words)
	if len(s) != 1 || len(s[0].Items) != 1 || len(s[0].At) == 0 || c.meaning(words) > givenMost || !c.lang.Addresses(words, s[0].At[0]) ||
		c.lang.Negated(words, s[0].At[0]) || !c.lang.Replaces(c.lang.Words(text)) {
		return ""
	}
	return c.biz.Staff[s[0].Items[0]].Name
}

// giveTo changes for whom the message is.
func (c *Conversation) giveTo(t turn) {
	c.decide("message.for", "rule", "")
	c.draft.forWhom = c.givenTo(t.said)
	c.backToSummary()
}

// wantsMail says whether a caller who is asked for a number would rather be answered by e-mail, and tells the address.
func (c *Conversation) wantsMail(t turn) bool {
	if !c.inMessage() || c.child || !c.row().number || c.state == checkAll || c.state == askChange || c.telephone(t.said) != "" {
		return false
	}
	address, rest := c.lang.MailIn(t.said)
	_, off := c.lang.Withdraws(rest)
	return address != "" && (off || c.lang.YesNo(c.lang.Words(rest)) == language.No)
}

// answerByMail keeps the address and goes on without a number.
func (c *Conversation) answerByMail(t turn) {
	d := &c.draft
	address, rest := c.lang.MailIn(t.said)
	c.decide("message.no_number", "rule", "")
	d.note = joined(joined(d.note, c.told(c.afterReply(rest))), address)
	d.number, d.partial, d.noNumber = "", "", true
	c.advance(language.TextAllRight)
}

// ofOffice says whether a name is that of somebody of the office.
func (c *Conversation) ofOffice(name string) bool {
	return slices.ContainsFunc(c.biz.Staff, func(p knowledge.Person) bool { return strings.EqualFold(lastWord(p.Name), lastWord(name)) })
}

// noteWhom takes for whom the message is where a text says so.
func (c *Conversation) noteWhom(text string) {
	if who := c.whomIn(text); who != "" {
		c.draft.forWhom = who
	}
}

// spelledLater asks for the letters of a name that was told before anybody asked for it. It reports whether it does.
func (c *Conversation) spelledLater(lead language.Key) bool {
	d := &c.draft
	if d.name == "" || !d.unasked {
		return false
	}
	d.unasked = false
	doubt := c.lang.NameDoubt(d.name, func(string) bool { return false })
	if doubt == language.NameSure || d.emergency || c.child || d.spelled {
		return false
	}
	c.decide("message.spell_name", "rule", "")
	d.spelled, d.doubt = true, doubt
	c.state = spellName
	c.tell(lead)
	c.again()
	return true
}

// plainly is a turn that is read for nothing but its words.
func (c *Conversation) plainly(text string) understanding.Reading {
	return understanding.Reading{Text: text, Words: c.lang.Words(text)}
}
