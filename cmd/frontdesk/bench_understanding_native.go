//go:build native

package main

import (
	"fmt"
	"log/slog"

	"frontdesk.internal/models"
	"frontdesk.internal/models/llama"
	"frontdesk.internal/models/piper"
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

// openBenchSpeaker loads the box's voice.
func openBenchSpeaker(configured string) (benchSpeaker, error) {
	f, err := benchFile(configured, models.Voice)
	if err != nil {
		return nil, err
	}
	lib, err := benchFile(configured, models.OnnxRuntime)
	if err != nil {
		return nil, err
	}
	v, err := piper.New(piper.Options{Model: f, OnnxRuntime: lib})
	if err != nil {
		return nil, fmt.Errorf("load voice: %w", err)
	}
	return v, nil
}

// benchFile is the file of the model in use for a role.
func benchFile(configured string, role models.Role) (string, error) {
	dir, err := models.DefaultDir(configured, "")
	if err != nil {
		return "", err
	}
	f, err := models.Resolve(dir, role)
	return f.Path, err
}
