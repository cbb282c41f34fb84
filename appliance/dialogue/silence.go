package dialogue

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// patience is how long the caller may be silent now before he is asked whether he is there, or once he was asked, before the call is ended.
func (c *Conversation) patience() time.Duration {
	switch {
	case c.waits:
		return c.opt.Hold
	case c.silences > 0:
		return c.opt.SilenceAgain
	case c.asking || c.row().expects != ExpectOpen:
		return c.opt.SilenceAsked
	}
	return c.opt.Silence
}

// asks notes whether what is said ends in a question, which the caller is not left alone with for long.
func (c *Conversation) asks(clauses []string) {
	c.asking = strings.HasSuffix(strings.TrimSpace(clauses[len(clauses)-1]), "?")
}

// silent is told that the caller said nothing for the time that Expect named.
func (c *Conversation) silent() {
	c.silences++
	c.waits = false
	if p := c.ask; p.id != 0 {
		c.ask = pendingAsk{}
		c.noModel(p)
		return
	}
	if f := c.row().silent; f != nil {
		f()
		return
	}
	c.stillThere()
}

// stillThere asks once whether the caller is there, and then ends the call.
func (c *Conversation) stillThere() {
	if c.silences > 1 {
		c.noInput("timer")
		return
	}
	c.decide("still_there", "timer", "")
	c.tellPhrase(language.TextStillThere)
	if c.degraded {
		c.again()
	}
}

// noInput ends a call of which nothing more comes; what was told before is kept.
func (c *Conversation) noInput(by string) {
	c.decide("end.no_input", by, "")
	c.savePartial()
	c.hang(record.Outcome{Result: record.ResultNoInput, Reason: "no_input"})
}

// noResult waits for a result that does not come, though not for ever.
func (c *Conversation) noResult() {
	if c.silences > 2 {
		c.hang(record.Outcome{Result: record.ResultFailed, Reason: "no_answer"})
	}
}
