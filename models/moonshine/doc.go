// Package moonshine turns short English clips into text with Moonshine base, on ONNX Runtime.
//
// What it costs goes by the length of the clip, where Whisper's window costs the same for "yes" as for a sentence: it is done with
// a usual turn in a fifth of the time. It knows English only, takes no hints, and is not trusted alone (see hear.TwoLooks).
//
// [Recognizer] implements engines.Recognizer: the encoder runs once over the samples, then the decoder gives one token after the
// other, each time the likeliest one, until it ends the text or has given more than anybody says in that time. What it returns has
// passed the gate (models/transcript). The models come out of models/build/moonshineconv.
//
// The package starts no goroutines; a Recognizer serves one caller at a time, and further ones wait. What needs the native library
// carries the build tag native; the tokens do not.
package moonshine
