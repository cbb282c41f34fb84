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

// Statistics sums up a period, from a moment to another; the zero values are the last 30 days. Nothing of anybody is in it.
func (d *Service) Statistics(_ context.Context, from, to time.Time) (statistics.Report, error) {
	in := statistics.Input{From: from, To: to, Place: time.Local, Turns: d.records.Turns}
	if b, _, err := d.records.Profile(); err == nil {
		in.Place = b.Location()
	} else if !errors.Is(err, store.ErrNotFound) {
		return statistics.Report{}, err
	}
	if in.To.IsZero() {
		in.To = d.now()
	}
	if in.From.IsZero() {
		in.From = in.To.AddDate(0, 0, -statisticsDays)
	}
	var err error
	if in.Calls, err = d.records.Calls(store.Filter{Since: in.From, Before: in.To, Limit: everything}); err != nil {
		return statistics.Report{}, err
	}
	ms, err := d.records.Messages(everything, true)
	if err != nil {
		return statistics.Report{}, err
	}
	in.Messages = within(ms, in.From, in.To)
	questions, err := d.records.UnansweredList()
	if err != nil {
		return statistics.Report{}, err
	}
	in.Questions = len(questions)
	return statistics.Compute(in)
}

func within(ms []record.Message, from, to time.Time) (list []record.Message) {
	for _, m := range ms {
		if !m.At.Before(from) && m.At.Before(to) {
			list = append(list, m)
		}
	}
	return list
}
