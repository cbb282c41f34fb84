package record

import "time"

// Medium is something that backups were written to: a stick, a share.
type Medium struct {
	ID   string    `json:"id"`   // it stands on the medium
	Dir  string    `json:"dir"`  // where it was last
	Keys time.Time `json:"keys"` // when the keys were written to it last, with the list of those that are destroyed
}

// Restoration is that the records were restored from a backup.
type Restoration struct {
	At        time.Time `json:"at"`
	Backup    time.Time `json:"backup"`             // when it was made
	Keys      time.Time `json:"keys"`               // of when the list of destroyed keys is: who was erased later is there again
	Confirmed time.Time `json:"confirmed,omitzero"` // when somebody has said who that is
}
