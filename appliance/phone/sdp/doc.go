// Package sdp reads session descriptions leniently and writes them strictly.
//
// [Parse] takes what office PBXs and old handsets really send: o=, s= or t= missing, c= after t=, negative session ids,
// unknown lines, fax media, bare LF line ends, no final line end. [Answer], [Offer] and [Accept] implement the answerer's
// and the offerer's side of RFC 3264 for one audio stream: an answer has as many m-lines as the offer, the refused ones
// with port 0, and parses with a strict reader.
//
// The package is pure: no goroutines, no I/O, no clock, no name lookups. All input is bounded (see [MaxBytes],
// [MaxMedia], [MaxFormats], [MaxAttributes]); results own their memory.
package sdp
