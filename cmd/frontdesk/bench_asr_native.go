//go:build native

package main

import "log/slog"

// openBenchRecognizer loads the models with the settings of calls.
func openBenchRecognizer(f engineFiles, beam int) (benchRecognizer, error) {
	r, _, err := openRecognizer(f, beam, slog.New(slog.DiscardHandler))
	return r, err
}
