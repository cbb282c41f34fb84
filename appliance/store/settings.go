package store

import (
	"frontdesk.internal/appliance/record"
)

var keyRecording = []byte("recording")

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
