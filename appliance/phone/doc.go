// Package phone is the appliance's extension at the office PBX: it registers, takes calls, answers them with audio,
// hangs up and transfers.
//
// A [Phone] binds one SIP socket, keeps a registration alive (RFC 3261 section 10, digest of RFC 8760) and hands each
// call to a [Handler] in a goroutine of its own. The call's context ends with a cause that says why ([ErrHangup],
// [ErrCancelled], [ErrNoACK], …), each with the outcome for the record. What is said in the call is not decided here.
//
// The package and the ones below it are the only importers of sipgo, of which they use the message model and the
// parsers. Sockets and transactions are package transaction; dialogs and the registration are in this package, because
// both hang on order and time: messages are handled in the order of arrival, one goroutine and one bounded queue per
// call, and 2xx responses are sent again until the ACK.
//
// Goroutines: one reader per socket, one for the registration; per call one that owns the dialog and one for the
// handler; one for each request of ours that is under way. [Phone.Run] waits for all of them. No message, number or
// name is ever logged; the ladder of [Call.Trace] is redacted.
package phone
