package record

import "time"

// Grade is a judgement in one word.
type Grade string

// The closed list of grades.
const (
	GradeGood   Grade = "good"   // nothing to do
	GradeFair   Grade = "fair"   // it works, with limits that Advice names
	GradeFailed Grade = "failed" // a caller would not be served
)

// SelfTest is how a call of the box to itself goes, or went.
type SelfTest struct {
	Running bool      `json:"running"`
	Step    string    `json:"step,omitempty"` // what is done now, in plain words
	Done    int       `json:"done"`           // steps done …
	Of      int       `json:"of"`             // … of so many; 0 when none was ever started
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"` // zero while it runs

	Grade  Grade    `json:"grade,omitempty"` // empty until it has ended
	Text   string   `json:"text,omitempty"`  // the verdict in one or two plain sentences
	Advice []string `json:"advice"`          // what is not right and what to do about it, a sentence or two each

	Call       string             `json:"call,omitempty"` // ID of the call's record
	RingMS     float64            `json:"ring_ms"`        // INVITE → 180
	SetupMS    float64            `json:"setup_ms"`       // INVITE → 200
	GreetingMS float64            `json:"greeting_ms"`    // ACK → first sound of the greeting
	Questions  []SelfTestQuestion `json:"questions"`
	WordErrors float64            `json:"word_errors"`  // of the questions, as the box heard them: errors for each word asked
	VoiceClear float64            `json:"voice_clear"`  // part of the replies' words that the box understood of its own voice, 0…1
	ReplyMaxMS float64            `json:"reply_max_ms"` // the longest wait for a reply
	Box        SelfTestLine       `json:"box"`          // the line as the box saw it
	Caller     SelfTestLine       `json:"caller"`       // the line as the calling end saw it
}

// SelfTestQuestion is one question and what became of it. Times are in milliseconds.
type SelfTestQuestion struct {
	Asked      string  `json:"asked"`
	Heard      string  `json:"heard"`       // by the box
	WordErrors float64 `json:"word_errors"` // for each word asked
	Source     string  `json:"source"`      // field of the profile that holds the answer
	Expected   string  `json:"expected"`    // what the profile says
	Said       string  `json:"said"`        // by the box
	Right      bool    `json:"right"`       // the fact was in what was said
	Understood string  `json:"understood"`  // of the reply, as it came out of the line; empty without recognition
	VoiceClear float64 `json:"voice_clear"` // part of the reply's words that were understood, 0…1

	ReplyMS       float64 `json:"reply_ms"` // last sound of the question → first sound of the reply, at the calling end
	EndpointingMS float64 `json:"endpointing_ms"`
	RecognitionMS float64 `json:"recognition_ms"`
	DecisionMS    float64 `json:"decision_ms"`
	DecidedBy     string  `json:"decided_by"`
	VoiceMS       float64 `json:"voice_ms"`
	MediaMS       float64 `json:"media_ms"`
}

// SelfTestLine is the media path from one end.
type SelfTestLine struct {
	Received  uint64  `json:"received"` // packets
	Lost      uint64  `json:"lost"`
	Late      uint64  `json:"late"`
	JitterMS  float64 `json:"jitter_ms"`
	Sent      uint64  `json:"sent"`
	SentLate  uint64  `json:"sent_late"`     // more than 5 ms behind the schedule
	WorstLate float64 `json:"worst_late_ms"` // of what was sent
}
