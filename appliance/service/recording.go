package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Recordings are the kept sounds of calls as the service needs them.
type Recordings interface {
	// Sound opens the recording of a call as a WAV file; an error wraps fs.ErrNotExist when there is none.
	Sound(call string) (Recording, error)
	// Made tells of all recordings when they were last written, by call.
	Made() (map[string]time.Time, error)
	// Length is how long the recording of a call is; 0 when there is none.
	Length(call string) time.Duration
	// Peaks are the loudest samples of each of n equal parts, from 0 to 1, of the caller and of Frontdesk.
	Peaks(call string, n int) (caller, ours []float64, err error)
}

// Recording is a WAV file with two channels, the caller left and Frontdesk right. Close it in the end.
type Recording struct {
	io.ReadSeekCloser
	Duration time.Duration
	Modified time.Time
}

// Waveform is how loud a recording is over its time.
type Waveform struct {
	Seconds float64   `json:"seconds"`
	Caller  []float64 `json:"caller"` // 0 to 1, from the start to the end
	Ours    []float64 `json:"ours"`
}

// Bounds of how long recordings are kept.
const (
	KeepDaysDefault = 30
	keepDaysMost    = 3650
)

// ReadRecordingSettings returns what the owner set about recording; it is off until somebody turns it on.
var ReadRecordingSettings = define(Op[None, record.RecordingSettings]{
	Name: "read-recording-settings", Role: Owner, Audit: NoLine("a setting of the box"),
	Run: get((*Service).readRecordingSettings),
})

func (s *Service) readRecordingSettings(context.Context) (record.RecordingSettings, error) {
	off := record.RecordingSettings{Mode: record.RecordingOff, KeepDays: KeepDaysDefault, Refusal: record.RefusalNothing}
	got, err := s.o.Records.RecordingSettings()
	if errors.Is(err, store.ErrNotFound) {
		return off, nil
	}
	if got.Refusal == "" {
		got.Refusal = record.RefusalNothing
	}
	return got, err
}

// SetRecordingSettings changes them from the next call on; KeepDays of 0 and a Refusal of "" keep what there is. The error is an
// *InvalidError when they cannot be.
var SetRecordingSettings = define(Op[record.RecordingSettings, record.RecordingSettings]{
	Name: "set-recording-settings", Role: Owner, Audit: Changes("change whether calls are recorded"),
	Run: (*Service).setRecordingSettings,
})

func (s *Service) setRecordingSettings(ctx context.Context, set record.RecordingSettings) (record.RecordingSettings, error) {
	now, err := s.readRecordingSettings(ctx)
	if err != nil {
		return set, err
	}
	set.KeepDays, set.Refusal = cmp.Or(set.KeepDays, now.KeepDays), cmp.Or(set.Refusal, now.Refusal)
	var problems []knowledge.Problem
	if set.Mode != record.RecordingOff && set.Mode != record.RecordingAnnounce && set.Mode != record.RecordingAsk {
		problems = append(problems, knowledge.Problem{Path: "mode", Text: "choose off, announce or ask"})
	}
	if set.Refusal != record.RefusalNothing && set.Refusal != record.RefusalWords {
		problems = append(problems, knowledge.Problem{Path: "refusal", Text: "choose nothing or words"})
	}
	if set.KeepDays < 1 || set.KeepDays > keepDaysMost {
		problems = append(problems, knowledge.Problem{Path: "keep_days", Text: fmt.Sprintf("write a number of days from 1 to %d", keepDaysMost)})
	}
	if len(problems) > 0 {
		return set, &InvalidError{What: "setting", Problems: problems}
	}
	set.At, set.By = s.o.Now(), ActorOf(ctx).By()
	defer s.due.forget()
	if err := s.o.Records.SetRecordingSettings(set); err != nil {
		return set, err
	}
	s.o.RecordingChanged(set)
	return set, nil
}

// PlayRecording gives out the recording of a call, a *[Recording]; store.ErrNotFound when there is none (any more).
var PlayRecording = define(Stream[string]{
	Name: "play-recording", Role: Staff, Audit: Reads("play recording"),
	About: of[Content],
	Run:   (*Service).playRecording,
})

func (s *Service) playRecording(_ context.Context, call string) (Content, error) {
	r, err := s.o.Recordings.Sound(call)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// Type implements Content.
func (r *Recording) Type() string { return "audio/wav" }

// WriteTo implements Content.
func (r *Recording) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{r})
}

// noRecordings are those of a box that keeps none.
type noRecordings struct{}

func (noRecordings) Sound(string) (Recording, error) { return Recording{}, fs.ErrNotExist }

func (noRecordings) Made() (map[string]time.Time, error) { return map[string]time.Time{}, nil }

func (noRecordings) Length(string) time.Duration { return 0 }

func (noRecordings) Peaks(string, int) (caller, ours []float64, err error) {
	return nil, nil, fs.ErrNotExist
}

// WaveformFilter says how fine the picture of a recording is.
type WaveformFilter struct {
	Call  string `json:"call"`
	Parts int    `json:"parts"`
}

// ReadWaveform returns n figures for each side of the recording of a call; store.ErrNotFound when there is none.
var ReadWaveform = define(Op[WaveformFilter, Waveform]{
	Name: "read-waveform", Role: Staff, Audit: NoLine("how loud it was says no word; playing it is noted"),
	Run: (*Service).readWaveform,
})

func (s *Service) readWaveform(_ context.Context, in WaveformFilter) (Waveform, error) {
	caller, ours, err := s.o.Recordings.Peaks(in.Call, in.Parts)
	if errors.Is(err, fs.ErrNotExist) {
		return Waveform{}, store.ErrNotFound
	}
	return Waveform{Seconds: s.o.Recordings.Length(in.Call).Seconds(), Caller: some(caller), Ours: some(ours)}, err
}
