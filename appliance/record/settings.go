package record

import "time"

// RecordingMode says whether calls are recorded.
type RecordingMode string

// The closed list of modes.
const (
	RecordingOff      RecordingMode = "off"
	RecordingAnnounce RecordingMode = "announce" // callers are told before, and can refuse
)

// RecordingSettings are the owner's settings about recording.
type RecordingSettings struct {
	Mode     RecordingMode `json:"mode"`
	KeepDays int           `json:"keep_days"`    // recordings are removed after so many days
	By       string        `json:"by,omitempty"` // who set it, as shown to people
	At       time.Time     `json:"at,omitzero"`
}
