package service

import (
	"context"
	"errors"
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
		return r.Clone(), nil
	}
	return s.sumUpNow(began)
}

// sumUpNow sums the last 30 days up and keeps the report, with how long that took.
func (s *Service) sumUpNow(began time.Time) (statistics.Report, error) {
	r, err := s.sumUp(Period{})
	if err == nil {
		s.summed.keep(r.Clone(), began, s.o.Now().Sub(began))
	}
	return r, err
}

// refreshSum makes the report anew for who comes next. A fault is told to whoever asks: then nothing is kept.
func (s *Service) refreshSum() { _, _ = s.sumUpNow(s.o.Now()) }

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
