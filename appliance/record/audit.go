package record

import "time"

// AuditEntry says that somebody did something with the records. Whom it is about is named by reference: an ID says nothing once its caller
// is erased.
type AuditEntry struct {
	Seq     uint64    `json:"seq"` // from 1, without a gap
	At      time.Time `json:"at"`
	Who     string    `json:"who,omitempty"` // "account ID", "token ID"; "" = whoever may use the door
	Door    string    `json:"door"`          // "page", "command line", "telephone", …
	Act     string    `json:"act"`           // "read call", "erase caller", …
	Subject string    `json:"subject,omitempty"`
	Failed  bool      `json:"failed,omitempty"` // it was refused or did not succeed
	Prev    string    `json:"prev"`             // hash of the entry before, hexadecimal
	Hash    string    `json:"hash"`             // of this entry with Prev
}

// AuditHead is the end of the audit chain at a moment, signed. Whoever has one finds out when the chain was cut before it or written anew.
type AuditHead struct {
	At   time.Time `json:"at"`
	Seq  uint64    `json:"seq"`
	Hash string    `json:"hash"`
	Sign []byte    `json:"signature"` // Ed25519
}
