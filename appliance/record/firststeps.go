package record

import "time"

// FirstStep is a step from a new box to its first answered call.
type FirstStep string

// The first steps.
const (
	StepTrade    FirstStep = "trade"    // what kind of business it is: a sample becomes the draft
	StepHours    FirstStep = "hours"    // name and hours, as on the door
	StepPrices   FirstStep = "prices"   // what it costs
	StepPeople   FirstStep = "people"   // who can be reached
	StepPhone    FirstStep = "phone"    // the account at the telephone system
	StepGreeting FirstStep = "greeting" // heard, and right
	StepPublish  FirstStep = "publish"  // callers are told
	StepRing     FirstStep = "ring"     // the box has rung a telephone of the office, and somebody talked with it
)

// FirstSteps returns all steps in their order.
func FirstSteps() []FirstStep {
	return []FirstStep{StepTrade, StepHours, StepPrices, StepPeople, StepPhone, StepGreeting, StepPublish, StepRing}
}

// FirstMark is what somebody said of a step: that it is right as it is, or left out.
type FirstMark struct {
	Step    FirstStep `json:"step"`
	Skipped bool      `json:"skipped,omitempty"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
}
