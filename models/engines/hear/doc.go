// Package hear turns the frames of live calls into utterances: it is engines.Ears inside the engines child.
//
// A [Hub] owns the recogniser and the turn detector, each behind one goroutine with a bounded queue (lane.go), since a
// native context serves one at a time. Each stream has one goroutine of its own that scores voice, follows the pure
// state machine of segment.go and asks the lanes for work. Frame only copies into a ring; events wait in a bounded
// list, so that neither a slow engine nor a slow reader ever holds up the audio clock or another call.
//
// At a pause the utterance so far is recognised and judged at the same time, in fact a moment before the pause is
// long enough to be reported; when the caller goes on, that work is aborted and the next pause covers the whole
// utterance again. What was reported as final stands unless SpeechResumed follows.
//
// The backends belong to whoever made the Hub and are closed by them, after Hub.Close.
package hear
