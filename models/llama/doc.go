// Package llama is the language model: it completes text with a GGUF model through llama.cpp.
//
// One owner goroutine holds the native context. Requests reach it by a bounded queue and are interleaved: each has its
// own sequence in one KV cache, and every step is one batch that mixes single tokens of those that answer with pieces of
// the prompts of those that begin. The long unchanging head of a prompt (the system text inside the model's chat
// template) is computed once, shared by reference, kept for the prefixes used last, and saved below Options.StateDir, so
// that a process that was killed is warm again at once.
//
// Under a grammar the most probable token is taken of those it allows, asked about the best few candidates first. Text
// that the grammar leaves no choice about is not computed at all: when nothing else can follow, the answer is complete
// without another step of the model. Answers are greedy: the same request gives the same text.
//
// What callers say is data: it is tokenised as plain text, so that it cannot contain the model's control tokens. It is
// never logged.
//
// [Model] needs llama.cpp and the build tag native. The goroutines of a Model are its owner and, while a prefix is being
// saved, one writer; Close waits for both.
package llama
