package store

import (
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
)

var (
	keyRecording = []byte("recording")
	keyMedia     = []byte("backup_media")
	keyRestored  = []byte("restored")
	keyFirst     = []byte("first_steps")
)

// Media returns what backups were written to.
func (s *Store) Media() (ms []record.Medium, err error) {
	err = s.view("read media of backups", func(t *txn) error { ms, err = t.media(); return err })
	return ms, err
}

func (t *txn) media() ([]record.Medium, error) {
	ms, err := get[[]record.Medium](t, bSettings, keyMedia)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return ms, err
}

// SeeMedium notes that the keys were written to a medium.
func (s *Store) SeeMedium(m record.Medium) error {
	return s.changeMedia(func(ms []record.Medium) ([]record.Medium, error) {
		return append(slices.DeleteFunc(ms, func(x record.Medium) bool { return x.ID == m.ID }), m), nil
	})
}

// DropMedium forgets a medium that is destroyed; [ErrNotFound] when there is none of that ID.
func (s *Store) DropMedium(id string) error {
	return s.changeMedia(func(ms []record.Medium) ([]record.Medium, error) {
		n := len(ms)
		ms = slices.DeleteFunc(ms, func(x record.Medium) bool { return x.ID == id })
		if len(ms) == n {
			return nil, ErrNotFound
		}
		return ms, nil
	})
}

func (s *Store) changeMedia(change func(ms []record.Medium) ([]record.Medium, error)) error {
	return s.update("keep media of backups", func(t *txn) error {
		ms, err := t.media()
		if err == nil {
			ms, err = change(ms)
		}
		if err != nil {
			return err
		}
		return put(t, bSettings, keyMedia, house, ms)
	})
}

// Restoration returns from what the records were restored; [ErrNotFound] when they never were.
func (s *Store) Restoration() (r record.Restoration, err error) {
	err = s.view("read what the records were restored from", func(t *txn) error {
		r, err = get[record.Restoration](t, bSettings, keyRestored)
		return err
	})
	return r, err
}

// SetRestoration keeps from what the records were restored.
func (s *Store) SetRestoration(r record.Restoration) error {
	return s.update("keep what the records were restored from", func(t *txn) error { return put(t, bSettings, keyRestored, house, r) })
}

// RecordingSettings returns what the owner set about recording; ErrNotFound when nothing was ever set.
func (s *Store) RecordingSettings() (r record.RecordingSettings, err error) {
	err = s.view("read recording settings", func(t *txn) error {
		r, err = get[record.RecordingSettings](t, bSettings, keyRecording)
		return err
	})
	return r, err
}

// SetRecordingSettings keeps what the owner set about recording.
func (s *Store) SetRecordingSettings(r record.RecordingSettings) error {
	return s.update("keep recording settings", func(t *txn) error { return put(t, bSettings, keyRecording, house, r) })
}

// FirstSteps returns what somebody said of the first steps.
func (s *Store) FirstSteps() (ms []record.FirstMark, err error) {
	err = s.view("read first steps", func(t *txn) error { ms, err = t.firstSteps(); return err })
	return ms, err
}

func (t *txn) firstSteps() ([]record.FirstMark, error) {
	ms, err := get[[]record.FirstMark](t, bSettings, keyFirst)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return ms, err
}

// MarkFirstStep keeps what somebody said of a step in the place of what was said before; with open nothing is said of it any more.
func (s *Store) MarkFirstStep(m record.FirstMark, open bool) error {
	return s.update("mark first step", func(t *txn) error {
		ms, err := t.firstSteps()
		if err != nil {
			return err
		}
		ms = slices.DeleteFunc(ms, func(x record.FirstMark) bool { return x.Step == m.Step })
		if !open {
			ms = append(ms, m)
		}
		return put(t, bSettings, keyFirst, house, ms)
	})
}
