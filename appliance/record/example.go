package record

import "time"

// Taught says how an example came about.
type Taught string

// The closed list of how examples come about.
const (
	TaughtByAnswer     Taught = "answer"     // the owner has answered a question of the list
	TaughtByCorrection Taught = "correction" // the owner has said of a turn of a call what it should have been taken for
	TaughtByHearing    Taught = "hearing"    // the owner has corrected words of a turn: recognition listens for Text, which means [Listened]
)

// Listened is what an example means whose words are listened for, whatever a caller means by them.
const Listened = "listened"

// Example is a turn of a caller whose meaning the owner has told: from the next call on the same words, and others that say the
// same, are taken so. The words belong to the caller who said them, unless the owner has found them to be general.
type Example struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"` // when it was told
	Text    Personal  `json:"text"`
	Means   string    `json:"means"` // "hours", "price:crown", "answer:Do you take Delta?", "person", …
	Taught  Taught    `json:"taught"`
	CallID  string    `json:"call_id,omitempty"`
	Turn    int       `json:"turn"`    // of the call; only of corrections
	General bool      `json:"general"` // the words are anybody's: they stay when the caller is erased
}
