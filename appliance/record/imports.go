package record

import "time"

// ImportState is how far an import is.
type ImportState string

// The closed list of states.
const (
	ImportRunning ImportState = "running" // what is interrupted is taken back at the next start
	ImportDone    ImportState = "done"
	ImportUndone  ImportState = "undone"
)

// ImportBatch is one file of contacts that was taken over.
type ImportBatch struct {
	ID     string      `json:"id"`
	File   string      `json:"file"` // its name
	At     time.Time   `json:"at"`
	By     string      `json:"by,omitempty"`
	State  ImportState `json:"state"`
	Rows   int         `json:"rows"`   // that were good
	Bad    int         `json:"bad"`    // that were not
	New    int         `json:"new"`    // cards that were made
	Merged int         `json:"merged"` // cards that learned something
}
