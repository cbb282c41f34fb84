package record

import "time"

// Visit is an appointment that the assistant has made, as the box remembers it: the calendar that it stands in belongs to the office and
// may be out of reach, or say no more that there was one.
type Visit struct {
	ID     string `json:"id"` // UID of the entry in the calendar
	Caller string `json:"caller_id"`
	Slot
	Service string      `json:"service,omitempty"`
	Name    Personal    `json:"name,omitempty"` // in which it was booked
	Number  PhoneNumber `json:"number,omitempty"`

	Made      time.Time `json:"made"`
	Changed   time.Time `json:"changed"`  // last: made, moved or called off
	Sequence  int       `json:"sequence"` // how often it was changed (RFC 5545 section 3.8.7.4)
	Cancelled bool      `json:"cancelled,omitempty"`
}

// VisitDays is how many days an appointment is remembered, from when it was over.
const VisitDays = 30

// FeedShows says what a feed tells of the caller.
type FeedShows string

// The closed list of it.
const (
	FeedShowsNobody  FeedShows = "nobody"  // that somebody comes, and for which service
	FeedShowsInitial FeedShows = "initial" // the first letter of the name
	FeedShowsName    FeedShows = "name"    // the name in which it was booked
)

// Feed is an address below which a program in the office reads appointments (iCalendar, RFC 5545). What makes the address one that nobody
// guesses is kept as a hash alone.
type Feed struct {
	ID   string `json:"id"`
	Name string `json:"name"` // who reads it, in the owner's words

	// For is of whom it has appointments, one of the staff; Calendar the ID of the calendar whose it has, such as that of a room. Both "" =
	// all.
	For      string `json:"for,omitempty"`
	Calendar string `json:"calendar,omitempty"`

	Shows    FeedShows `json:"shows"`
	Number   bool      `json:"number,omitempty"`   // and the number
	Requests bool      `json:"requests,omitempty"` // also wishes for an appointment that callers have left as messages

	By   string    `json:"by,omitempty"`
	At   time.Time `json:"at,omitzero"`
	Used time.Time `json:"used,omitzero"` // last, to the minute; zero = never
}

// Has reports whether a feed is for an appointment.
func (f Feed) Has(v Visit) bool {
	return (f.For == "" || f.For == v.Person) && (f.Calendar == "" || f.Calendar == v.Calendar)
}
