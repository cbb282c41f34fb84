package service

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// SoundDevice is a microphone or a speaker of the box.
type SoundDevice struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Default bool   `json:"default,omitempty"`
}

// SoundDevices are what there is.
type SoundDevices struct {
	Microphones []SoundDevice `json:"microphones"`
	Speakers    []SoundDevice `json:"speakers"`
}

// SoundUse chooses devices; the zero value is the default ones.
type SoundUse struct {
	Microphone string `json:"microphone,omitempty"` // ID
	Speaker    string `json:"speaker,omitempty"`    // ID
	Headset    bool   `json:"headset,omitempty"`    // the microphone cannot hear the speaker: one may interrupt
}

// SoundLevel is how loud the microphone was, in dB of full scale: 0 is the loudest, -96 silence.
type SoundLevel struct {
	MeanDB  float64 `json:"mean_db"`
	PeakDB  float64 `json:"peak_db"`
	Clipped int     `json:"clipped"` // samples at full scale
	Text    string  `json:"text"`    // what it means, in plain words
}

// Talk is a conversation at the box with no telephone.
type Talk struct {
	Running bool      `json:"running"`
	Call    string    `json:"call,omitempty"` // ID of the call's record
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Problem string    `json:"problem,omitempty"` // why it did not come to a proper end; empty when it did
	// Drift between the clocks of the devices and ours, in frames of 20 ms.
	Dropped uint64 `json:"dropped"`
	Missing uint64 `json:"missing"`
}

// Sound is the microphone and the speaker of the box. One thing is done at a time; a second is ErrSoundBusy.
type Sound interface {
	Devices() (SoundDevices, error)
	// Level listens for d; Echo plays what it heard, too.
	Level(ctx context.Context, use SoundUse, d time.Duration) (SoundLevel, error)
	Echo(ctx context.Context, use SoundUse, d time.Duration) (SoundLevel, error)
	// Tone plays a sine of hz for d.
	Tone(ctx context.Context, use SoundUse, hz float64, d time.Duration) error
}

// Talks are conversations at the box, one at a time.
type Talks interface {
	Start(use SoundUse) (Talk, error)
	Stop()
	State() Talk
}

// ErrSoundBusy says that microphone and speaker are in use by another check or talk.
var ErrSoundBusy = errors.New("microphone and speaker are in use: end the talk or wait for the end of the check")

// What a check may last, so that an answer comes in time.
const (
	shortestSound = 200 * time.Millisecond
	longestSound  = 10 * time.Second
)

// SoundDevices lists microphones and speakers. The error says in plain words when there are none.
func (d *Service) SoundDevices(context.Context) (SoundDevices, error) {
	if d.sound == nil {
		return SoundDevices{}, ErrNotHere
	}
	found, err := d.sound.Devices()
	found.Microphones, found.Speakers = some(found.Microphones), some(found.Speakers)
	return found, err
}

// SoundLevel listens to the microphone for length, 200 ms to 10 s, and tells how loud it was.
func (d *Service) SoundLevel(ctx context.Context, use SoundUse, length time.Duration) (SoundLevel, error) {
	if err := d.canSound(length); err != nil {
		return SoundLevel{}, err
	}
	l, err := d.sound.Level(ctx, use, length)
	return l.explained(), err
}

// SoundEcho records for length, 200 ms to 10 s, plays it back and tells how loud it was.
func (d *Service) SoundEcho(ctx context.Context, use SoundUse, length time.Duration) (SoundLevel, error) {
	if err := d.canSound(length); err != nil {
		return SoundLevel{}, err
	}
	l, err := d.sound.Echo(ctx, use, length)
	return l.explained(), err
}

// SoundTone plays a tone of hz, 50 to 7000, for length, 200 ms to 10 s.
func (d *Service) SoundTone(ctx context.Context, use SoundUse, hz float64, length time.Duration) error {
	if err := d.canSound(length); err != nil {
		return err
	}
	if !(hz >= 50 && hz <= 7000) {
		return fmt.Errorf("play a tone of %.0f Hz: choose 50 to 7000", hz)
	}
	return d.sound.Tone(ctx, use, hz, length)
}

func (d *Service) canSound(length time.Duration) error {
	if d.sound == nil {
		return ErrNotHere
	}
	if length < shortestSound || length > longestSound {
		return fmt.Errorf("use the sound for %v: choose %v to %v", length, shortestSound, longestSound)
	}
	return nil
}

// explained says what a level means.
func (l SoundLevel) explained() SoundLevel {
	switch {
	case l.Clipped > 10:
		l.Text = "Too loud: the sound is distorted. Set the microphone lower (alsamixer), or go further away."
	case l.PeakDB < -80:
		l.Text = "Nothing is heard. Is the microphone muted (alsamixer), or is it the wrong one?"
	case l.PeakDB < -40:
		l.Text = "Very quiet: set the microphone higher (alsamixer), or speak closer to it."
	default:
		l.Text = "The microphone hears well."
	}
	return l
}

// StartTalk lets somebody at the box talk to the assistant by microphone and speaker, with no telephone. Talk tells how it goes; the call is
// kept as one from the box.
func (d *Service) StartTalk(ctx context.Context, use SoundUse) (Talk, error) {
	if d.talks == nil {
		return Talk{}, ErrNotHere
	}
	t, err := d.talks.Start(use)
	d.acted(ctx, "talk at the box", err)
	return t, err
}

// StopTalk hangs up at the box. Without a talk nothing happens.
func (d *Service) StopTalk(context.Context) (Talk, error) {
	if d.talks == nil {
		return Talk{}, ErrNotHere
	}
	d.talks.Stop()
	return d.talks.State(), nil
}

// Talk tells how the talk goes that is under way, or how the last one went.
func (d *Service) Talk(context.Context) (Talk, error) {
	if d.talks == nil {
		return Talk{}, ErrNotHere
	}
	return d.talks.State(), nil
}
