package dialogue

import "strings"

// office does what somebody of the office wants in the middle of a call, who sees it on the page. What the caller was asked stays asked.
func (c *Conversation) office(ev Office) {
	switch {
	case c.state == ended || c.state == moving:
	case ev.Extension != "":
		c.transfer(ev.Extension, "", "office", "")
		// Who has asked for the call knows who calls: nothing is told and no key awaited.
		if t, ok := c.out[len(c.out)-1].(Transfer); ok {
			t.Brief = nil
			c.out[len(c.out)-1] = t
		}
	case strings.TrimSpace(ev.Say) != "":
		c.decide("office.say", "office", "")
		c.say(owner(strings.TrimSpace(ev.Say)))
	}
}
