// Package whisperconv turns Whisper weights stored in CTranslate2's container into the ggml file that whisper.cpp reads.
//
// The result is, byte for byte, the file that whisper.cpp's publishers release for the same weights, so that the hash in
// the manifest proves the conversion. Hyper-parameters follow from the shapes of the tensors and the mel filter bank is
// computed, so nothing but the container and the tokenizer is needed. Only float16 containers are taken: what ggml keeps
// in float32 was float16 to begin with, and widening is exact.
//
// The package does no I/O of its own, starts no goroutines and keeps nothing; tensors are streamed through one buffer,
// so that memory stays below a few megabytes whatever the size of the model.
package whisperconv
