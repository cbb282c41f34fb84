package service

import (
	"context"
	"errors"

	"frontdesk.internal/appliance/record"
)

// ErrNotHere says that only the running appliance can do what was asked for.
var ErrNotHere = errors.New("the appliance does not run: start it with frontdesk serve, or the service with systemctl start frontdesk")

// SelfTests make calls of the box to itself, one at a time.
type SelfTests interface {
	// Start begins a test; an error says that one is under way.
	Start() error
	// State tells how it goes, or how the last one went.
	State() record.SelfTest
}

// StartSelfTest has the box call itself, and returns at once; SelfTest tells how it goes. A test takes about a minute.
func (d *Service) StartSelfTest(ctx context.Context) (record.SelfTest, error) {
	if d.tests == nil {
		return record.SelfTest{}, ErrNotHere
	}
	err := d.tests.Start()
	d.acted(ctx, "start a test call", err)
	if err != nil {
		return record.SelfTest{}, err
	}
	return d.tests.State(), nil
}

// SelfTest tells how the test goes that runs, or how the last one went since the box started; the zero value when there was none.
func (d *Service) SelfTest(context.Context) (record.SelfTest, error) {
	if d.tests == nil {
		return record.SelfTest{}, ErrNotHere
	}
	return d.tests.State(), nil
}
