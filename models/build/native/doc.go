// Package native builds the engines that are written in C++: llama.cpp with its ggml, and whisper.cpp on that same ggml, as
// static libraries in a folder of their own (a prefix) that the Go build links against.
//
// A prefix is named after everything that went into it: the sources' hashes, the compiler, the flags and, when it was
// built for this machine's processor, the processor's features. It is there whole or not at all, and one that is there
// is never built again. The package needs cmake, ninja and a compiler, and no engine of its own: it is pure Go. Build
// runs one command at a time and starts no goroutine that outlives it.
package native
