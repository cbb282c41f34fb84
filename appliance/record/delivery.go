package record

import (
	"slices"
	"time"
)

// OccasionKind is a kind of what somebody of the office may be told of.
type OccasionKind string

// The closed list of kinds.
const (
	OccasionMessage  OccasionKind = "message"
	OccasionUrgent   OccasionKind = "urgent"   // a message that cannot wait
	OccasionMissed   OccasionKind = "missed"   // a caller was not served and left no message
	OccasionQuestion OccasionKind = "question" // the profile had no answer
	OccasionRequest  OccasionKind = "request"  // a caller wants to know, to be erased, …
	OccasionHealth   OccasionKind = "health"   // calls are not answered, the disk is full, a backup is overdue; and that it is over
	OccasionUpdate   OccasionKind = "update"   // a new version can be installed
	OccasionCall     OccasionKind = "call"     // a call is over, whatever became of it: its record for a program
	OccasionTest     OccasionKind = "test"     // somebody wants to see whether it comes
)

// OccasionKinds are all that somebody may be told of, in the order in which they are shown.
func OccasionKinds() []OccasionKind {
	return []OccasionKind{
		OccasionUrgent, OccasionMessage, OccasionMissed, OccasionQuestion, OccasionRequest, OccasionHealth, OccasionUpdate,
		OccasionCall,
	}
}

// Occasion is something that somebody of the office may be told of. It holds no words of a caller: they are read where they are
// kept when a delivery is written.
type Occasion struct {
	ID     string       `json:"id"`
	Kind   OccasionKind `json:"kind"`
	At     time.Time    `json:"at"`
	Ref    string       `json:"ref,omitempty"`    // ID of the message, call, question or request
	Call   string       `json:"call,omitempty"`   // ID of the call in which it came
	Caller string       `json:"caller,omitempty"` // ID of whom it is about
	Text   string       `json:"text,omitempty"`   // a sentence that names nobody: what is wrong with the box
}

// When says when somebody is told of an occasion.
type When string

// The closed list of times.
const (
	WhenNever  When = "never"
	WhenAtOnce When = "at once"
	WhenDaily  When = "daily" // with all others of the day
)

// Via is a way by which notices go.
type Via string

// The closed list of ways.
const (
	ViaEmail     Via = "email"
	ViaWebhook   Via = "webhook"   // Standard Webhooks
	ViaNtfy      Via = "ntfy"      // a topic of an ntfy server
	ViaGotify    Via = "gotify"    // an application of a Gotify server
	ViaMQTT      Via = "mqtt"      // a topic of a broker, such as that of Home Assistant
	ViaMatrix    Via = "matrix"    // a room
	ViaSyslog    Via = "syslog"    // a collector of logs (RFC 5424)
	ViaTelephone Via = "telephone" // a text to a telephone of the office (SIP MESSAGE)
)

// Vias are all ways.
func Vias() []Via {
	return []Via{ViaEmail, ViaWebhook, ViaNtfy, ViaGotify, ViaMQTT, ViaMatrix, ViaSyslog, ViaTelephone}
}

// Security says how the way to a server is secured.
type Security string

// The closed list.
const (
	SecurityTLS      Security = "tls"      // from the first octet
	SecurityStartTLS Security = "starttls" // before anything is said; without it nothing is
	SecurityNone     Security = "none"     // everybody in the network can read along
)

// Recipient is somebody or something of the office's that is told of occasions. Its secret is kept apart.
type Recipient struct {
	ID   string `json:"id"`
	Name string `json:"name"` // as the owner calls it
	Via  Via    `json:"via"`
	On   bool   `json:"on"`

	// Server is an address, https://host/path, host:port of a mail server or a broker, or tls://host:port of a collector, where tcp and udp
	// stand for tls, too; "" for a telephone.
	Server string `json:"server,omitempty"`
	// To is whom or what it is for there: addresses of mail with commas, a topic, a room, an extension.
	To       string   `json:"to,omitempty"`
	From     string   `json:"from,omitempty"` // address of mail
	User     string   `json:"user,omitempty"` // name for the secret
	Security Security `json:"security,omitempty"`
	Auth     string   `json:"auth,omitempty"` // how a mail server is shown the secret: "plain", "login", "cram-md5", "scram-sha-256"; "" = the best
	CA       string   `json:"ca,omitempty"`   // certificates to believe instead of the system's, PEM

	Tells map[OccasionKind]When `json:"tells"`
	Words bool                  `json:"words"`         // what callers said goes along, with name and number; false: only that there is something
	For   string                `json:"for,omitempty"` // only messages for this person of the staff; "" = all
	Quiet Quiet                 `json:"quiet,omitzero"`
	Daily string                `json:"daily"`          // when what is told daily goes, "17:30"
	Page  string                `json:"page,omitempty"` // where the page is, https://host:8443; "" = no links

	Settings  bool      `json:"settings,omitempty"`   // it comes from the settings file
	HasSecret bool      `json:"has_secret,omitempty"` // there is one, which is never shown
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// When is when the recipient is told of a kind.
func (r *Recipient) When(k OccasionKind) When {
	if w := r.Tells[k]; w != "" {
		return w
	}
	return WhenNever
}

// Quiet is a span of every day in which nothing but what is urgent is told. Both are "22:00", of the office's clock; "" = there is none.
type Quiet struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// DefaultTells is what a recipient is told of, and when, until the owner says otherwise.
func DefaultTells() map[OccasionKind]When {
	return map[OccasionKind]When{
		OccasionUrgent: WhenAtOnce, OccasionMessage: WhenAtOnce, OccasionMissed: WhenDaily, OccasionQuestion: WhenDaily,
		OccasionRequest: WhenAtOnce, OccasionHealth: WhenAtOnce, OccasionUpdate: WhenDaily,
	}
}

// Tells is what a recipient of a way is told of, and when, until the owner says otherwise: a collector of each call and of the box's
// faults, all others as in [DefaultTells].
func (v Via) Tells() map[OccasionKind]When {
	if v == ViaSyslog {
		return map[OccasionKind]When{OccasionCall: WhenAtOnce, OccasionHealth: WhenAtOnce}
	}
	return DefaultTells()
}

// DeliveryState says how far a delivery is.
type DeliveryState string

// The closed list of states.
const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliverySent    DeliveryState = "sent"
	DeliveryDead    DeliveryState = "dead" // it is not tried any more, unless somebody says so
)

// DeliveryStates are all states.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{DeliveryWaiting, DeliverySent, DeliveryDead}
}

// Delivery is one occasion on its way to one recipient. Its ID is the key by which a recipient knows one that comes twice.
type Delivery struct {
	Occasion
	ID        string        `json:"id"`
	Recipient string        `json:"recipient"`
	State     DeliveryState `json:"state"`
	Due       time.Time     `json:"due"`           // not before
	Slot      time.Time     `json:"slot,omitzero"` // it goes with all others of this time in one letter; zero = by itself
	Words     bool          `json:"words"`         // as the recipient's
	Attempts  int           `json:"attempts,omitempty"`
	Tried     time.Time     `json:"tried,omitzero"` // last
	Problem   string        `json:"problem,omitempty"`
	Sent      time.Time     `json:"sent,omitzero"`
}

// Missed reports whether a caller was not served: neither answered to the end nor put through, and without a message.
func (c Call) Missed() bool {
	return c.Origin == OriginLine && c.Messages == 0 && slices.Contains([]Result{
		ResultAbandoned, ResultNoInput, ResultRefused, ResultCancelled, ResultFailed, ResultCut,
	}, c.Outcome.Result)
}
