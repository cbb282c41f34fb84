package record

import "time"

// ConsolePIN lets a technician in at a serial line. Hash is that of the digits, in the form that appliance/access writes.
type ConsolePIN struct {
	Hash    string    `json:"hash"`
	Changed time.Time `json:"changed"`
}
