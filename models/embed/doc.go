// Package embed tells what sentences mean: it turns each into a vector of length 1, and sentences that mean about the same
// into vectors that point about the same way, whatever their words.
//
// A text is cut into the pieces that its model knows (package tokenizer), and an ONNX model makes a vector of it, or one of each piece,
// whose mean is the text's. [Engine] holds the models and implements engines.Embedder; it needs ONNX Runtime and the build tag native.
// A language may have several models, its own and one for many: a text's vector is then theirs, one after the other, for they miss
// different things. The same text gives the same vector, up to rounding, whatever it is asked with.
//
// The package starts no goroutines. Callers take turns, a few texts at a time, so that one with many texts, such as a
// profile that is published, holds up one with a single sentence, a call, for a tenth of a second at the most.
package embed
