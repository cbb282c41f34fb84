package appliance

import (
	"context"
	"errors"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/record"
)

// callDiary is the office's calendars as calls have them.
type callDiary struct{ *calendar.Diary }

// Book implements reception.Diary.
func (d callDiary) Book(ctx context.Context, b record.Booking) (taken bool, err error) {
	return outcome(d.Diary.Book(ctx, b))
}

// Move implements reception.Diary.
func (d callDiary) Move(ctx context.Context, a record.Appointment, to record.Slot) (taken bool, err error) {
	return outcome(d.Diary.Move(ctx, a, to))
}

// Cancel implements reception.Diary.
func (d callDiary) Cancel(ctx context.Context, a record.Appointment) (taken bool, err error) {
	return outcome(d.Diary.Cancel(ctx, a))
}

// outcome tells apart that somebody was quicker, and that nobody knows.
func outcome(err error) (taken bool, _ error) {
	if errors.Is(err, calendar.ErrTaken) {
		return true, nil
	}
	return false, err
}
