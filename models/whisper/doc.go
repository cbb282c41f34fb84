// Package whisper turns speech into text with whisper.cpp and finds voice with the Silero detector inside it.
//
// [Recognizer] implements engines.Recognizer: one utterance at a time, a forced language, no memory of earlier text, no
// timestamps, no second attempts at a higher temperature, and bounded work (see audioContext and tokenLimit). What it
// returns has passed the gate (models/transcript): text that the model invents on silence, noise or in a loop is withheld with a reason.
// [VAD] implements engines.VoiceDetector.
//
// The engine is reached in two ways over the same C context. The official binding (ggerganov/whisper.cpp/bindings/go)
// loads and frees the model, makes parameters and names tokens. A thin layer of our own (native.c) does what the
// binding lacks or does in a way that a server cannot live with: its callbacks sit in process-wide maps without a lock,
// its prompt setter leaks, it indexes the first sample of an empty slice, and it has no abort, no log hook, no token
// scores and no streaming VAD. The binding's Context and Params are the very C structs, so that a pointer converts by
// unsafe.Pointer without a copy; both sides are compiled against the same whisper.h.
//
// The package starts no goroutines that outlive a call. A Recognizer and each stream of a VAD serve one caller at a
// time; a VAD itself is safe for concurrent use. The log hook and the loaded library are process-wide, because
// whisper.cpp keeps them so.
//
// Everything that needs the native libraries carries the build tag native; the limits do not.
package whisper
