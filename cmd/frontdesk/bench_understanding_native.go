//go:build native

package main

import (
	"fmt"
	"log/slog"
	"slices"

	"frontdesk.internal/models"
	"frontdesk.internal/models/llama"
)

// openBenchMind loads the language model as the child does.
func openBenchMind(configured string) (benchMind, error) {
	f, err := benchFile(configured, models.LLM)
	if err != nil {
		return nil, err
	}
	m, err := llama.New(llama.Options{Model: f, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("load language model: %w", err)
	}
	return m, nil
}

// openBenchSpeaker loads the box's voice for English.
func openBenchSpeaker(configured string) (benchSpeaker, error) {
	dir, err := models.DefaultDir(configured, "")
	if err != nil {
		return nil, err
	}
	f, problem := chosenEngines(dir, "") // what else is missing is not needed
	voice := f.voice
	for _, other := range slices.Backward(f.voices) {
		if slices.Contains(other.languages, "en") {
			voice = other.voiceFile
		}
	}
	if voice.file == "" {
		return nil, problem
	}
	v, err := openVoice(f, voice)
	if err != nil {
		return nil, fmt.Errorf("load voice: %w", err)
	}
	return v, nil
}

// openBenchVoice loads a voice.
func openBenchVoice(f engineFiles, v voiceFile) (benchSpeaker, error) { return openVoice(f, v) }

// benchFile is the file of the model in use for a role.
func benchFile(configured string, role models.Role) (string, error) {
	dir, err := models.DefaultDir(configured, "")
	if err != nil {
		return "", err
	}
	f, err := models.Resolve(dir, role)
	return f.Path, err
}
