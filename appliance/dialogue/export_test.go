package dialogue

import "frontdesk.internal/appliance/understanding"

// State names the state of the conversation, as its table does.
func (c *Conversation) State() string { return c.row().name }

// Denied names the state to which a bare no leads from here; "" where no such answer is due.
func (c *Conversation) Denied() string {
	if c.state == guessing && (c.guessTold && c.other != nil || c.guess.Intent == understanding.Harm && len(c.harmless) > 0) {
		return c.row().name // what else may be meant is asked about
	}
	switch c.state {
	case choosing, whichService, whichPerson, rightsChoice, askChange:
	default:
		if c.row().expects != ExpectYesNo {
			return ""
		}
	}
	return c.rows[c.row().denied].name
}

// Speaks says whether the state takes words.
func (c *Conversation) Speaks() bool { return c.row().heard != nil }

// Digits says whether keys are digits of something longer.
func (c *Conversation) Digits() bool { return c.row().digits }

// TakesMessage says whether a message is being taken, by words or by keys alone.
func (c *Conversation) TakesMessage() bool {
	return c.inMessage() || c.state == menuOffer || c.state == menuKey || c.state == menuCheck
}

// States are the names of all states.
func States() (names []string) {
	for _, r := range (&Conversation{}).table() {
		names = append(names, r.name)
	}
	return names
}
