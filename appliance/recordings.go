package appliance

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/recording"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// sweepEvery is how often recordings are looked through for those that are too old.
const sweepEvery = time.Hour

// recordings are those of calls, and whether calls are recorded now.
type recordings struct {
	*recording.Archive
	settings atomic.Pointer[record.RecordingSettings]
	full     atomic.Bool // the disk is: nothing is recorded
}

var (
	_ service.Recordings   = (*recordings)(nil)
	_ reception.Recordings = (*recordings)(nil)
)

// condRecordings is that of a folder that cannot be used; calls are answered all the same.
const condRecordings = "recordings"

// openRecordings opens the folder of the recordings and reads whether calls are recorded. Without a word from the owner they are not.
// The error tells what is wrong with the folder.
func openRecordings(dir string, s *store.Store) (*recordings, error) {
	a, broken := recording.Open(filepath.Join(dir, "recordings"), reception.LineRate, s)
	t := &recordings{Archive: a}
	set, err := s.RecordingSettings()
	if errors.Is(err, store.ErrNotFound) {
		set, err = record.RecordingSettings{Mode: record.RecordingOff, KeepDays: service.KeepDaysDefault}, nil
	}
	t.settings.Store(&set)
	return t, errors.Join(broken, err)
}

// kept is the archive for the service; nil when the folder cannot be used.
func (t *recordings) kept() service.Recordings {
	if t.Archive == nil {
		return nil
	}
	return t
}

func (t *recordings) change(s record.RecordingSettings) { t.settings.Store(&s) }

// written reports whether what callers say who refuse to be recorded is kept in writing.
func (t *recordings) written() bool { return t.settings.Load().Refusal == record.RefusalWords }

// now is asked at the start of each call; nil says that it is not recorded, ask that the caller is asked.
func (t *recordings) now() (_ reception.Recordings, ask bool) {
	mode := t.settings.Load().Mode
	if t.Archive == nil || t.full.Load() || mode != record.RecordingAnnounce && mode != record.RecordingAsk {
		return nil, false
	}
	return t, mode == record.RecordingAsk
}

// Begin implements reception.Recordings.
func (t *recordings) Begin(call string) (reception.Recording, error) { return t.Archive.Begin(call) }

// Sound implements service.Recordings.
func (t *recordings) Sound(call string) (service.Recording, error) {
	s, err := t.Archive.Sound(call)
	if err != nil {
		return service.Recording{}, err
	}
	return service.Recording{ReadSeekCloser: s.ReadSeekCloser, Duration: s.Duration, Modified: s.Modified}, nil
}

// Made implements service.Recordings.
func (t *recordings) Made() (map[string]time.Time, error) {
	list, err := t.List()
	if err != nil {
		return nil, err
	}
	made := map[string]time.Time{}
	for _, k := range list {
		made[k.Call] = k.Made
	}
	return made, nil
}

// sweepRecordings removes recordings that are older than the owner wants them, until ctx ends.
func (a *Appliance) sweepRecordings(ctx context.Context) error {
	if a.recordings.Archive == nil {
		return nil
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		days := a.recordings.settings.Load().KeepDays
		switch n, err := a.recordings.Sweep(time.Now().AddDate(0, 0, -days), a.held); {
		case err != nil:
			a.log.Error("remove old recordings", "err", err)
		case n > 0:
			a.log.Info("old recordings were removed", "count", n, "days", days)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// held reports whether a legal hold keeps the recording of a call.
func (a *Appliance) held(call string) bool {
	owner, err := a.store.OwnerOf(call)
	if err != nil {
		return false
	}
	h, err := a.store.Hold(owner)
	return err == nil && h.Holds(time.Now())
}
