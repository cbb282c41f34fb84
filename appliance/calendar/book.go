package calendar

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"frontdesk.internal/appliance/calendar/caldav"
	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// begin waits for whoever changes a calendar, no longer than a caller waits; end lets the next one do it.
func (d *Diary) begin(ctx context.Context) (_ context.Context, end func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, writeIn)
	select {
	case d.writing <- struct{}{}:
		return ctx, func() { <-d.writing; cancel() }, nil
	case <-ctx.Done():
		defer cancel()
		return ctx, nil, notify.Explain(ctx.Err())
	}
}

// Book takes a time for a caller. The error is ErrTaken when it is not free any more, else the calendar cannot be reached, and nothing
// may be promised.
func (d *Diary) Book(ctx context.Context, b record.Booking) error {
	ctx, end, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := d.check(ctx, b.Slot, ""); err != nil {
		return err
	}
	c, x, err := d.client(b.Calendar)
	if err != nil {
		return err
	}
	now := d.o.Now()
	name := "frontdesk-" + b.Start.UTC().Format("20060102T1504") + "-" + strings.ToLower(rand.Text()[:8])
	e := ics.Entry{
		UID: name + "@frontdesk.internal", Stamp: now, Start: b.Start, End: b.End, Number: b.Number.Digits(), Name: string(b.Name),
		Service: b.Service, Summary: b.Service + ": " + string(b.Name), Description: string(b.Name) + "\n" + string(b.Number) + "\nFrontdesk",
	}
	path, err := c.Put(ctx, name, e)
	if err != nil {
		if !errors.Is(err, ErrTaken) {
			d.suspect(x.ID, path) // the answer may have been lost behind the deed
		}
		return err
	}
	if err := d.check(ctx, b.Slot, e.UID); err != nil {
		if c.Remove(context.WithoutCancel(ctx), caldav.Object{Path: path}) != nil {
			d.suspect(x.ID, path)
		}
		return err
	}
	d.remember(e.UID, b)
	return nil
}

// client returns a client for a calendar that is on.
func (d *Diary) client(id string) (*caldav.Client, book, error) {
	b, ok := d.snapshot(id)
	if !ok {
		return nil, b, ErrUnknown
	}
	c, err := caldav.New(d.o.Gate, b.Calendar, b.secret)
	return c, b, err
}

// check reads the time of a slot once more, in its calendar and those of the whole office, and returns ErrTaken when anything but own is
// there. What it has seen is kept.
func (d *Diary) check(ctx context.Context, s record.Slot, own string) error {
	if _, ok := d.snapshot(s.Calendar); !ok {
		return ErrUnknown
	}
	d.mu.Lock()
	ids := []string{s.Calendar}
	for id, b := range d.books {
		if id != s.Calendar && b.WholeOffice() {
			ids = append(ids, id)
		}
	}
	d.mu.Unlock()
	for _, id := range ids {
		c, _, err := d.client(id)
		if err != nil {
			return err
		}
		// Servers know less of zones and whole days than we: what they are asked for is wider, and what it means is found out here.
		busy, err := c.Read(ctx, ics.Window{From: s.Start.Add(-2 * day), To: s.End.Add(2 * day), Home: d.home()})
		if err != nil {
			return err
		}
		d.merge(id, busy.Objects)
		for _, o := range busy.Objects {
			if slices.ContainsFunc(o.Events, func(e ics.Event) bool { return e.UID != own && e.Start.Before(s.End) && e.End.After(s.Start) }) {
				return ErrTaken
			}
		}
	}
	return nil
}

// merge adds what was seen of a calendar to what is known, and has it read anew next time.
func (d *Diary) merge(id string, seen []caldav.Object) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b := d.books[id]
	if b == nil {
		return
	}
	paths := map[string]bool{}
	for _, o := range seen {
		paths[o.Path] = true
	}
	kept := slices.DeleteFunc(slices.Clone(b.busy), func(o caldav.Object) bool {
		return paths[o.Path] && len(o.Events) == 1 // what repeats was seen in part only
	})
	b.busy, b.tag, b.read = slices.Concat(kept, seen), "", d.o.Now()
}

// forget drops an object from what is known of a calendar, and has it read anew next time.
func (d *Diary) forget(id, path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b := d.books[id]; b != nil {
		b.busy = slices.DeleteFunc(slices.Clone(b.busy), func(o caldav.Object) bool { return o.Path == path })
		b.tag, b.read = "", d.o.Now()
	}
}

// suspect notes an entry that may be there though nobody was told so.
func (d *Diary) suspect(calendar, path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.doubtful = append(d.doubtful, doubt{calendar, path})
}

// settle takes doubtful entries back.
func (d *Diary) settle(ctx context.Context) {
	d.mu.Lock()
	list := d.doubtful
	d.doubtful = nil
	d.mu.Unlock()
	for _, x := range list {
		c, _, err := d.client(x.calendar)
		if errors.Is(err, ErrUnknown) {
			continue // nobody can be asked any more
		}
		if err == nil {
			err = c.Remove(ctx, caldav.Object{Path: x.path})
		}
		if err != nil {
			d.suspect(x.calendar, x.path)
			continue
		}
		d.forget(x.calendar, x.path)
	}
}

// Find returns the appointments that were booked with a number and are still ahead, the next one first.
func (d *Diary) Find(number record.PhoneNumber) (out []record.Appointment) {
	digits, now := number.Digits(), d.o.Now()
	if digits == "" {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, b := range d.books {
		if !b.fresh(now) {
			continue
		}
		for _, o := range b.busy {
			if e := o.Events[0]; len(o.Events) == 1 && e.Number == digits && !e.Repeats && !e.AllDay && e.Start.After(now) {
				out = append(out, record.Appointment{
					ID: e.UID, Service: e.Service, Name: record.Personal(e.Name),
					Slot: record.Slot{Start: e.Start, End: e.End, Calendar: id, Person: b.For},
				})
			}
		}
	}
	slices.SortFunc(out, func(a, b record.Appointment) int { return a.Start.Compare(b.Start) })
	return out
}

// object finds the file of an appointment.
func (d *Diary) object(a record.Appointment) (caldav.Object, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if b := d.books[a.Calendar]; b != nil {
		for _, o := range b.busy {
			if o.Events[0].UID == a.ID {
				return o, true
			}
		}
	}
	return caldav.Object{}, false
}

// Cancel removes an appointment when it is still as the caller was told. The error is ErrTaken when it is not, else the calendar cannot be
// reached.
func (d *Diary) Cancel(ctx context.Context, a record.Appointment) error {
	return d.change(ctx, a, func(ctx context.Context, c *caldav.Client, o caldav.Object) error {
		if err := c.Remove(ctx, o); err != nil {
			return err
		}
		d.forget(a.Calendar, o.Path)
		d.changed(a.ID, cancelled)
		return nil
	})
}

// Move has an appointment take place at another time of the same calendar. The errors are those of Book.
func (d *Diary) Move(ctx context.Context, a record.Appointment, to record.Slot) error {
	if to.Calendar != a.Calendar {
		return ErrUnknown
	}
	return d.change(ctx, a, func(ctx context.Context, c *caldav.Client, o caldav.Object) error {
		if err := d.check(ctx, to, a.ID); err != nil {
			return err
		}
		if err := c.Move(ctx, o, d.o.Now(), to.Start, to.End); err != nil {
			return err
		}
		d.forget(a.Calendar, o.Path)
		err := d.check(ctx, to, a.ID)
		if there := a; errors.Is(err, ErrTaken) { // another one came at the same moment
			there.Slot = to
			if o, ok := d.object(there); ok {
				return errors.Join(err, c.Move(ctx, o, d.o.Now(), a.Start, a.End))
			}
		}
		d.changed(a.ID, moved(to)) // also where nobody knows whether it is alone there: it is where it is
		return err
	})
}

// change does something to an appointment of a caller, within the time that one waits.
func (d *Diary) change(
	ctx context.Context, a record.Appointment, do func(context.Context, *caldav.Client, caldav.Object) error,
) error {
	ctx, end, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	o, ok := d.object(a)
	if !ok || !o.Events[0].Start.Equal(a.Start) {
		return ErrTaken
	}
	c, _, err := d.client(a.Calendar)
	if err != nil {
		return err
	}
	return do(ctx, c, o)
}
