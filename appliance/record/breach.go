package record

import "time"

// BreachTime is how long the authority may wait for the notice of a breach (GDPR Art. 33(1)).
const BreachTime = 72 * time.Hour

// Breach is that data about people was lost, changed or seen by who may not. It names nobody.
type Breach struct {
	ID       string    `json:"id"`
	What     string    `json:"what"`            // what happened
	Whose    string    `json:"whose,omitempty"` // whose data; "" = everybody's of whom something is kept
	People   int       `json:"people"`          // so many, as far as is known
	Since    time.Time `json:"since"`           // when it began
	Noticed  time.Time `json:"noticed"`         // when the office learned of it: the clock starts
	Done     []Measure `json:"done"`            // what was done about it
	Notified time.Time `json:"notified,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	Facts    []string  `json:"facts"` // what the box knew when it was reported
	By       string    `json:"by,omitempty"`
}

// Measure is one thing that was done.
type Measure struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// Due is when the authority must know of it.
func (b Breach) Due() time.Time { return b.Noticed.Add(BreachTime) }

// Runs reports whether the clock runs: nobody has told the authority, or said that it need not know.
func (b Breach) Runs() bool { return b.Notified.IsZero() && b.Closed.IsZero() }
