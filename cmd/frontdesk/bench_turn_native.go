//go:build native

package main

import (
	"context"
	"fmt"
	"log/slog"

	"frontdesk.internal/models"
	"frontdesk.internal/models/llama"
)

// hostSpeed measures the engines alone, so that figures of different machines can be compared.
func hostSpeed(ctx context.Context) (map[string]any, error) {
	dir, err := models.DefaultDir("", "")
	if err != nil {
		return nil, err
	}
	f, err := models.Resolve(dir, models.LLM)
	if err != nil {
		return nil, err
	}
	m, err := llama.New(llama.Options{Model: f.Path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("load language model: %w", err)
	}
	defer m.Close()
	prefill, decode, err := m.Speed(ctx)
	if err != nil {
		return nil, fmt.Errorf("measure language model: %w", err)
	}
	return map[string]any{"prefill_tokens_s": prefill, "decode_tokens_s": decode}, nil
}
