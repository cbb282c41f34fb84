//go:build native

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/models"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/llama"
	"frontdesk.internal/models/turn"
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

// bareEars times the recognition of each of speech, at the telephone's rate, in its language. The end-of-turn detector judges the
// same audio meanwhile, as it does in calls: the two share the cores.
func bareEars(ctx context.Context, speech []audio.PCM, languages []string) ([]time.Duration, error) {
	dir, err := models.DefaultDir("", "")
	if err != nil {
		return nil, err
	}
	f, err := chosenEngines(dir, "")
	if err != nil {
		return nil, err
	}
	rec, _, err := openRecognizer(f, whisper.DefaultBeam, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	l := &listener{rec: rec}
	defer l.close()
	ends, err := turn.New(turn.Options{Model: f.path(f.turn), OnnxRuntime: f.path(f.onnxRuntime)})
	if err != nil {
		return nil, fmt.Errorf("load end-of-turn detector: %w", err)
	}
	defer ends.Close()
	took := make([]time.Duration, len(speech))
	if len(speech) == 0 {
		return nil, nil
	}
	for i := -1; i < len(speech); i++ { // the first use of a model takes longer, and does not count
		pcm := speech[max(i, 0)]
		wide, err := resample.All(scene.Rate, engines.Rate, pcm)
		if err != nil {
			return nil, err
		}
		judged := make(chan error, 1)
		go func() {
			_, err := ends.EndOfTurn(ctx, wide)
			judged <- err
		}()
		_, d, err := l.hearIn(ctx, pcm, languages[max(i, 0)])
		if err := errors.Join(err, <-judged); err != nil {
			return nil, err
		}
		took[max(i, 0)] = d
	}
	return took, nil
}
