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
}

// Session is one browser that is signed in. It is kept under the hash of its secret, so that who reads the file cannot use it.
type Session struct {
	Account string    `json:"account"` // ID
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
}
