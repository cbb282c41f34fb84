// Package piper is the voice: it turns a clause of text into speech with a Piper (VITS) model.
//
// The way is Piper's own: the text is cleaned and split into sentences and clauses, espeak-ng writes each clause in
// IPA, the code points are numbered by the table in the voice's JSON file, and the model makes the waveform, which is
// brought to telephone level and freed of surplus silence. espeak-ng is GPL and therefore run as a program, never
// linked: one process is kept and given a line at a time, since starting one costs more than its work. [PlainVoice] is espeak-ng's
// own voice, for languages that have no model here.
//
// Where a sentence ends is told here by espeak-ng's own rules, not by those of appliance/language, which has cut the text before: what is
// cut otherwise than espeak-ng does it would be spoken with a pause in the wrong place, and the model wants the mark behind each clause.
//
// What is said, and how a price or an hour is spoken, is not decided here: the dialogue hands over spoken forms.
//
// Text, phonemes and level need no native code and build without it; [Voice] needs ONNX Runtime (models/onnx) and the
// build tag native. A Voice is used from one goroutine at a time, as engines.Voice says, and starts none that outlive
// a call; it owns the espeak-ng process until Close.
package piper
