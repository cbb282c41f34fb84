package record

import "time"

// Hold is a legal hold: the records of a caller must not be removed, because a law, a dispute or an authority wants them.
type Hold struct {
	Caller string    `json:"caller"` // ID
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"` // the last moment of it
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// Holds reports whether the hold is in force at a moment.
func (h Hold) Holds(at time.Time) bool { return !at.After(h.Until) }
