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

// AuditMark is what the key ring knows of the audit chain. It lies in another file than the chain and is sealed, so that neither
// the chain nor the file of its heads can lose their ends unnoticed.
type AuditMark struct {
	Since    time.Time   `json:"since"`     // the mark is kept from then on
	SinceSeq uint64      `json:"since_seq"` // the entry that was the newest then
	Newest   AuditHead   `json:"newest"`    // the newest entry, not signed
	Lost     []AuditHead `json:"lost"`      // newest entries of once that the chain had no more when it went on
	Head     AuditHead   `json:"head"`      // the newest line of the file of the heads
	Heads    int         `json:"heads"`     // lines that the file has at least
}

// AuditHead is the end of the audit chain at a moment, signed. Whoever has one finds out when the chain was cut before it or written anew.
type AuditHead struct {
	At   time.Time `json:"at"`
	Seq  uint64    `json:"seq"`
	Hash string    `json:"hash"`
	Sign []byte    `json:"signature"` // Ed25519
}
