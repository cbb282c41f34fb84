package reception

import (
	"context"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// offer offers times with own, when there are some and the caller has named nobody, else with anybody; "" is nobody.
func offer(d Diary, own string) func(record.Wish) []record.Slot {
	return func(w record.Wish) []record.Slot {
		if own != "" && w.Person == "" {
			mine := w
			mine.Person = own
			if slots := d.Offer(mine); len(slots) > 0 {
				return slots
			}
		}
		return d.Offer(w)
	}
}

// book has an appointment written into the office's calendar.
func (l *live) book(a dialogue.Book) {
	a.Booking.Caller = l.rec.CallerID
	a.Booking.Number = numbering.E164(a.Booking.Number, l.biz.Region) // as the next call comes with it
	l.inDiary(a.ID, func(ctx context.Context) (bool, error) { return l.deps.Diary.Book(ctx, a.Booking) })
}

// change has one moved there, or called off.
func (l *live) change(a dialogue.Change) {
	l.inDiary(a.ID, func(ctx context.Context) (bool, error) {
		if a.To == (record.Slot{}) {
			return l.deps.Diary.Cancel(ctx, a.Appointment)
		}
		return l.deps.Diary.Move(ctx, a.Appointment, a.To)
	})
}

// inDiary does something to the calendar, and tells the conversation. The diary ends it in time; it is done to its end when the caller is
// gone meanwhile, for he has confirmed it.
func (l *live) inDiary(id int, do func(context.Context) (taken bool, err error)) {
	l.waiting++
	l.helpers.Go(func() {
		done := dialogue.Booked{ID: id}
		done.Taken, done.Err = do(context.Background())
		select {
		case l.answered <- done:
		default: // the call is over
		}
	})
}
