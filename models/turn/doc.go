// Package turn judges from the sound of the last seconds whether a speaker is done, with the smart-turn v3 model.
//
// The model hears intonation and rhythm, not words: its answer is one opinion that the conversation weighs with the
// words and with what was asked. The front end ([Features]: Whisper's log-mel spectrogram of 8 s) is pure Go and needs
// no native code; [Detector], which needs ONNX Runtime and the build tag native, implements engines.TurnDetector.
//
// The package starts no goroutines. A Features value serves one caller at a time and reuses its memory; a Detector
// serialises its callers.
package turn
