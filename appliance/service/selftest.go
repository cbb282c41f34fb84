package service

import (
	"context"

	"frontdesk.internal/appliance/record"
)

// SelfTests make calls of the box to itself, one at a time.
type SelfTests interface {
	// Start begins a test; an error says that one is under way.
	Start() error
	// State tells how it goes, or how the last one went.
	State() record.SelfTest
}

// StartSelfTest has the box call itself, and returns at once; SelfTest tells how it goes. A test takes about a minute.
var StartSelfTest = define(Op[None, record.SelfTest]{
	Name: "start-self-test", Role: Technician, Needs: needTests, Audit: Changes("start a test call"),
	Run: get((*Service).startSelfTest),
})

func (s *Service) startSelfTest(_ context.Context) (record.SelfTest, error) {
	err := s.o.SelfTests.Start()
	if err != nil {
		return record.SelfTest{}, err
	}
	return s.o.SelfTests.State(), nil
}

// ReadSelfTest tells how the test goes that runs, or how the last one went since the box started; the zero value when there was none.
var ReadSelfTest = define(Op[None, record.SelfTest]{
	Name: "read-self-test", Role: Technician, Needs: needTests, Audit: NoLine("the box talks to itself"),
	Run: get((*Service).readSelfTest),
})

func (s *Service) readSelfTest(context.Context) (record.SelfTest, error) {
	return s.o.SelfTests.State(), nil
}
