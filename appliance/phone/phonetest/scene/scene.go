// Package scene plays a scripted caller: it speaks, keys, interrupts, listens and measures.
//
// A [Scene] is data (JSON): what a caller says step by step and what must be heard back. [Play] runs one on the media
// of an established call and returns a [Report] with the times of each turn as the caller's own line saw them, and
// both sides of the call as audio. It is the caller of the demonstration, the benches and the end-to-end tests.
// Speech comes from programs of the system (flite, espeak-ng, pico2wave) and from recordings, never from this repository.
//
// Play starts the line's two goroutines and runs the script in its own; it returns when all have ended.
package scene

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"frontdesk.internal/audio"
)

// Rate is the sample rate of the caller's audio, in samples a second: the telephone's.
const Rate = 8000

// Scene is one call as a script.
type Scene struct {
	Name    string  `json:"name"`
	Caller  string  `json:"caller"`            // number shown to the office; "" or "anonymous" withholds it
	Display string  `json:"display,omitempty"` // display name
	Voice   string  `json:"voice"`             // default voice of the steps, see Voices
	SNR     float64 `json:"snr_db,omitempty"`  // line noise; 0 = none
	Echo    float64 `json:"echo_db,omitempty"` // how far below its own level the office comes back through a speakerphone; 0 = not at all
	// Patience is the longest wait for a reply; 0 = a minute, for a busy machine.
	Patience Duration `json:"patience,omitzero"`
	// Stay is the longest that the caller stays on after the last reply for the office to hang up; 0 = he hangs up at once.
	Stay  Duration `json:"stay,omitzero"`
	Steps []Act    `json:"steps"`
}

// Act is one thing the caller does. Without Interrupt it waits until the other side has finished speaking. A step with nothing
// to say or press listens to what the other side says of its own accord.
type Act struct {
	Say   string `json:"say,omitempty"`   // words, spoken by the voice
	Voice string `json:"voice,omitempty"` // instead of the scene's
	Keys  string `json:"keys,omitempty"`  // keys to press
	// Interrupt makes the caller speak or press this long after the other side began, over its words.
	Interrupt Duration `json:"interrupt,omitzero"`
	// Wait is the caller's own hesitation after the other side has finished; 0 = 400 ms.
	Wait   Duration `json:"wait,omitzero"`
	Hangup bool     `json:"hangup,omitempty"` // hang up instead of speaking
	// Hear are facts of which each must be in the reply to this step ("a|b" accepts either); Miss are words that must not.
	Hear []string `json:"hear,omitempty"`
	Miss []string `json:"miss,omitempty"`
	// Said are facts of the same kind that must be in what the office's own record says it has answered, for a voice that no program
	// understands well.
	Said []string `json:"said,omitempty"`
	// Silent says that no reply is due (a digit in the middle of a number).
	Silent bool `json:"silent,omitempty"`
}

// Duration is a time.Duration that reads "1.5s" in JSON.
type Duration time.Duration

// UnmarshalJSON reads a Go duration in quotes.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("read duration: %w", err)
	}
	v, err := time.ParseDuration(s)
	*d = Duration(v)
	return err
}

// MarshalJSON writes a Go duration in quotes.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// Script decides what a caller does as the call goes on.
type Script interface {
	// Next returns the next step and its speech at [Rate], nil where nothing is said, and how long the caller lets the office speak
	// after it before he interrupts; 0 is to its end. Before it was a turn with its reply, at first the greeting. ok is false when the
	// caller has nothing left to do.
	Next(ctx context.Context, before Turn) (step Act, speech audio.PCM, interrupt Duration, ok bool, err error)
}

// Read decodes scenes from JSON; unknown fields are errors.
func Read(r io.Reader) ([]Scene, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var s []Scene
	if err := dec.Decode(&s); err != nil {
		return nil, fmt.Errorf("read scenes: %w", err)
	}
	return s, nil
}

// Result is what happened on one call, as the caller's line saw it.
type Result struct {
	Scene    string `json:"scene"`
	Greeting Turn   `json:"greeting"` // times from the ACK
	Turns    []Turn `json:"turns"`
	Ended    string `json:"ended"` // "caller", "office", or an error
	Lost     uint64 `json:"lost"`
	// Gaps are the times between packets of the office that were longer than 60 ms, as the packets arrived; GapMS is the longest
	// time between any two.
	Gaps   []Gap     `json:"gaps,omitempty"`
	GapMS  float64   `json:"gap_ms"`
	Caller audio.PCM `json:"-"` // what we said, at Rate, aligned with Office
	Office audio.PCM `json:"-"` // what we heard
}

// Gap is a time without a packet.
type Gap struct {
	At time.Time `json:"at"` // its end
	MS float64   `json:"ms"`
}

// Turn is one step and the reply to it.
type Turn struct {
	Step  Act       `json:"step"`
	Began time.Time `json:"began,omitzero"` // when the caller began to speak or to key
	// LastVoiced is when the packet with the caller's last voiced frame (or the last key) was sent; FirstReply when the
	// packet with the first voiced frame of the reply arrived. Zero when there was none.
	LastVoiced time.Time `json:"last_voiced"`
	FirstReply time.Time `json:"first_reply,omitzero"`
	ReplyMS    float64   `json:"reply_ms"` // between the two; 0 when no reply came
	// StoppedMS is, for an interruption, the time from the caller's first voiced packet to the office's last voiced one.
	StoppedMS float64 `json:"stopped_ms,omitempty"`
	// CutIn says that the office began to speak while the caller was still speaking.
	CutIn     bool      `json:"cut_in,omitempty"`
	Speech    audio.PCM `json:"-"`          // what the caller said, before the line, at Rate
	Reply     audio.PCM `json:"-"`          // the reply, at Rate
	ReplyFrom int       `json:"reply_from"` // where Reply is in Report.Office, in samples
	ReplyTo   int       `json:"reply_to"`
	ReplySec  float64   `json:"reply_sec"`
}
