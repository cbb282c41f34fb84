package store

import (
	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

var keyRecording = []byte("recording")

// RecordingSettings returns what the owner set about recording; ErrNotFound when nothing was ever set.
func (s *Store) RecordingSettings() (r record.RecordingSettings, err error) {
	err = s.view("read recording settings", func(tx *bolt.Tx) error {
		r, err = get[record.RecordingSettings](tx, bSettings, keyRecording)
		return err
	})
	return r, err
}

// SetRecordingSettings keeps what the owner set about recording.
func (s *Store) SetRecordingSettings(r record.RecordingSettings) error {
	return s.update("keep recording settings", func(tx *bolt.Tx) error { return put(tx, bSettings, keyRecording, r) })
}
