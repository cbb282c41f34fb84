package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// unsure tells what a turn likely means, or asks back between the two likeliest meanings. When two in a row were refused the turn goes
// on the owner's list.
func (c *Conversation) unsure(ev Heard, r understanding.Reading) {
	var likely []understanding.Ask
	for _, a := range r.Weak {
		if a.Intent == understanding.Goodbye && len(c.lang.Words(ev.Text)) > shortTurn && !c.saysGoodbye(ev.Text) {
			continue
		}
		if a.Intent == understanding.Staff && len(a.Staff)+len(a.Roles) == 0 && a.Score < plainlyTold { // few want to know who works here
			continue
		}
		if c.topicOf(a).Key != "" || a.Intent == understanding.Privacy || a.Intent == understanding.Harm || a.Intent == understanding.Goodbye {
			likely = append(likely, a)
		}
	}
	likely = worthAsking(likely, r.None)
	if c.guesses++; len(likely) == 0 || c.guesses > 2 && likely[0].Score < likelyAside {
		c.guesses = 0
		c.notKnown(ev.Text)
		return
	}
	if noTopic(likely[0].Intent) && c.asksFact(ev.Text) { // "shall I take that down?" answers no question
		if len(likely) > 1 && likely[1].Score >= understanding.AskedFrom && c.tellLikely(likely[1], nil, ev.Text) {
			return
		}
		c.notKnown(ev.Text)
		return
	}
	if a, ok := visitMeant(likely, r.When); ok {
		c.askBack(a, ev.Text, "meaning")
		return
	}
	var other *understanding.Ask
	if len(likely) > 1 && c.besides(likely[0], likely[1]) {
		other = &likely[1]
	}
	if other == nil && c.priceOfTopic(likely[0], ev.Text) {
		return
	}
	if c.oneThing(likely) && jointly(likely) >= understanding.ToldFrom {
		a := likely[0]
		a.Intent, a.Doubt = understanding.Service, true // what it is includes what it costs
		if c.tellLikely(a, nil, ev.Text) {
			return
		}
		other = nil
	}
	if c.tellPrices(likely[0], other, ev.Text) || likely[0].Doubt && c.tellLikely(likely[0], other, ev.Text) {
		return
	}
	c.askEither(likely[0], other, ev.Text, "meaning")
}

// worthAsking are the meanings of a turn that may be asked about: no facts where none of them is likely, and no service or answer where it
// is likelier that the profile has nothing of what was asked. Who is asked about something that he did not think of has lost a turn.
func worthAsking(likely []understanding.Ask, none float64) []understanding.Ask {
	if len(likely) == 0 || !understanding.Informative(likely[0].Intent) {
		return likely
	}
	least := understanding.AskedFrom
	if a := likely[0]; a.Intent == understanding.Answer || len(a.Services) > 0 { // what every business has is soon asked about
		least = max(least, none)
	}
	if jointly(likely) >= least {
		return likely
	}
	return slices.DeleteFunc(likely, func(a understanding.Ask) bool { return understanding.Informative(a.Intent) })
}

// visitMeant is an appointment for a service where a turn may ask for either of them and names a day or a time: "is it about an appointment
// or a repair?" is no question then.
func visitMeant(likely []understanding.Ask, when language.When) (a understanding.Ask, ok bool) {
	if len(likely) < 2 || len(when.Days) == 0 && !when.Has && when.Part == (language.Span{}) {
		return a, false
	}
	a, of := likely[0], likely[1]
	if a.Intent != understanding.Appointment {
		a, of = of, a
	}
	if _, one := oneService(of); !one || a.Intent != understanding.Appointment {
		return a, false
	}
	if len(a.Services) == 0 {
		a.Services = of.Services
	}
	return a, true
}

// jointly is how likely the first meaning is, with those that are about the same service.
func jointly(likely []understanding.Ask) float64 {
	p := likely[0].Score
	item, ok := oneService(likely[0])
	for _, a := range likely[1:] {
		if other, is := oneService(a); ok && is && other == item {
			p += a.Score
		}
	}
	return p
}

// priceOfTopic answers who likely asks for a price and names nothing: what was spoken of is meant, or else it is asked at once of what,
// which is no longer than to ask whether a price is wanted. It reports whether it did.
func (c *Conversation) priceOfTopic(a understanding.Ask, text string) bool {
	if a.Intent != understanding.Price || len(a.Services) > 0 || len(c.biz.Services) == 0 {
		return false
	}
	if s := c.topic.Services; len(s) == 1 && len(s[0].Items) == 1 {
		a.Services = s
		if c.tellLikely(a, nil, text) {
			return true
		}
		a.Services = nil
	}
	c.fact(a, "meaning")
	return true
}
