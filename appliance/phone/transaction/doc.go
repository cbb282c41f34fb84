// Package transaction is SIP below the phone: sockets, and the requests and responses that go over them.
//
// A [Wire] carries messages over UDP, TCP or TLS ([UDP], [TCP]). A [Layer] is the transaction layer over one wire (RFC 3261
// section 17 with RFC 6026): it parses, refuses what is malformed, repeats what gets no answer, answers repetitions, and hands
// each new request up as a [Server]. A request of ours is a [Client]. It knows no call, no account and no registration.
//
// Requests reach Layer.OnRequest on the reader's goroutine, in the order of arrival, so that it must not block. Goroutines: one
// reader, and one for each TCP connection; [Layer.Close] ends them. No message, number or name is ever logged.
package transaction
