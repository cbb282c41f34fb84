//go:build native

package main

import "frontdesk.internal/models/whisper"

// openBenchRecognizer loads the model with the settings of calls.
func openBenchRecognizer(o benchASROptions) (benchRecognizer, error) {
	return whisper.New(whisper.Options{Model: o.asr, Threads: o.threads, Beam: o.beam})
}
