// Package hibari is a voice: it turns a clause of English text into speech with a hibari model.
//
// The way is that of the package hibari-tts 0.2.1: the text is written out (numbers, dates, abbreviations), cut into tokens, each
// gets its part of speech, and a lexicon says how it is pronounced; a small network reads the words that the lexicon lacks. The model
// turns the phonemes into a spectrum of 80 frames a second, and [synth] makes the waveform of that. Nothing else is needed, no espeak-ng.
// The tests compare phonemes and sound with the package's own. Where it takes the beginning of a word for a Roman number ("Queen
// Victoria"), this one does not.
//
// The rules are those of misaki (hexgrad, Apache-2.0) and of spaCy's tokenizer (ExplosionAI, MIT) in the form that hibari (Maureese
// Williams, Apache-2.0) gave them, written anew. Model, lexicon, tagger and tables are weights: models/manifest.toml names them
// and their licence, and none is in this repository.
//
// Text, phonemes and sound need no native code and build without it; [Voice] needs ONNX Runtime (models/onnx) and the build tag native.
// A Voice is used from one goroutine at a time, as engines.Voice says, and starts none.
package hibari
