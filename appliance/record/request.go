package record

import "time"

// RequestKind is a right that somebody makes use of.
type RequestKind string

// The closed list of kinds, by the articles of the GDPR; other laws have most of them, too.
const (
	RequestAccess      RequestKind = "access"      // Art. 15: what is kept
	RequestPortability RequestKind = "portability" // Art. 20: the same, for a program
	RequestRectify     RequestKind = "rectify"     // Art. 16: something is wrong
	RequestRestrict    RequestKind = "restrict"    // Art. 18: keep it, do not use it
	RequestObject      RequestKind = "object"      // Art. 21: no assistant
	RequestErase       RequestKind = "erase"       // Art. 17
	RequestWithdraw    RequestKind = "withdraw"    // Art. 7(3): a consent
	RequestNoContact   RequestKind = "no_contact"  // no calls and letters unasked
)

// RequestKinds are all kinds.
func RequestKinds() []RequestKind {
	return []RequestKind{
		RequestAccess, RequestPortability, RequestRectify, RequestRestrict, RequestObject, RequestErase, RequestWithdraw, RequestNoContact,
	}
}

// RequestState is how far a request is.
type RequestState string

// The closed list of states.
const (
	RequestOpen    RequestState = "open"
	RequestDone    RequestState = "done"
	RequestRefused RequestState = "refused"
)

// Identity is how somebody was known to be whom a request is about.
type Identity string

// The closed list of ways.
const (
	IdentityNone     Identity = ""          // not checked
	IdentityNumber   Identity = "number"    // called from the number on the card, which the telephone system vouches for
	IdentityCode     Identity = "code"      // keyed a code that was told to the number on the card
	IdentityCallBack Identity = "call_back" // was called back at the number on the card
	IdentityOffice   Identity = "office"    // somebody of the office knows the person or has seen a paper
)

// Identities are all ways of checking.
func Identities() []Identity {
	return []Identity{IdentityNumber, IdentityCode, IdentityCallBack, IdentityOffice}
}

// Request is somebody's use of a right, and what became of it.
type Request struct {
	ID       string       `json:"id"` // the receipt's number
	Caller   string       `json:"caller"`
	Kind     RequestKind  `json:"kind"`
	State    RequestState `json:"state"`
	At       time.Time    `json:"at"`
	Due      time.Time    `json:"due"` // the law's deadline
	Door     string       `json:"door"`
	Call     string       `json:"call,omitempty"` // in which it was made
	Identity Identity     `json:"identity,omitempty"`
	Agent    Personal     `json:"agent,omitempty"`   // who asks for somebody else
	Proof    Personal     `json:"proof,omitempty"`   // what shows that the agent may
	What     Personal     `json:"what,omitempty"`    // in the person's words: what is wrong, which consent
	Promised time.Time    `json:"promised,omitzero"` // when the caller was told that it is done at the end of the call
	Finished time.Time    `json:"finished,omitzero"`
	Reason   string       `json:"reason,omitempty"` // why it was refused
	By       string       `json:"by,omitempty"`     // who dealt with it
	Waits    time.Time    `json:"waits,omitzero"`   // since when it waits for what the person has to tell; the deadline waits, too
	Wanted   Personal     `json:"wanted,omitempty"` // what that is
	Fee      *Fee         `json:"fee,omitempty"`    // nil = it costs nothing
}

// FeeReason is why the law allows a fee.
type FeeReason string

// The closed list of reasons.
const (
	FeeCopy      FeeReason = "further_copy" // Art. 15(3)
	FeeExcessive FeeReason = "excessive"    // Art. 12(5)
)

// Fee is what the answer to a request costs.
type Fee struct {
	Amount   int       `json:"amount"` // cents
	Currency string    `json:"currency"`
	Reason   FeeReason `json:"reason"`
	Why      Personal  `json:"why,omitempty"` // what shows it
}

// Overdue reports whether the deadline has passed.
func (r Request) Overdue(now time.Time) bool {
	return r.State == RequestOpen && r.Waits.IsZero() && now.After(r.Due)
}
