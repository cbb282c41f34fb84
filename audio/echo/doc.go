// Package echo keeps our own voice from being taken for the caller's when it comes back: from the loudspeaker of a telephone on a
// table, or from a bad hybrid on the way.
//
// A [Canceller] is told what was sent and what came, and gives what the caller alone has said. While it has found no echo it
// changes nothing, bit for bit; what comes while we speak, and is no louder than an echo may be, waits up to 0.2 s until it is
// known what it is. That is asked of two witnesses: the finder, which looks for the delay at which what came follows what was sent,
// up to 0.6 s, and a filter that is tried at that delay and must lower what comes. From then on the filter takes the echo out (264
// ms of it), and a gate closes over what the filter leaves: nothing passes but noise like the line's while nothing is louder than
// the echo and its rest usually are. A caller who speaks over us opens it, and is heard from his first sound, because the gate
// decides some 0.1 s late.
//
// It is no noise suppressor, and does not make the echo inaudible beneath a caller who speaks: recognition does not mind what is 20
// dB softer.
//
// All is done by the goroutine that calls; a Canceller belongs to one. Nothing is allocated after New, but what grows the slice
// that is handed in, and none is kept. One call costs about half a per cent of a core at 8 kHz, and twice that at 16 kHz, while we speak.
//
// Sources: Knapp and Carter, The generalized correlation method for estimation of time delay (1976); Soo and Pang, Multidelay block
// frequency domain adaptive filter (1990); Enzner and Vary, Frequency-domain adaptive Kalman filter for acoustic echo control
// (2006), in place of Valin, On adjusting the learning rate in frequency domain echo cancellation with double-talk (2007): both let
// a caller who speaks at the same time make the steps small.
package echo
