// Package record holds the plain data that the appliance keeps about callers and calls.
//
// It has no behaviour beyond formatting, validity and redaction: [PhoneNumber] and [Personal] redact themselves in logs
// (slog) so that no full number, name or transcript gets there by accident. Nothing here does I/O.
package record

import (
	"log/slog"
	"strings"
	"time"
)

// PhoneNumber is a number as the PBX gave it or the caller said it: digits with an optional leading plus. Empty means withheld or unknown.
type PhoneNumber string

// Masked returns the number with the middle hidden, as lists show it: "0172···44".
func (n PhoneNumber) Masked() string {
	s := string(n)
	switch {
	case s == "":
		return "number withheld"
	case len(s) <= 4:
		return "···"
	case len(s) <= 7:
		return "···" + s[len(s)-2:]
	}
	return s[:4] + "···" + s[len(s)-2:]
}

// LogValue implements slog.LogValuer: a log sees two digits at the most.
func (n PhoneNumber) LogValue() slog.Value {
	if len(n) < 6 {
		return slog.StringValue("···")
	}
	return slog.StringValue("···" + string(n[len(n)-2:]))
}

// Digits returns the digits alone.
func (n PhoneNumber) Digits() string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, string(n))
}

// Personal is text that says something about a person (a name, words that were said). Logs see only its length.
type Personal string

// LogValue implements slog.LogValuer.
func (p Personal) LogValue() slog.Value {
	if p == "" {
		return slog.StringValue("")
	}
	return slog.StringValue("[redacted]")
}

// Result is the coarse end of a call.
type Result string

// The closed list of results.
const (
	ResultCompleted Result = "completed" // said goodbye, or the caller hung up after being served
	ResultAbandoned Result = "abandoned" // the caller hung up before anything was asked or left
	ResultNoInput   Result = "no_input"  // nothing was heard, ended politely
	ResultTransfer  Result = "transferred"
	ResultRefused   Result = "refused" // never answered: busy, shutting down
	ResultCancelled Result = "cancelled"
	ResultFailed    Result = "failed"      // our fault or the line's; Reason says which
	ResultRunning   Result = "in_progress" // also what a call cut by a power failure keeps, until recovery marks it interrupted
	ResultCut       Result = "interrupted" // the appliance stopped in mid-call (power cut, kill)
)

// Origin says by which way a call came.
type Origin string

// The closed list of origins.
const (
	OriginLine     Origin = ""         // over the telephone line: a caller
	OriginSelfTest Origin = "selftest" // the box called itself; no caller, and not in lists unless asked for
	OriginBox      Origin = "box"      // somebody talked at the box, by its microphone and speaker
)

// Outcome says how a call ended. Reason is one of a closed list of short words ("caller_hangup", "goodbye", "media_timeout",
// "no_ack", "shutdown", …).
type Outcome struct {
	Result Result `json:"result"`
	Reason string `json:"reason,omitempty"`
}

// DefaultCalls is how many calls at once the box takes where nobody says how many, and until it was measured how many it holds.
const DefaultCalls = 2

// Call is one call from INVITE to its end.
type Call struct {
	ID          string      `json:"id"`
	CallerID    string      `json:"caller_id"`
	From        PhoneNumber `json:"from,omitempty"`
	DisplayName Personal    `json:"display_name,omitempty"`
	Diverted    PhoneNumber `json:"diverted_from,omitempty"` // who was called first, when their calls go here
	Extension   string      `json:"extension,omitempty"`     // of ours, that was called
	Cause       int         `json:"q850_cause,omitempty"`    // with which the other side ended the call
	Origin      Origin      `json:"origin,omitempty"`
	Started     time.Time   `json:"started"`           // INVITE
	Answered    time.Time   `json:"answered,omitzero"` // ACK
	Ended       time.Time   `json:"ended,omitzero"`    // BYE
	Outcome     Outcome     `json:"outcome"`
	Turns       int         `json:"turns"`
	Forgotten   time.Time   `json:"transcript_removed,omitzero"` // when what was said was removed, because its time was over
	Messages    int         `json:"messages"`
	Business    string      `json:"business"` // profile id
	Profile     int         `json:"profile_version"`
	Codec       string      `json:"codec,omitempty"`
	Line        LineQuality `json:"line"`
	Recording   Recording   `json:"recording,omitempty"`
	Recorded    time.Time   `json:"recorded_from,omitzero"` // when the recording begins: after the notice
	Notices     Notices     `json:"notices,omitempty"`      // versions of the wordings in force
	Notes       []Note      `json:"notes,omitempty"`        // of the office, the oldest first
}

// Notices are versions of wordings, by their kind.
type Notices map[NoticeKind]int

// Note is what somebody of the office has written on a call.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text Personal  `json:"text"`
}

// Recording says what became of the recording of a call.
type Recording string

// The closed list of what became of it.
const (
	RecordingNone         Recording = ""              // recording was off
	RecordingKept         Recording = "kept"          // until its time is over
	RecordingRefused      Recording = "refused"       // the caller did not want it; nothing is kept
	RecordingNotAnnounced Recording = "not_announced" // the caller did not hear the notice to its end; nothing was recorded
	RecordingNotAllowed   Recording = "not_allowed"   // the caller was asked and has not agreed; nothing was recorded
	RecordingFailed       Recording = "failed"        // the disk failed; what was written until then is kept
)

// LineQuality is what the media path measured on a call.
type LineQuality struct {
	Received   uint64        `json:"received"`
	Lost       uint64        `json:"lost"`
	Late       uint64        `json:"late"`
	Concealed  uint64        `json:"concealed_frames"`
	JitterMS   float64       `json:"jitter_ms"`
	Sent       uint64        `json:"sent"`
	FirstSent  time.Duration `json:"first_sent_ns"`           // ACK to the first packet with our voice
	RemoteLoss float64       `json:"remote_loss"`             // fraction, from RTCP receiver reports
	RoundTrip  time.Duration `json:"round_trip_ns,omitempty"` // of the network, from RTCP; zero when the other side does not report
	SentLate   uint64        `json:"sent_late,omitempty"`     // packets that left more than 5 ms behind their schedule
	SentWorst  time.Duration `json:"sent_worst_ns,omitempty"` // the latest of them
}

// Turn is one exchange: what was heard, what was decided, what was said.
type Turn struct {
	Index int `json:"index"` // from 0

	HeardAt     time.Time     `json:"heard_at,omitzero"` // when the caller's last voiced packet came
	Heard       Personal      `json:"heard,omitempty"`   // words, or keys as "[keys] 123"
	HeardProb   float64       `json:"heard_prob,omitempty"`
	Mended      Personal      `json:"mended,omitempty"`     // what was really said, as the office has corrected it
	Decided     string        `json:"decided,omitempty"`    // the action's name, such as "answer.hours" or "message.ask_name"
	DecidedBy   string        `json:"decided_by,omitempty"` // "rule", "meaning", "model", "key", "timer", "fallback"
	Source      string        `json:"source,omitempty"`     // profile field that the answer came from
	Said        string        `json:"said,omitempty"`
	SaidAt      time.Time     `json:"said_at,omitzero"`         // first packet of the reply
	CutOff      bool          `json:"cut_off,omitempty"`        // the caller interrupted; Said holds what was really played
	Endpointing time.Duration `json:"endpointing_ns,omitempty"` // last voiced frame → turn accepted, less the recognition inside it
	Recognition time.Duration `json:"recognition_ns,omitempty"` // left over after the turn's end was clear
	Decision    time.Duration `json:"decision_ns,omitempty"`
	Voice       time.Duration `json:"voice_ns,omitempty"` // until the first sample
	Media       time.Duration `json:"media_ns,omitempty"` // in the jitter buffer, and first sample → first packet
	Total       time.Duration `json:"total_ns,omitempty"` // last voiced frame → first packet of the reply
	Glue        time.Duration `json:"glue_ns,omitempty"`  // of Total, when no engine worked for the turn and the caller was not waited for
}

// Words are what the caller said: as the office has corrected it, else as it was heard.
func (t Turn) Words() Personal {
	if t.Mended != "" {
		return t.Mended
	}
	return t.Heard
}

// Urgency of a message.
type Urgency string

// The closed list of urgencies.
const (
	Normal Urgency = "normal"
	Urgent Urgency = "urgent"
)

// Message is what a caller leaves for the office.
type Message struct {
	ID       string      `json:"id"`
	CallID   string      `json:"call_id"`
	CallerID string      `json:"caller_id"`
	At       time.Time   `json:"at"`
	Name     Personal    `json:"name,omitempty"`
	Number   PhoneNumber `json:"number,omitempty"`
	// NumberFrom says where the number came from: "caller_id", "spoken", "keyed".
	NumberFrom string `json:"number_from,omitempty"`
	// Second is another number that the caller has named.
	Second    PhoneNumber `json:"second_number,omitempty"`
	Extension string      `json:"extension,omitempty"` // of Number
	Reason    Personal    `json:"reason,omitempty"`
	BestTime  Personal    `json:"best_time,omitempty"` // when to call back, in the caller's words: "after five"
	For       string      `json:"for,omitempty"`       // whom it is for: one of the staff, or a name as the caller said it
	Urgency   Urgency     `json:"urgency"`
	Visit     bool        `json:"visit,omitempty"`   // it asks for an appointment
	Partial   bool        `json:"partial,omitempty"` // the caller hung up before confirming
	Text      bool        `json:"text,omitempty"`    // came as a text, not in a call
	Done      bool        `json:"done"`
	DoneAt    time.Time   `json:"done_at,omitzero"`
}

// Unanswered is a question the profile had no answer to.
type Unanswered struct {
	ID       string    `json:"id"`
	CallID   string    `json:"call_id"` // who asked last
	At       time.Time `json:"at"`
	Question Personal  `json:"question"`
	Times    int       `json:"times"` // how often the same was asked
}
