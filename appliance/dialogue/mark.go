package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/understanding"
)

// Mark is a conversation as it was before a turn. A caller who was taken to be done too early goes on, and the whole turn is
// decided anew from there.
type Mark struct{ was Conversation }

// Mark keeps the conversation as it is now.
func (c *Conversation) Mark() Mark {
	m := Mark{*c}
	m.was.later = slices.Clone(c.later)
	return m
}

// Rewind goes back to a mark, as if nothing had happened since. Nothing Irrevocable may have. What was asked of the language model
// since stays unanswered: its number is not given again.
func (c *Conversation) Rewind(m Mark) {
	next := c.nextID
	*c = m.was
	c.later, c.nextID = slices.Clone(m.was.later), next
}

// Before is what it was at the mark.
func (m Mark) Before() *understanding.Meaning { return m.was.Before() }

// Irrevocable says whether an action cannot be undone by Rewind: something was kept, thrown away or begun outside of the conversation.
func Irrevocable(a Action) bool {
	switch a.(type) {
	case Say, Decide, Expect, Ask:
		return false
	}
	return true
}
