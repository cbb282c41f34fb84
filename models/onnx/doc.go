// Package onnx runs ONNX models on the CPU through ONNX Runtime's shared library, which is opened at run time.
//
// It is the only importer of the Go binding. It owns what is global to the process (the library and its environment,
// see Open) and what all our models want alike (see NewSession): a bounded number of threads that sleep instead of spin
// while they wait, no log output below an error, and a run that stops when its context ends. What a model's tensors
// mean is the business of models/piper, models/turn and models/embed.
//
// The package starts no goroutines that outlive a call. The library's own threads belong to a [Session] and end with
// its Close. Everything but this comment needs the build tag native.
package onnx
