package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// What is only likely meant is told, mostly with the question whether it was wanted: that takes a caller no longer than to be asked what
// he means. Never is it told twice in a row.

// oneThing says whether the two likeliest meanings are a service and its price.
func (c *Conversation) oneThing(likely []understanding.Ask) bool {
	if len(likely) < 2 || len(likely[0].Services) == 0 || len(likely[1].Services) == 0 {
		return false
	}
	sold := func(a understanding.Ask) bool {
		return a.Intent == understanding.Price || a.Intent == understanding.Service
	}
	return sold(likely[0]) && sold(likely[1]) && likely[0].Intent != likely[1].Intent &&
		likely[0].Services[0].Items[0] == likely[1].Services[0].Items[0]
}

// besides says whether b can be named beside a, and is another thing.
func (c *Conversation) besides(a, b understanding.Ask) bool {
	return c.topicOf(a).Key != "" && c.topicOf(b).Key != "" && c.topicOf(a) != c.topicOf(b)
}

// second is what else than the one thing a turn asks may be meant; nil = nothing that could be asked about.
func (c *Conversation) second(r understanding.Reading) *understanding.Ask {
	for i := range r.Weak {
		if r.Asks[0].Intent == understanding.Detail && c.topicOf(r.Weak[i]).Key != "" {
			return &r.Weak[i]
		}
		if c.besides(r.Asks[0], r.Weak[i]) {
			return &r.Weak[i]
		}
	}
	return nil
}

// tellLikely tells a fact that is likely meant and asks whether it was wanted: that takes a caller no longer than to be asked for what
// he means, and mostly serves him at once. Who says no is asked about the other, if there is one. It reports whether there was
// something to tell in one piece.
func (c *Conversation) tellLikely(a understanding.Ask, other *understanding.Ask, text string) bool {
	if !c.tellable(a) {
		return false
	}
	a = c.inherit(a)
	a.Doubt, a.Guessed = true, false
	c.fact(a, "meaning")
	if a.Score >= plainlyTold && a.Intent != understanding.Detail {
		c.topic.Doubt = false
		c.afterFact()
		return true
	}
	c.wasItWanted(a, other, text)
	return true
}

// plainlyTold is from which probability on a fact is told without the question whether it was wanted: asked behind every other reply it
// wears a caller out, and who wanted something else says so.
const plainlyTold = 0.7

// tellBoth tells several facts that are likely meant by the parts of a turn, and asks whether they were wanted. It reports whether it did.
func (c *Conversation) tellBoth(asks []understanding.Ask, text string) bool {
	if len(asks) < 2 || slices.ContainsFunc(asks, func(a understanding.Ask) bool { return !a.Doubt || !c.tellable(a) }) {
		return false
	}
	for _, a := range asks {
		a = c.inherit(a)
		a.Guessed = false
		c.fact(a, "meaning")
	}
	c.wasItWanted(asks[0], nil, text)
	return true
}

// tellable says whether there is a fact to tell in one piece.
func (c *Conversation) tellable(a understanding.Ask) bool {
	switch a.Intent {
	case understanding.Services, understanding.Staff: // long lists
		return false
	case understanding.Price, understanding.Duration, understanding.Service:
		if len(a.Services) != 1 || len(a.Services[0].Items) != 1 {
			return false
		}
		s := c.biz.Services[a.Services[0].Items[0]]
		if a.Intent == understanding.Price && s.Price == (knowledge.Price{}) || a.Intent == understanding.Duration && s.Minutes == 0 {
			return false
		}
	}
	lines, _ := c.answerTo(a)
	return len(lines) > 0
}

// wasItWanted asks whether what was told just now was what the caller wanted to know.
func (c *Conversation) wasItWanted(a understanding.Ask, other *understanding.Ask, text string) {
	c.unasked = ""
	c.guess, c.other, c.guessBy, c.question, c.guessTold, c.guessAlone = a, other, "meaning", text, true, false
	c.state = guessing
	c.tell(language.TextGuessTold)
}

// tellPrices answers at once where all that may be meant is a price that can be told, and asks whether that was it: a price names what
// it is for, and hearing one takes no longer than being asked whether to hear it. It reports whether it did.
func (c *Conversation) tellPrices(a understanding.Ask, other *understanding.Ask, text string) bool {
	asks := []understanding.Ask{a}
	if other != nil {
		asks = append(asks, *other)
	}
	var tell []understanding.Ask
	priced, p := false, 0.0
	for _, x := range asks {
		p += x.Score
		item, ok := oneService(x)
		if !ok || c.biz.Services[item].Price == (knowledge.Price{}) {
			return false
		}
		priced = priced || x.Intent == understanding.Price
		if len(tell) > 0 && tell[0].Services[0].Items[0] == item { // the service and its price: what it is includes what it costs
			tell[0].Intent = understanding.Service
			continue
		}
		if len(tell) > 0 && (x.Intent != understanding.Price || tell[0].Intent != understanding.Price) {
			return false
		}
		tell = append(tell, x)
	}
	if !priced || p < understanding.ToldFrom {
		return false
	}
	for _, x := range tell {
		x.Doubt, x.Guessed = true, false // each is told by its own name, not taken for the one before
		c.fact(x, "meaning")
	}
	c.wasItWanted(a, nil, text)
	return true
}

// oneService is the service that an ask for a price, or for a service, is about; false where it is about several, or none.
func oneService(a understanding.Ask) (item int, ok bool) {
	if a.Intent != understanding.Price && a.Intent != understanding.Service || len(a.Services) != 1 || len(a.Services[0].Items) != 1 {
		return 0, false
	}
	return a.Services[0].Items[0], true
}

// notAgain is a reading without the facts that were told just now and may only be meant again: whoever goes on did not want to hear them
// once more. What is surely meant stays, and so does all where the caller takes up the words he was told. Where nothing is left, what he
// asks is not known.
func (c *Conversation) notAgain(r understanding.Reading) understanding.Reading {
	if !r.Meaning || len(c.lastSaid) == 0 || c.inMessage() || len(r.Asks) > 1 {
		return r
	}
	told := c.rendered(c.lastSaid)
	if told == "" || c.takesUp(r.Words, told) {
		return r
	}
	again := func(a understanding.Ask) bool {
		named := len(a.Services) > 0 && len(a.Services[0].At) > 0
		if !understanding.Informative(a.Intent) || named || !a.Doubt && a.Score >= sureAside {
			return false
		}
		if a = c.inherit(a); !c.tellable(a) {
			return false
		}
		lines, _ := c.answerTo(a)
		text := c.rendered(lines)
		if a.Intent == understanding.Detail {
			return a.Score < understanding.CloseDetail && strings.Contains(told, text)
		}
		// Who asks for a part of it once more may hear that part.
		return strings.Contains(told, text) && float64(len(text)) >= mostOf*float64(len(told))
	}
	if len(r.Asks) == 1 && again(r.Asks[0]) {
		r.Asks = nil
		r.Weak = slices.DeleteFunc(slices.Clone(r.Weak), again)
		if len(r.Weak) == 0 {
			r.Asks = []understanding.Ask{{Intent: understanding.Unknown, Text: r.Text}}
		}
		return r
	}
	if len(r.Asks) == 0 {
		r.Weak = slices.DeleteFunc(slices.Clone(r.Weak), again)
	}
	return r
}

// mostOf is how much of what was told a fact must be to be the same told again.
const mostOf = 0.6

// takenUp is how much of a turn's words with meaning must be words of what was told, for it to ask back about that.
const takenUp = 0.5

// takesUp says whether words take up what was told: "so ninety pence a mile".
func (c *Conversation) takesUp(words []string, told string) bool {
	roots := map[string]bool{}
	for _, w := range c.lang.Words(told) {
		roots[c.lang.Root(w)] = true
	}
	n, same := 0, 0
	for _, w := range words {
		if !c.meaningful(w) {
			continue
		}
		n++
		if roots[c.lang.Root(w)] {
			same++
		}
	}
	return n > 0 && float64(same) >= takenUp*float64(n)
}

// rendered is what lines say.
func (c *Conversation) rendered(lines []language.Line) string {
	var texts []string
	for _, l := range lines {
		l = c.inPlace(l)
		texts = append(texts, c.lang.Text(l.Key, l.Args))
	}
	return strings.Join(texts, " ")
}
