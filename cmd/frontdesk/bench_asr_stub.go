//go:build !native

package main

// openBenchRecognizer has nothing to offer in a build without native code.
func openBenchRecognizer(engineFiles, int) (benchRecognizer, error) { return nil, errNoEngines }
