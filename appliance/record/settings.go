package record

import "time"

// RecordingMode says whether calls are recorded.
type RecordingMode string

// The closed list of modes.
const (
	RecordingOff      RecordingMode = "off"
	RecordingAnnounce RecordingMode = "announce" // callers are told before, and can refuse
	RecordingAsk      RecordingMode = "ask"      // callers are asked, and recorded when they agree
)

// RefusalMode says what is kept of what a caller says who does not want to be recorded.
type RefusalMode string

// The closed list of modes.
const (
	RefusalNothing RefusalMode = "nothing" // neither sound nor words: only a message that the caller leaves
	RefusalWords   RefusalMode = "words"   // what is said is kept in writing, and the caller is told so
)

// RecordingSettings are the owner's settings about recording.
type RecordingSettings struct {
	Mode     RecordingMode `json:"mode"`
	KeepDays int           `json:"keep_days"`    // recordings are removed after so many days
	Refusal  RefusalMode   `json:"refusal"`      // "" = as it was; nothing where it never was set
	By       string        `json:"by,omitempty"` // who set it, as shown to people
	At       time.Time     `json:"at,omitzero"`
}

// Retention says for how many days each kind of thing is kept; 0 = for ever. Recordings have their own setting.
type Retention struct {
	Transcripts int       `json:"transcripts_days"` // what was said on a call, from its start
	Calls       int       `json:"calls_days"`       // that there was a call, and how it ended
	Messages    int       `json:"messages_days"`    // from when they were dealt with
	Callers     int       `json:"callers_days"`     // cards of people of whom nothing else is kept, from their last call
	Imported    int       `json:"imported_days"`    // the same of cards that came from a file, from their last call or change
	Pushed      int       `json:"pushed_days"`      // the same of cards that a program has written
	Office      int       `json:"office_days"`      // the same of cards on which the office has written
	Minors      int       `json:"minors_days"`      // all of the above of callers with the tag minor, and their recordings
	Security    int       `json:"security_days"`    // sign-ins and refusals; 0 = as by default: it always ages out
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at,omitzero"`
}

// SecurityDays is how long sign-ins and refusals are kept unless the owner says otherwise.
const SecurityDays = 90

// DefaultRetention is what holds until the owner says otherwise.
func DefaultRetention() Retention {
	return Retention{Transcripts: 90, Calls: 365, Messages: 180, Callers: 730, Imported: 1095, Pushed: 1095, Office: 1825, Minors: 30}
}
