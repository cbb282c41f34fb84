// Package asrbench measures how many words a recogniser gets wrong on recorded telephone prompts over a worse and
// worse line: clean G.711, with lost packets behind the jitter buffer's concealment, and with noise.
//
// It knows prompts with transcripts ([Load]), the way of a prompt over a line ([Line]), the counting of word errors
// ([Compare]) and the run over all of them ([Run]). It does not know which recogniser it measures. No goroutines.
package asrbench
