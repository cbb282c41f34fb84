package reception

import (
	"context"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/numbering"
)

// book has an appointment written into the office's calendar; the diary ends that in time.
func (l *live) book(a dialogue.Book) {
	l.waiting++
	a.Booking.Number = numbering.E164(a.Booking.Number, l.biz.Region) // as the next call comes with it
	l.helpers.Go(func() {
		done := dialogue.Booked{ID: a.ID}
		done.Taken, done.Err = l.deps.Diary.Book(context.Background(), a.Booking)
		select {
		case l.answered <- done:
		default: // the call is over
		}
	})
}
