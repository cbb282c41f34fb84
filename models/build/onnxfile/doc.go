// Package onnxfile writes ONNX files: a graph of operators with its weights, as converters of weights make them.
//
// It knows the few parts of the format that they need and checks nothing about the graph; ONNX Runtime does when it loads the
// file. It keeps the weights it is given, without a copy, until the graph is written. No goroutines; a Graph is for one of them.
package onnxfile
