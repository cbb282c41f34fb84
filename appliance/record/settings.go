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

// RecordingSettings are the owner's settings about recording.
type RecordingSettings struct {
	Mode     RecordingMode `json:"mode"`
	KeepDays int           `json:"keep_days"`    // recordings are removed after so many days
	By       string        `json:"by,omitempty"` // who set it, as shown to people
	At       time.Time     `json:"at,omitzero"`
}

// Retention says for how many days each kind of thing is kept; 0 = for ever. Recordings have their own setting.
type Retention struct {
	Transcripts int       `json:"transcripts_days"` // what was said on a call, from its start
	Calls       int       `json:"calls_days"`       // that there was a call, and how it ended
	Messages    int       `json:"messages_days"`    // from when they were dealt with
	Callers     int       `json:"callers_days"`     // cards of people of whom nothing else is kept, from their last call
	Minors      int       `json:"minors_days"`      // all of the above of callers with the tag minor, and their recordings
	By          string    `json:"by,omitempty"`
	At          time.Time `json:"at,omitzero"`
}

// DefaultRetention is what holds until the owner says otherwise.
func DefaultRetention() Retention {
	return Retention{Transcripts: 90, Calls: 365, Messages: 180, Callers: 730, Minors: 30}
}
