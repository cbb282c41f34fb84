package dialogue

import (
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// tell queues texts that need no arguments; the key "" says nothing.
func (c *Conversation) tell(keys ...language.Key) {
	lines := make([]language.Line, len(keys))
	for i, k := range keys {
		lines[i].Key = k
	}
	c.say(lines...)
}

// say queues texts.
func (c *Conversation) say(lines ...language.Line) { c.speak(Say{}, lines...) }

// phrase says a text that is rendered ahead under its key and plays even with the engines down.
func (c *Conversation) phrase(l language.Line) {
	name := string(l.Key)
	if l.Key == language.TextDigit {
		name = digitPhrase(l.Args.Digits)
	}
	c.speak(Say{Phrase: c.phraseName(name)}, l)
}

// tellPhrase is phrase for a text that needs no arguments.
func (c *Conversation) tellPhrase(k language.Key) { c.phrase(language.K(k)) }

// speak queues texts in the language of the call; those that leave nothing to say are left out.
func (c *Conversation) speak(s Say, lines ...language.Line) {
	for _, l := range lines {
		l = c.inPlace(l)
		if clauses := c.lang.Clauses(c.lang.Text(l.Key, l.Args)); len(clauses) > 0 {
			s.Lines = append(s.Lines, l)
			s.Clauses = append(s.Clauses, clauses...)
		}
	}
	if len(s.Clauses) == 0 {
		return
	}
	c.asks(s.Clauses)
	s.Language = c.lang.Tag()
	s.Slow = s.Slow || c.slow && !c.degraded // without the voice there is what was rendered ahead
	c.out = append(c.out, s)
	c.said = append(c.said, s.Lines...)
}

// inPlace completes a line by the setting of the call.
func (c *Conversation) inPlace(l language.Line) language.Line {
	l = c.unnamed(l)
	l.Args.Region, l.Args.Currency = c.biz.Region, c.biz.Currency
	l.Args.Notice = c.biz.Wording(l.Key, c.lang.Tag())
	if l.Args.Now.IsZero() {
		l.Args.Now = c.now
	}
	return l
}

// words are what a key says, for what is not spoken at once.
func (c *Conversation) words(k language.Key) string {
	l := c.inPlace(language.K(k))
	return c.lang.Text(l.Key, l.Args)
}

// owner is a line of the owner's own words.
func owner(text string) language.Line {
	return language.K(language.TextOwner, language.Args{Text: text})
}

// LastWord is a text that needs no arguments, to be said before the call is ended from outside.
func (c *Conversation) LastWord(k language.Key) Say {
	l := c.inPlace(language.K(k))
	return Say{Lines: one(l), Clauses: c.clauses(l), Language: c.lang.Tag(), Phrase: c.phraseName(string(k)), Firm: true}
}

// Language is the one that is spoken on the call now.
func (c *Conversation) Language() language.Language { return c.lang }

// greetingLines are the greeting up to its closing question, and that question.
func greetingLines(b *knowledge.Business) (head, tail language.Line) {
	a := language.Args{Text: b.Greeting, Business: b.Name}
	if b.Nobody() {
		a.Number = b.Contact.Phone
	}
	return language.K(language.TextGreetingHead, a), language.K(language.TextGreetingTail, a)
}

// hello greets a caller by the name on file, where there is a voice to do so.
func (c *Conversation) hello() language.Line {
	if c.known == "" || c.degraded {
		return language.Line{}
	}
	return language.K(language.TextHello, language.Args{Name: string(c.known)})
}

// goodbyeLine is the last sentence of a call.
func goodbyeLine(b *knowledge.Business) language.Line {
	return language.K(language.TextGoodbye, language.Args{Business: b.Name})
}

// phraseName is the name of a text that is rendered ahead: in the business's first language that of its key, in others with the
// language before it.
func (c *Conversation) phraseName(name string) string {
	if c.lang.Tag() == c.spoken[0].Tag() {
		return name
	}
	return c.lang.Tag() + ":" + name
}

// switchTo goes on in another of the business's languages.
func (c *Conversation) switchTo(tag string) {
	if tag == "" || tag == c.lang.Tag() {
		return
	}
	for _, l := range c.spoken {
		if l.Tag() == tag {
			c.lang = l
		}
	}
}
