package phone

import (
	"time"
)

// State is where the registration stands.
type State string

// The states of a registration.
const (
	StateOff         State = "off"         // no registrar is configured
	StateRegistering State = "registering" // the first attempt is under way
	StateRegistered  State = "registered"
	StateFailed      State = "failed" // trying again at Status.Next
	StateStopped     State = "stopped"
)

// Failure is what keeps us from being registered.
type Failure string

// The closed list of failures.
const (
	FailNone         Failure = ""
	FailPassword     Failure = "wrong_password"
	FailNoExtension  Failure = "no_such_extension"
	FailForbidden    Failure = "forbidden"
	FailUnreachable  Failure = "unreachable"
	FailNameNotFound Failure = "name_not_found"
	FailOverloaded   Failure = "pbx_unavailable"  // 5xx
	FailAlgorithm    Failure = "unknown_digest"   // no challenge that we can answer
	FailInterval     Failure = "interval_refused" // 423 without an end
	FailProtocol     Failure = "unexpected_answer"
	FailCertificate  Failure = "certificate_not_trusted" // over TLS
	FailElsewhere    Failure = "moved"                   // 3xx
)

// Hint tells a person what to do about f.
func (f Failure) Hint() string {
	switch f {
	case FailNone:
		return ""
	case FailPassword:
		return "the PBX refused the password: check user name and password of the extension"
	case FailNoExtension:
		return "the PBX does not know this extension: create it there, or correct the number here"
	case FailForbidden:
		return "the PBX refuses this box: check its list of allowed addresses and that the extension may register"
	case FailUnreachable:
		return "the PBX does not answer: check its address, the cable and the firewall"
	case FailNameNotFound:
		return "the PBX's name was not found: check the name, or use its IP address"
	case FailOverloaded:
		return "the PBX says that it cannot serve now: look at the PBX"
	case FailAlgorithm:
		return "the PBX asks for a kind of password check that this box does not know: allow MD5 or SHA-256 there"
	case FailCertificate:
		return "the PBX shows a certificate that this box does not trust: have it trusted here, or correct the PBX's name"
	case FailElsewhere:
		return "the PBX sends this box to another address, which it does not follow by itself: enter that address, or correct the PBX"
	case FailInterval:
		return "the PBX does not accept the registration time: raise expires"
	}
	return "the PBX gave an unexpected answer: look at its log"
}

// Status is the state of the phone in plain facts.
type Status struct {
	State     State
	Since     time.Time // when State was entered
	Failure   Failure
	Code      int           // SIP status of the last answer, 0 without one
	Next      time.Time     // next refresh or attempt
	Expires   time.Duration // granted registration time
	Attempts  int           // failures in a row
	Registrar string        // address that is in use, "192.0.2.1:5060"
	Contact   string        // host:port where the PBX finds us
	Algorithm string        // digest in use: "MD5", "SHA-256", "SHA-512-256"; empty when the PBX asks for none
	Calls     int
	MaxCalls  int
	Strangers uint64 // messages from addresses that are not let in
	Malformed uint64 // messages that were not SIP
	Forged    uint64 // calls and texts from the PBX's address that do not come from the PBX: refused
	Overload  uint64 // messages dropped because a table was full
	Limited   uint64 // requests dropped because too many came at once
	Texts     uint64 // texts refused because one sender, or all of them, sent too many within an hour
	Scanners  uint64 // requests of strangers, who are let in, for users and methods that are not here: dropped
}
