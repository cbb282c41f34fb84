package reception

import (
	"context"

	"frontdesk.internal/appliance/dialogue"
)

// book has an appointment written into the office's calendar; the diary ends that in time.
func (l *live) book(a dialogue.Book) {
	l.waiting++
	l.helpers.Go(func() {
		done := dialogue.Booked{ID: a.ID}
		done.Taken, done.Err = l.deps.Diary.Book(context.Background(), a.Booking)
		select {
		case l.answered <- done:
		default: // the call is over
		}
	})
}
