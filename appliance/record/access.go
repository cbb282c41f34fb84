package record

import "time"

// Role says what an account may do.
type Role string

// The closed list of roles.
const (
	RoleOwner Role = "owner" // everything
	RoleStaff Role = "staff" // sees calls, callers and messages and marks messages done; changes nothing else
)

// Account is somebody who signs in at the page. Hash is that of the password, in the form that appliance/access writes.
type Account struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"` // as signed in with; compared without regard to case
	Role     Role      `json:"role"`
	Hash     string    `json:"hash"`
	Created  time.Time `json:"created"`
	Changed  time.Time `json:"changed"`            // of the password
	LastSeen time.Time `json:"last_seen,omitzero"` // last sign-in

	Second *SecondFactor `json:"second,omitempty"` // nil = the password alone
}

// SecondFactor is what an account needs besides its password.
type SecondFactor struct {
	Secret   string    `json:"secret"`             // of the authenticator app (RFC 6238), base32
	Step     int64     `json:"step"`               // of time, of the last code that was used
	Recovery []string  `json:"recovery,omitempty"` // hashes of the codes that stand for the app, those not used yet
	Since    time.Time `json:"since"`
}

// Session is one browser that is signed in. It is kept under the hash of its secret, so that who reads the file cannot use it.
type Session struct {
	Account string    `json:"account"` // ID
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	From    string    `json:"from,omitempty"`  // address
	Agent   string    `json:"agent,omitempty"` // the browser as it calls itself
}

// SecurityEvent is a sign-in, or something that was refused. It ages out, other than the audit chain.
type SecurityEvent struct {
	At     time.Time `json:"at"` // of the last of them
	Act    string    `json:"act"`
	Who    string    `json:"who"`
	Door   string    `json:"door"`
	From   string    `json:"from,omitempty"`
	Agent  string    `json:"agent,omitempty"`
	Failed bool      `json:"failed,omitempty"`
	Times  int       `json:"times"` // so often within some minutes
}

// Same reports whether two events are the same thing again.
func (e SecurityEvent) Same(o SecurityEvent) bool {
	e.At, e.Times, o.At, o.Times = time.Time{}, 0, time.Time{}, 0
	return e == o
}
