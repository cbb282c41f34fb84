package record

import "time"

// Egress is what went over the network for one purpose, to and from one address, on one day.
type Egress struct {
	Day         string    `json:"day"`     // 2026-03-02, of the box's clock
	Purpose     string    `json:"purpose"` // name of the destination
	Address     string    `json:"address"` // IP address; the name that was asked for, where none was dialled
	Connections uint64    `json:"connections"`
	Sent        uint64    `json:"bytes_sent"`
	Received    uint64    `json:"bytes_received"`
	Refused     uint64    `json:"refused"` // attempts that the gate did not let out
	First       time.Time `json:"first"`
	Last        time.Time `json:"last"`
}

// Destination is somewhere the box may speak to.
type Destination struct {
	Name    string `json:"name"`
	For     string `json:"for"`     // what it is good for
	Carries string `json:"carries"` // what may go there
	On      bool   `json:"on"`
}
