// Package phonetest holds the other side of the telephone for tests, demonstrations and benches: [PBX], a practice office
// PBX with registrar, digest and call routing, and [Caller], a telephone that dials through it and has an audio line.
//
// Both run over real UDP on a loopback port, on sipgo's own transaction layer: they share no code with the phone they
// test but the session descriptions. The PBX is a back-to-back user agent for signalling, as office PBXs are; audio flows
// directly between the ends. Faults can be set with [Faults]: lost and doubled messages, stale nonces, refusals.
//
// Goroutines belong to the PBX and the Caller; Close waits for them. Nothing is logged unless a logger is given.
package phonetest
