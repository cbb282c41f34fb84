package store

import (
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
)

var keyCalendars = []byte("calendars")

// keptCalendar is a record.Calendar as the file holds it.
type keptCalendar struct {
	record.Calendar
	Secret string `json:"secret,omitempty"`
}

func (t *txn) calendars() ([]keptCalendar, error) {
	cs, err := get[[]keptCalendar](t, bSettings, keyCalendars)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return cs, err
}

// Calendars returns all calendars, the oldest first, without their passwords.
func (s *Store) Calendars() (out []record.Calendar, err error) {
	err = s.view("list calendars", func(t *txn) error {
		cs, err := t.calendars()
		for _, c := range cs {
			out = append(out, c.Calendar)
		}
		return err
	})
	return out, err
}

// Calendar returns one calendar with its password; [ErrNotFound] when there is none.
func (s *Store) Calendar(id string) (c record.Calendar, secret string, err error) {
	err = s.view("read calendar", func(t *txn) error {
		cs, err := t.calendars()
		i := slices.IndexFunc(cs, func(x keptCalendar) bool { return x.ID == id })
		if err == nil && i < 0 {
			err = ErrNotFound
		}
		if err == nil {
			c, secret = cs[i].Calendar, cs[i].Secret
		}
		return err
	})
	return c, secret, err
}

// SetCalendar keeps a calendar with its password, "" = the one that there is, and returns it with its ID.
func (s *Store) SetCalendar(c record.Calendar, secret string) (record.Calendar, error) {
	err := s.update("keep calendar", func(t *txn) error {
		cs, err := t.calendars()
		if err != nil {
			return err
		}
		if c.ID == "" {
			c.ID = s.ids.next(s.now())
		}
		i := slices.IndexFunc(cs, func(x keptCalendar) bool { return x.ID == c.ID })
		if i < 0 {
			i = len(cs)
			cs = append(cs, keptCalendar{})
		}
		if secret == "" {
			secret = cs[i].Secret
		}
		c.HasSecret = secret != ""
		cs[i] = keptCalendar{c, secret}
		return put(t, bSettings, keyCalendars, house, cs)
	})
	return c, err
}

// DropCalendar forgets a calendar with its password; [ErrNotFound] when there is none.
func (s *Store) DropCalendar(id string) error {
	return s.update("remove calendar", func(t *txn) error {
		cs, err := t.calendars()
		if err != nil {
			return err
		}
		n := len(cs)
		if cs = slices.DeleteFunc(cs, func(x keptCalendar) bool { return x.ID == id }); len(cs) == n {
			return ErrNotFound
		}
		return put(t, bSettings, keyCalendars, house, cs)
	})
}
