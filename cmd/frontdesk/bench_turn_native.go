//go:build native

package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"time"

	"frontdesk.internal/models"
	"frontdesk.internal/models/llama"
	"frontdesk.internal/models/whisper"
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
	asr, err := models.Resolve(dir, models.ASR)
	if err != nil {
		return nil, err
	}
	rec, err := whisper.New(whisper.Options{Model: asr.Path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("load recognition: %w", err)
	}
	defer rec.Close()
	var best time.Duration
	for range 3 {
		d, err := rec.EncodeTime()
		if err != nil {
			return nil, err
		}
		if best == 0 || d < best {
			best = d
		}
	}
	return map[string]any{
		"prefill_tokens_s": math.Round(prefill*10) / 10, "decode_tokens_s": math.Round(decode*10) / 10,
		"encode_30s_ms": float64(best.Milliseconds()),
	}, nil
}
