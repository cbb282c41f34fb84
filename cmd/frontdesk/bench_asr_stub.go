//go:build !native

package main

// openBenchRecognizer has nothing to offer in a build without native code.
func openBenchRecognizer(benchASROptions) (benchRecognizer, error) { return nil, errNoEngines }
