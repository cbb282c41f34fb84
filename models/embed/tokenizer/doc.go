// Package tokenizer cuts texts into the pieces that sentence-embedding models were trained on, and gives their numbers.
//
// [Read] takes a tokenizer.json as model publishers release it and knows two kinds: WordPiece with BERT's normalisation,
// and SentencePiece's unigram model with the normalisation of XLM-RoBERTa. Of the file's settings, those are obeyed that
// change numbers; what it cannot do is an error, not a guess. Special pieces are added as the file's template says, and never
// found in a text: who says "[SEP]" does not end the sentence.
//
// It is our own because the Go libraries for this do not serve: on the thousand sentences of the tests, that which knows both kinds
// gave other numbers for 463 as WordPiece and for 39 as unigram, or panicked, and took 11 ms for a sentence.
//
// The package is pure Go, does no I/O of its own, starts no goroutines and keeps no text. A [Tokenizer] is safe for concurrent use.
package tokenizer
