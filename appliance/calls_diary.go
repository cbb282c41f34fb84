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
	err = d.Diary.Book(ctx, b)
	if errors.Is(err, calendar.ErrTaken) {
		return true, nil
	}
	return false, err
}
