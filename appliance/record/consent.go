package record

import "time"

// ConsentKind is what somebody agrees to or refuses.
type ConsentKind string

// The closed list of kinds.
const (
	ConsentRecording ConsentKind = "recording" // that calls are recorded
	ConsentContact   ConsentKind = "contact"   // that the office writes or calls unasked
)

// ConsentState is what somebody said about it.
type ConsentState string

// The closed list of states.
const (
	ConsentGiven     ConsentState = "given"
	ConsentRefused   ConsentState = "refused"
	ConsentWithdrawn ConsentState = "withdrawn" // what was given before
	ConsentInformed  ConsentState = "informed"  // the notice was heard to its end, and nothing was said against it
)

// ConsentHow is how it was said.
type ConsentHow string

// The closed list of ways.
const (
	ByVoice  ConsentHow = "voice"
	ByKey    ConsentHow = "key" // of the telephone
	ByNotice ConsentHow = "notice"
	ByOffice ConsentHow = "office" // somebody there noted it
)

// Consent is an entry of the ledger: what somebody has said about one kind of thing, when, and in view of which notice. The newest
// entry of a kind counts.
type Consent struct {
	ID     string       `json:"id"`
	Caller string       `json:"caller"` // ID
	Kind   ConsentKind  `json:"kind"`
	State  ConsentState `json:"state"`
	Notice int          `json:"notice,omitempty"` // version that was heard; 0 = none
	How    ConsentHow   `json:"how"`
	Call   string       `json:"call,omitempty"`
	Second float64      `json:"second,omitempty"` // of the call
	At     time.Time    `json:"at"`
	By     string       `json:"by,omitempty"` // who noted it, when it was not the caller
}

// NoticeKind is what callers are told about.
type NoticeKind string

// The closed list of kinds.
const (
	NoticeAssistant NoticeKind = "assistant" // that no person answers: the greeting
	NoticeRecording NoticeKind = "recording" // that the call is recorded, or whether it may be
	NoticePrivacy   NoticeKind = "privacy"   // what becomes of what callers say, and who answers questions about it; for who asks
)

// NoticeKinds are all kinds.
func NoticeKinds() []NoticeKind { return []NoticeKind{NoticeAssistant, NoticeRecording, NoticePrivacy} }

// Notice is what callers are told about one kind of thing. A new wording is a new version; former ones stay.
type Notice struct {
	Version int        `json:"version"` // from 1
	Kind    NoticeKind `json:"kind"`
	Text    string     `json:"text"`
	At      time.Time  `json:"at"` // used from then on
}
