package appliance

import (
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/service"
)

// steering lets the office join in calls.
type steering struct{ *reception.Reception }

var _ service.Live = steering{}

// Say implements service.Live.
func (s steering) Say(call, text string) error { return s.Steer(call, reception.Steering{Say: text}) }

// PutThrough implements service.Live.
func (s steering) PutThrough(call, extension string) error {
	return s.Steer(call, reception.Steering{Extension: extension})
}

// Hangup implements service.Live.
func (s steering) Hangup(call string) error { return s.Steer(call, reception.Steering{Hangup: true}) }
