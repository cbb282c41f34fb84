package service

import (
	"context"
	"errors"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
)

// statisticsDays is the period when none is named.
const statisticsDays = 30

// everything is a limit beyond what a box keeps.
const everything = 1 << 30

// Period is from when to when; the zero values are the last 30 days.
type Period struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// ReadStatistics sums up a period, from a moment to another; the zero values are the last 30 days. Nothing of anybody is in it.
var ReadStatistics = define(Op[Period, statistics.Report]{
	Name: "read-statistics", Role: Owner, Audit: NoLine("figures; nobody is named"),
	Run: (*Service).readStatistics,
})

func (s *Service) readStatistics(_ context.Context, in Period) (statistics.Report, error) {
	if in != (Period{}) {
		return s.sumUp(in)
	}
	began := s.o.Now()
	if r, ok := s.summed.recent(began); ok {
		return r, nil
	}
	return s.sumUpNow(began)
}

// sumUpNow sums the last 30 days up and keeps the report, with how long that took.
func (s *Service) sumUpNow(began time.Time) (statistics.Report, error) {
	r, err := s.sumUp(Period{})
	if err == nil {
		s.summed.keep(r, began, s.o.Now().Sub(began))
	}
	return r, err
}

// refreshSum makes the report anew for who comes next. A fault is told to whoever asks: then nothing is kept.
func (s *Service) refreshSum() { _, _ = s.sumUpNow(s.o.Now()) }

// The report of the last 30 days is read again for everybody who asks, unless that takes long: then the last one is shown for a while.
const (
	longSum  = 30 * time.Millisecond // what takes longer is kept
	freshSum = time.Minute           // who asks later has a new one made for the next
	staleSum = 20 * time.Minute      // who asks later waits for a new one
	againSum = 15 * time.Minute      // it is made anew so often, so that nobody waits
)

// summed is the last report of the last 30 days. While nobody keeps it up, every one is made anew.
type summed struct {
	mu     sync.Mutex
	report statistics.Report
	at     time.Time // when it was begun
	took   time.Duration
	wake   chan struct{} // wakes who keeps it up; nil = nobody
}

// recent returns the report if it can be shown at now.
func (u *summed) recent(now time.Time) (statistics.Report, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	age := now.Sub(u.at)
	if u.wake == nil || u.took < longSum || age > staleSum {
		return statistics.Report{}, false
	}
	if age > freshSum {
		select {
		case u.wake <- struct{}{}:
		default:
		}
	}
	return u.report, true
}

func (u *summed) keep(r statistics.Report, began time.Time, took time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !began.Before(u.at) { // else a newer one was made meanwhile
		u.report, u.at, u.took = r, began, took
	}
}

// kept has the report kept up by who reads from the channel, until over is called.
func (u *summed) kept() (wake <-chan struct{}, over func()) {
	c := make(chan struct{}, 1)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wake = c
	return c, func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.wake = nil
	}
}

// long reports whether the report is one that is kept.
func (u *summed) long() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.took >= longSum
}

// sumUp sums a period up from the records.
func (s *Service) sumUp(in Period) (statistics.Report, error) {
	sum := statistics.Input{From: in.From, To: in.To, Place: time.Local, Turns: s.o.Records.Turns}
	if b, _, err := s.o.Records.Profile(); err == nil {
		sum.Place = b.Location()
	} else if !errors.Is(err, store.ErrNotFound) {
		return statistics.Report{}, err
	}
	if sum.To.IsZero() {
		sum.To = s.o.Now()
	}
	if sum.From.IsZero() {
		sum.From = sum.To.AddDate(0, 0, -statisticsDays)
	}
	var err error
	if sum.Calls, err = s.o.Records.Calls(store.Filter{Since: sum.From, Before: sum.To, Limit: everything}); err != nil {
		return statistics.Report{}, err
	}
	ms, err := s.o.Records.Messages(everything, true)
	if err != nil {
		return statistics.Report{}, err
	}
	sum.Messages = within(ms, sum.From, sum.To)
	questions, err := s.o.Records.UnansweredList()
	if err != nil {
		return statistics.Report{}, err
	}
	sum.Questions = len(questions)
	return statistics.Compute(sum)
}

func within(ms []record.Message, from, to time.Time) (list []record.Message) {
	for _, m := range ms {
		if !m.At.Before(from) && m.At.Before(to) {
			list = append(list, m)
		}
	}
	return list
}
