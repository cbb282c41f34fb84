package service

import (
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

// RecordingRecords keep the owner's settings; *store.Store is the real one.
type RecordingRecords interface {
	RecordingSettings() (record.RecordingSettings, error)
	SetRecordingSettings(r record.RecordingSettings) error
}

var _ RecordingRecords = (*store.Store)(nil)

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

// RecordingSettings returns what the owner set about recording; it is off until somebody turns it on.
func (d *Service) RecordingSettings(context.Context) (record.RecordingSettings, error) {
	s := record.RecordingSettings{Mode: record.RecordingOff, KeepDays: KeepDaysDefault}
	if d.taping == nil {
		return s, nil
	}
	got, err := d.taping.RecordingSettings()
	if errors.Is(err, store.ErrNotFound) {
		return s, nil
	}
	return got, err
}

// SetRecordingSettings changes them from the next call on; KeepDays of 0 keeps what there is. The error is an *InvalidError
// when they cannot be.
func (d *Service) SetRecordingSettings(ctx context.Context, s record.RecordingSettings) (record.RecordingSettings, error) {
	if d.taping == nil {
		return s, ErrNotRunning
	}
	if s.KeepDays == 0 {
		now, err := d.RecordingSettings(ctx)
		if err != nil {
			return s, err
		}
		s.KeepDays = now.KeepDays
	}
	var problems []knowledge.Problem
	if s.Mode != record.RecordingOff && s.Mode != record.RecordingAnnounce && s.Mode != record.RecordingAsk {
		problems = append(problems, knowledge.Problem{Path: "mode", Text: "choose off, announce or ask"})
	}
	if s.KeepDays < 1 || s.KeepDays > keepDaysMost {
		problems = append(problems, knowledge.Problem{Path: "keep_days", Text: fmt.Sprintf("write a number of days from 1 to %d", keepDaysMost)})
	}
	if len(problems) > 0 {
		return s, &InvalidError{What: "setting", Problems: problems}
	}
	s.At = d.now()
	if err := d.taping.SetRecordingSettings(s); err != nil {
		return s, err
	}
	if d.tapesChanged != nil {
		d.tapesChanged(s)
	}
	return s, nil
}

// Recording opens the recording of a call; store.ErrNotFound when there is none (any more).
func (d *Service) Recording(ctx context.Context, call string) (Recording, error) {
	if d.recordings == nil {
		return Recording{}, store.ErrNotFound
	}
	if err := d.saw(ctx, "play recording", call); err != nil {
		return Recording{}, err
	}
	r, err := d.recordings.Sound(call)
	if errors.Is(err, fs.ErrNotExist) {
		return Recording{}, store.ErrNotFound
	}
	return r, err
}

// WriteRecording writes the recording of a call to w as a WAV file; store.ErrNotFound when there is none.
func (d *Service) WriteRecording(ctx context.Context, call string, w io.Writer) (err error) {
	r, err := d.Recording(ctx, call)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(w, r)
	return err
}

// Waveform returns n figures for each side of the recording of a call; store.ErrNotFound when there is none.
func (d *Service) Waveform(_ context.Context, call string, n int) (Waveform, error) {
	if d.recordings == nil {
		return Waveform{}, store.ErrNotFound
	}
	caller, ours, err := d.recordings.Peaks(call, n)
	if errors.Is(err, fs.ErrNotExist) {
		return Waveform{}, store.ErrNotFound
	}
	return Waveform{Seconds: d.recordings.Length(call).Seconds(), Caller: some(caller), Ours: some(ours)}, err
}
