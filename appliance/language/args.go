package language

import "time"

// Args are what a text speaks of. Each key uses the fields that its comment names; the values are facts and names as they stand in
// the profile or were said by the caller, never sentences of ours, and belong to no language.
type Args struct {
	// The setting of the call; every text may use it.
	Region   string    // ISO 3166 region, for numbers
	Currency string    // ISO 4217, for prices
	Now      time.Time // in the business's time zone, for "today" and "tomorrow"

	Business string // the business's name, as written
	Person   string // somebody of the office, as written
	Role     string // of Person, as written
	Name     string // the caller's name, in the caller's words
	Spelled  string // a word of it that is read letter by letter
	Text     string // words of the owner, spoken as written; also an address of mail or web
	Notice   string // the owner's wording of what a caller must be told; "" = ours
	Document string // how the owner calls a document that Text is from: "house rules"
	Words    string // words of the caller, repeated
	When     string // when the caller wants to be called, in his words
	Question string // a question as the owner has written it
	Service  string // a service, as written
	Items    []string
	Topics   []Line // of keys that name a topic
	More     bool   // there are more than Items
	People   []Person
	Price    Price
	Minutes  int
	Count    int    // of how many units Price is the sum
	Number   string // a telephone number, as record keeps it
	Digits   string // digits read one by one
	Address  Address
	Week     [7]Opening // by time.Weekday, Sunday first
	Weekday  time.Weekday
	Day      Day
	Days     int // how many days in a row Day stands for; 0 and 1 are the same
	At       time.Time
	Polar    Reply // the yes or no that an answer begins with; Neither: the question was none that takes one
	Urgent   bool
	Kept     Kept
}

// Line is one text with its arguments: what the conversation's policy decides to say, in no language yet.
type Line struct {
	Key  Key
	Args Args
}

// K is a line; at most one Args is taken.
func K(k Key, a ...Args) Line {
	l := Line{Key: k}
	if len(a) > 0 {
		l.Args = a[0]
	}
	return l
}

// Person is somebody of the office in a list.
type Person struct{ Name, Role string }

// Day is a calendar day and what holds on it.
type Day struct {
	Date time.Time
	Opening
	Holiday string // the owner's name for the holiday that replaces the weekly hours; "" = none
	Called  string // the holiday by whose name the caller asked; "" = none
}

// After is the day n days later, at noon: some days have no midnight.
func (d Day) After(n int) time.Time {
	y, m, day := d.Date.Date()
	return time.Date(y, m, day+n, 12, 0, 0, 0, d.Date.Location())
}

// Name is what the day is called beside its date: the owner's holiday, else the one by whose name the caller asked.
func (d Day) Name() string {
	if d.Holiday != "" {
		return d.Holiday
	}
	return d.Called
}

// Kept is what is kept of a caller, in kinds and numbers.
type Kept struct {
	Kinds                       []string // record.FieldKind
	Calls, Messages, Recordings int
}
