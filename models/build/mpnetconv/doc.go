// Package mpnetconv turns all-mpnet-base-v2, as its publisher keeps it (a zip with float32 weights in a safetensors file and a
// tokenizer.json), into what the sentence embedder (models/embed) runs: an ONNX model with weights of 8 bits, a quarter of the size.
//
// Each block of 32 weights of a product shares one scale; so does each row of the table of pieces. The outcome is the same, byte
// for byte, on every machine, so that the manifest can name its hash.
//
// The package does no I/O of its own, starts no goroutines and keeps nothing. It holds the outcome, 120 MB, and one array of the weights,
// 94 MB at the most, in memory.
package mpnetconv
