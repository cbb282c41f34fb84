package language

import "time"

// Reply is the answer to a yes-or-no question.
type Reply int

// The replies.
const (
	Neither Reply = iota // something else was said
	Yes
	No
)

// Number is the digits found in what was said.
type Number struct {
	Digits string
	Plus   bool // said "plus" before them
	Others int  // words with meaning that are no part of the number
	Tail   bool // the words say that these are the last digits
	Area   bool // the words say that this is the area code
	// Pieces are the same digits apart, where the words between them say that they are not simply one after the other: a correction, a second
	// number, the place of a digit.
	Pieces []Piece
}

// Piece is digits that were said together, and what the words around say of them.
type Piece struct {
	Groups []string // as they were said: "217", "555", "42", "13"
	Apart  []string // for each group another reading, "80055" for "eight hundred fifty-five", "" where there is none; nil = nowhere
	Plus   bool     // said "plus" before them
	Others int      // words with meaning before them that are no part of a number
	Role   Role
	Place  Place
	Nth    int // with PlaceDigit: which one, from 1; negative ones count from the end
}

// Role is what digits are said for.
type Role string

// The roles of digits.
const (
	RoleOn        Role = ""          // they follow those before
	RoleInstead   Role = "instead"   // they correct those before
	RoleNot       Role = "not"       // they are what is wrong
	RoleOther     Role = "other"     // they are a number beside the one before
	RoleAgain     Role = "again"     // they repeat those before
	RoleMissing   Role = "missing"   // they are missing in those before
	RoleExtension Role = "extension" // they are an extension
)

// Place is where in a number digits belong.
type Place string

// The places in a number.
const (
	PlaceNone   Place = ""
	PlaceEnd    Place = "end"
	PlaceStart  Place = "start"
	PlaceMiddle Place = "middle"
	PlaceArea   Place = "area"  // they are the area code
	PlaceDigit  Place = "digit" // see Nth
)

// Name is a caller's name as it was said.
type Name struct {
	Text    string   // "Anna Berger"; as the caller said it, capitalised
	Spelled bool     // all or part of it was spelled
	Letters []string // the words that were spelled
	Remark  string   // what else was said, before or behind it
}

// NamePart is a part of a name.
type NamePart int

// The parts of a name whose spelling may be open.
const (
	NameSure  NamePart = iota // none
	NameFirst                 // the first name
	NameLast                  // the last name
	NameWhole                 // both, or the only one
)

// When is the day and time that the caller's words speak of.
type When struct {
	Days   []time.Time // midday in the business's zone, in the order in which they were named
	Named  []string    // for each day: the holiday by whose name it was called, or ""
	Now    bool        // "now", "still", "currently"
	Clock  int         // minutes since midnight; valid when Has is set
	Sure   bool        // the half of the day was said
	Has    bool        // a time was named
	Part   Span        // the part of the day that was named, "this afternoon"; zero: none
	At     []int       // positions of the words used for days
	TimeAt []int       // positions of the words used for the time
}

// Urgency is what words say of how urgent something is.
type Urgency int

// The degrees of urgency.
const (
	UrgencyUnknown Urgency = iota // they do not tell
	UrgencyHinted                 // they sound like it: worth asking
	UrgencySaid                   // they say so
	UrgencyDenied                 // they say that it is not
)

// Part is a part of a message that can be wrong.
type Part string

// The parts of a message.
const (
	PartNone   Part = ""
	PartName   Part = "name"
	PartNumber Part = "number"
	PartReason Part = "message"
)

// Aspect is what about the opening hours is asked.
type Aspect string

// The aspects of opening hours.
const (
	AspectHours    Aspect = ""          // in general, or of the days named
	AspectIsOpen   Aspect = "is_open"   // yes or no
	AspectIsClosed Aspect = "is_closed" // the same, the other way round
	AspectOpens    Aspect = "opens"     // when do you open
	AspectCloses   Aspect = "closes"    // when do you close
)

// DayMinutes is the length of a nominal day.
const DayMinutes = 24 * 60

// Span is one stretch of opening on a day, in minutes of wall-clock time since that day's midnight. To is greater than From and
// exceeds 24 hours when the span runs past midnight (22:00 to 2:00 is {1320, 1560}).
type Span struct{ From, To int }

// AllDay says whether the span is the whole day.
func (s Span) AllDay() bool { return s.To-s.From == DayMinutes }

// Opening is what holds on a day.
type Opening struct {
	Spans []Span // none: closed, for whoever just comes
	// ByAppointment says that the business is there for those who have an appointment, beside the spans or instead of them.
	ByAppointment bool
}

// Price is an amount or a range in minor units of a currency (cents); all zero and no Note means no price is known. The names of its
// fields are those of a profile.
type Price struct {
	Amount int    `toml:"amount" json:"amount"`
	From   int    `toml:"from" json:"from"` // "from 80"
	To     int    `toml:"to" json:"to"`     // with From: "80 to 120"
	Unit   string `toml:"unit" json:"unit"` // "per hour"
	Free   bool   `toml:"free" json:"free"`
	Note   string `toml:"note" json:"note"` // a whole sentence
}

// Known says whether anything about a price can be said.
func (p Price) Known() bool { return p.Free || p.Amount > 0 || p.From > 0 || p.To > 0 || p.Note != "" }

// Address is where a business is. The names of its fields are those of a profile.
type Address struct {
	Street     string `toml:"street" json:"street"`
	City       string `toml:"city" json:"city"`
	Postcode   string `toml:"postcode" json:"postcode"`
	State      string `toml:"state" json:"state"`
	Directions string `toml:"directions" json:"directions"` // whole sentences
	Parking    string `toml:"parking" json:"parking"`       // whole sentences
}
