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

// ListSoundDevices lists microphones and speakers. The error says in plain words when there are none.
var ListSoundDevices = define(Op[None, SoundDevices]{
	Name: "list-sound-devices", Role: Technician, Needs: needSound, Audit: NoLine("names of devices"),
	Run: get((*Service).listSoundDevices),
})

func (s *Service) listSoundDevices(context.Context) (SoundDevices, error) {
	found, err := s.o.Sound.Devices()
	found.Microphones, found.Speakers = some(found.Microphones), some(found.Speakers)
	return found, err
}

// SoundCheck is a check of microphone or speaker.
type SoundCheck struct {
	Use    SoundUse      `json:"use"`
	Length time.Duration `json:"length"`
}

// MeasureSound listens to the microphone for length, 200 ms to 10 s, and tells how loud it was.
var MeasureSound = define(Op[SoundCheck, SoundLevel]{
	Name: "measure-sound", Role: Technician, Needs: needSound, Audit: NoLine("how loud it is; no sound is kept"),
	Run: (*Service).measureSound,
})

func (s *Service) measureSound(ctx context.Context, in SoundCheck) (SoundLevel, error) {
	if err := s.canSound(in.Length); err != nil {
		return SoundLevel{}, err
	}
	l, err := s.o.Sound.Level(ctx, in.Use, in.Length)
	return l.explained(), err
}

// EchoSound records for length, 200 ms to 10 s, plays it back and tells how loud it was.
var EchoSound = define(Op[SoundCheck, SoundLevel]{
	Name: "echo-sound", Role: Technician, Needs: needSound, Audit: NoLine("no sound is kept"),
	Run: (*Service).echoSound,
})

func (s *Service) echoSound(ctx context.Context, in SoundCheck) (SoundLevel, error) {
	if err := s.canSound(in.Length); err != nil {
		return SoundLevel{}, err
	}
	l, err := s.o.Sound.Echo(ctx, in.Use, in.Length)
	return l.explained(), err
}

// Tone is a tone to be played.
type Tone struct {
	Use    SoundUse      `json:"use"`
	Hz     float64       `json:"hz"`
	Length time.Duration `json:"length"`
}

// PlayTone plays a tone of hz, 50 to 7000, for length, 200 ms to 10 s.
var PlayTone = define(Op[Tone, None]{
	Name: "play-tone", Role: Technician, Needs: needSound, Audit: NoLine("a tone says nothing"),
	Run: act((*Service).playTone),
})

func (s *Service) playTone(ctx context.Context, in Tone) error {
	if err := s.canSound(in.Length); err != nil {
		return err
	}
	if !(in.Hz >= 50 && in.Hz <= 7000) {
		return fmt.Errorf("play a tone of %.0f Hz: choose 50 to 7000", in.Hz)
	}
	return s.o.Sound.Tone(ctx, in.Use, in.Hz, in.Length)
}

func (s *Service) canSound(length time.Duration) error {
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

// StartTalk lets somebody at the box talk to the assistant by microphone and speaker, with no telephone. Talk tells how it goes;
// the call is kept as one from the box.
var StartTalk = define(Op[SoundUse, Talk]{
	Name: "start-talk", Role: Technician, Needs: needTalks, Audit: Changes("talk at the box"),
	Run: (*Service).startTalk,
})

func (s *Service) startTalk(_ context.Context, use SoundUse) (Talk, error) {
	t, err := s.o.Talks.Start(use)
	return t, err
}

// StopTalk hangs up at the box. Without a talk nothing happens.
var StopTalk = define(Op[None, Talk]{
	Name: "stop-talk", Role: Technician, Needs: needTalks, Audit: Changes("hang up at the box"),
	Run: get((*Service).stopTalk),
})

func (s *Service) stopTalk(context.Context) (Talk, error) {
	s.o.Talks.Stop()
	return s.o.Talks.State(), nil
}

// ReadTalk tells how the talk goes that is under way, or how the last one went.
var ReadTalk = define(Op[None, Talk]{
	Name: "read-talk", Role: Technician, Needs: needTalks, Audit: NoLine("whether somebody talks at the box"),
	Run: get((*Service).readTalk),
})

func (s *Service) readTalk(context.Context) (Talk, error) {
	return s.o.Talks.State(), nil
}
