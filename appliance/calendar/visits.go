package calendar

import (
	"errors"
	"time"

	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// remember keeps an appointment that stands in a calendar now. What cannot be kept is told of and no more: the caller has it.
func (d *Diary) remember(id string, b record.Booking) {
	if b.Caller == "" || d.o.Visits == nil {
		return
	}
	now := d.o.Now()
	err := d.o.Visits.AddVisit(record.Visit{
		ID: id, Caller: b.Caller, Slot: b.Slot, Service: b.Service, Name: b.Name, Number: b.Number, Made: now, Changed: now,
	})
	if err != nil {
		d.o.Logger.Warn("an appointment could not be remembered", "err", err)
	}
}

// changed notes what became of an appointment, if it is remembered.
func (d *Diary) changed(id string, change func(v *record.Visit) bool) {
	if d.o.Visits == nil {
		return
	}
	if _, err := d.o.Visits.ChangeVisit(id, change); err != nil && !errors.Is(err, store.ErrNotFound) {
		d.o.Logger.Warn("a change of an appointment could not be remembered", "err", err)
	}
}

func moved(to record.Slot) func(*record.Visit) bool {
	return func(v *record.Visit) bool {
		same := v.Start.Equal(to.Start) && v.End.Equal(to.End) && !v.Cancelled
		v.Start, v.End, v.Cancelled = to.Start, to.End, false
		return !same
	}
}

func cancelled(v *record.Visit) bool {
	was := v.Cancelled
	v.Cancelled = true
	return !was
}

// compare notes of the appointments ahead what the office has done with them in its calendar: moved, or taken out.
func (d *Diary) compare(id string, r reading) {
	if d.o.Visits == nil {
		return
	}
	vs, err := d.o.Visits.Visits(r.at)
	if err != nil {
		d.o.Logger.Warn("the appointments that were made could not be read", "err", err)
		return
	}
	if len(vs) == 0 {
		return
	}
	there := map[string]ics.Event{}
	for _, o := range r.busy.Objects {
		for _, e := range o.Events {
			if _, more := there[e.UID]; !more { // the first of those that repeat
				there[e.UID] = e
			}
		}
	}
	for _, v := range vs {
		if v.Calendar != id || !v.Start.After(r.at) || v.End.After(r.w.To) {
			continue
		}
		var change func(v *record.Visit) bool
		switch e, ok := there[v.ID]; {
		case ok:
			change = moved(record.Slot{Start: e.Start, End: e.End})
		case r.busy.Unreadable == 0: // else it may be among those
			change = cancelled
		default:
			continue
		}
		if probe := v; change(&probe) {
			d.changed(v.ID, unless(r.at, change))
		}
	}
}

// unless changes an appointment that was not changed since t: the calendar was read before that.
func unless(t time.Time, change func(v *record.Visit) bool) func(v *record.Visit) bool {
	return func(v *record.Visit) bool { return !v.Changed.After(t) && change(v) }
}
