// Package moonshineconv turns the files of Moonshine base, as its publisher packs them for ONNX Runtime's own format (.ort), into
// ONNX models that models/moonshine runs.
//
// The publisher's files keep the weights in bytes but compute with numbers: at each run, for each token, the whole model is
// unpacked anew, which takes ten times as long as the work itself. Here the decoder multiplies by the bytes, and the encoder has
// its numbers unpacked once. The layers are written anew, with whole operators in place of a dozen small ones each, and the decoder
// has no branch for its first token.
//
// No weight is rounded. The outcome is the same, byte for byte, on every machine, so that the manifest can name its hash.
//
// The package does no I/O of its own, starts no goroutines and keeps nothing. It holds a file and its outcome, some 150 MB, in
// memory while it works.
package moonshineconv
