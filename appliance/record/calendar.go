package record

import (
	"slices"
	"strings"
	"time"
)

// Calendar is a calendar of the office's on a server of its own: appointments are offered by it, and written into it. Its password is kept
// apart.
type Calendar struct {
	ID   string `json:"id"`
	Name string `json:"name"` // as the owner calls it
	On   bool   `json:"on"`

	URL  string `json:"url"` // of the calendar itself, https://host/path/
	User string `json:"user,omitempty"`
	CA   string `json:"ca,omitempty"` // certificates to believe instead of the system's, PEM
	// For is whose it is, one of the staff; "" = the whole office's.
	For string `json:"for,omitempty"`
	// Services are those that it is for, by their names in the profile; none = all. A calendar that is nobody's and has some is a room or a
	// thing: it takes their appointments, and says nothing of the rest of the office.
	Services []string `json:"services,omitempty"`

	HasSecret bool      `json:"has_secret,omitempty"` // there is a password, which is never shown
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// WholeOffice reports whether a calendar says when nobody of the office can be seen.
func (c Calendar) WholeOffice() bool { return c.For == "" && len(c.Services) == 0 }

// Takes reports whether a calendar is for a service; "" is any.
func (c Calendar) Takes(service string) bool {
	return service == "" || len(c.Services) == 0 ||
		slices.ContainsFunc(c.Services, func(s string) bool { return strings.EqualFold(s, service) })
}

// Slot is a time at which somebody of the office could see a caller.
type Slot struct {
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	Calendar string    `json:"calendar"`         // ID
	Person   string    `json:"person,omitempty"` // of the staff; "" = the office
}

// Wish is an appointment as a caller would like it.
type Wish struct {
	Length  time.Duration
	Person  string // of the staff; "" = anybody
	Service string // by its name in the profile; "" = any
	// Calendars are the IDs of those it may be in; none = any.
	Calendars []string
	Days      []time.Time // moments on the days that were named; none = as soon as possible
	// From and To are the part of a day, in minutes since midnight; both zero = any. A clock time is a part that has no length.
	From, To int
	Timed    bool   // a part or a clock time was named
	Not      []Slot // were offered before, or are taken
	Move     string // ID of the appointment that is to take place at another time; "" = a new one
}

// Booking is an appointment that a caller has confirmed.
type Booking struct {
	Slot
	Caller  string // ID of the card; "" = nobody's, and nothing is remembered
	Service string
	Name    Personal
	Number  PhoneNumber
}

// Appointment is one that stands in a calendar.
type Appointment struct {
	ID string `json:"id"` // UID of the entry
	Slot
	Service string   `json:"service,omitempty"`
	Name    Personal `json:"name,omitempty"` // in which it was booked
}
