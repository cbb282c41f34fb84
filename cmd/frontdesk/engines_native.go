//go:build native

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"frontdesk.internal/models"
	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/engines/hear"
	"frontdesk.internal/models/hibari"
	"frontdesk.internal/models/llama"
	"frontdesk.internal/models/moonshine"
	"frontdesk.internal/models/piper"
	"frontdesk.internal/models/turn"
	"frontdesk.internal/models/whisper"
)

// nativeEngines fills in the engines for which there are files.
func nativeEngines(cfg *engines.ServeConfig, f engineFiles) error {
	if f.asr == "" && f.llm == "" && f.voice.file == "" && len(f.embed) == 0 {
		return errors.New("no models given: name them with --asr, --llm, --voice and --embed")
	}
	progress, logger := cfg.Progress, cfg.Logger
	if f.asr != "" {
		cfg.Ears = func(context.Context, func(float64)) (engines.Ears, engines.Info, error) {
			return openEars(f, progress, logger)
		}
	}
	if f.voice.file != "" {
		cfg.Mouth = func(context.Context, func(float64)) (engines.Mouth, engines.Info, error) {
			return openVoices(f, progress, logger)
		}
	}
	if f.llm != "" {
		cfg.Mind = func(context.Context, func(float64)) (engines.Mind, engines.Info, error) {
			m, err := llama.New(llama.Options{Model: f.path(f.llm), Threads: f.threads, StateDir: f.stateDir, Logger: logger})
			if err != nil {
				return nil, engines.Info{}, err
			}
			return m, engines.Info{Model: filepath.Base(f.llm), Version: "llama.cpp, " + m.Describe()}, nil
		}
	}
	if len(f.embed) > 0 {
		cfg.Meaning = func(context.Context, func(float64)) (engines.Embedder, engines.Info, error) {
			e, err := openEmbed(f, f.embed)
			if err != nil {
				return nil, engines.Info{}, err
			}
			names := e.Models()
			for i := range names {
				names[i], _, _ = strings.Cut(names[i], "@") // people tell them apart without their hashes
			}
			info := engines.Info{Model: strings.Join(names, ", "), Version: "ONNX Runtime"}
			if err := e.Missing(); err != nil {
				info.Problem = err.Error()
			}
			return e, info, nil
		}
	}
	return nil
}

// openVoices loads the first voice; the others are loaded when they first have something to say.
func openVoices(f engineFiles, progress *engines.Progress, logger *slog.Logger) (engines.Mouth, engines.Info, error) {
	f.voice = f.firstVoice(func(v voiceFile) (string, error) { return voiceLanguage(f, v) })
	v, err := openVoice(f, f.voice)
	if err != nil {
		return nil, engines.Info{}, err
	}
	first := engines.NewMouth(progress.Voice(v), engines.MouthOptions{})
	o := engines.VoicesOptions{
		First: first, Language: v.Language(), Own: map[string]func(context.Context) (engines.Mouth, error){}, Logger: logger,
		Plain: func(ctx context.Context, language string) (engines.Mouth, error) {
			p, err := piper.NewPlain(ctx, f.espeak, language)
			if err != nil {
				return nil, err
			}
			return engines.NewMouth(progress.Voice(p), engines.MouthOptions{}), nil
		},
	}
	names, versions := []string{filepath.Base(f.voice.file)}, []string{voiceEngines[f.voice.engine]}
	for _, other := range f.voices {
		mouth := sync.OnceValues(func() (engines.Mouth, error) {
			if other.file == f.voice.file {
				return first, nil
			}
			v, err := openVoice(f, other.voiceFile)
			if err != nil {
				return nil, err
			}
			return engines.NewMouth(progress.Voice(v), engines.MouthOptions{}), nil
		})
		if other.file != f.voice.file {
			names = append(names, filepath.Base(other.file))
		}
		if version := voiceEngines[other.engine]; !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
		for _, l := range other.languages {
			if o.Own[l] == nil {
				o.Own[l] = func(ctx context.Context) (m engines.Mouth, err error) {
					err = progress.Do(ctx, "load voice", engines.LoadLimit, func(context.Context) error {
						m, err = mouth()
						return err
					})
					return m, err
				}
			}
		}
	}
	return engines.NewVoices(o), engines.Info{Model: strings.Join(names, ", "), Version: strings.Join(versions, ", ")}, nil
}

// voiceEngines are the names of what speaks, for people.
var voiceEngines = map[models.Engine]string{models.Piper: "Piper", models.Hibari: "hibari"}

// spokenVoice is a voice that knows its language.
type spokenVoice interface {
	engines.Voice
	Language() string
}

// voiceLanguage is the language that a voice was made for.
func voiceLanguage(f engineFiles, v voiceFile) (string, error) {
	if v.engine == models.Hibari {
		return hibari.Language, nil
	}
	return piper.Language(f.path(v.file))
}

// openVoice loads a voice.
func openVoice(f engineFiles, v voiceFile) (spokenVoice, error) {
	if v.engine == models.Hibari {
		return hibari.New(hibari.Options{Model: f.path(v.file), OnnxRuntime: f.path(f.onnxRuntime), Threads: f.threads})
	}
	return piper.New(piper.Options{Model: f.path(v.file), OnnxRuntime: f.path(f.onnxRuntime), Espeak: f.espeak, Threads: f.threads})
}

// openEmbed loads sentence embedders.
func openEmbed(f engineFiles, list []embed.Model) (*embed.Engine, error) {
	o := embed.Options{OnnxRuntime: f.path(f.onnxRuntime), Models: slices.Clone(list)}
	for i := range o.Models {
		m := &o.Models[i]
		m.File, m.Tokenizer, m.Ranker = f.path(m.File), f.path(m.Tokenizer), f.path(m.Ranker)
	}
	return embed.New(o)
}

// openBenchEmbedder loads one sentence embedder as the child does.
func openBenchEmbedder(f engineFiles, ms ...embed.Model) (benchEmbedder, error) {
	return openEmbed(f, ms)
}

// ears are the hub with what belongs to it.
type ears struct {
	*hear.Hub
	language string
	backends []io.Closer
}

// Listen opens a stream in the language of the house unless another is asked for.
func (e *ears) Listen(ctx context.Context, o engines.ListenOptions) (engines.Listening, error) {
	if o.Language == "" {
		o.Language = e.language
	}
	return e.Hub.Listen(ctx, o)
}

// Close ends the streams, then closes the backends.
func (e *ears) Close() error {
	e.Hub.Close()
	var errs []error
	for _, b := range e.backends {
		errs = append(errs, b.Close())
	}
	return errors.Join(errs...)
}

// openEars loads what recognition needs. Without a voice detector the loudness decides, without a turn detector the length of
// the pause: that is worse and still works, so a problem with them is only logged.
func openEars(f engineFiles, progress *engines.Progress, logger *slog.Logger) (engines.Ears, engines.Info, error) {
	r, info, err := openRecognizer(f, whisper.DefaultBeam, logger)
	if err != nil {
		return nil, info, err
	}
	e := &ears{language: f.language, backends: []io.Closer{r}}
	o := hear.Options{Recognizer: progress.Recognizer(r), Logger: logger}
	if f.vad != "" {
		if v, err := whisper.NewVADWithLogger(f.path(f.vad), logger); err != nil {
			logger.Error("no voice detector; loudness decides instead", "err", err)
		} else {
			e.backends = append(e.backends, v)
			o.VAD = progress.VoiceDetector(v)
		}
	}
	if f.turn != "" {
		if d, err := turn.New(turn.Options{Model: f.path(f.turn), OnnxRuntime: f.path(f.onnxRuntime)}); err != nil {
			logger.Error("no end-of-turn detector; pauses decide instead", "err", err)
		} else {
			e.backends = append(e.backends, d)
			o.Turn = progress.TurnDetector(d)
		}
	}
	e.Hub = hear.New(o)
	return e, info, nil
}

// openRecognizer loads Whisper and, where its files are there, what is quicker with short English clips. Whisper does without that.
func openRecognizer(f engineFiles, beam int, logger *slog.Logger) (engines.Recognizer, engines.Info, error) {
	info := engines.Info{Model: filepath.Base(f.asr), Version: "whisper.cpp"}
	w, err := whisper.New(whisper.Options{Model: f.path(f.asr), Threads: f.threads, Beam: beam, Logger: logger})
	if err != nil {
		return nil, info, fmt.Errorf("open recogniser: %w", err)
	}
	if f.shortASR == "" {
		return w, info, nil
	}
	threads := f.threads
	if threads == 0 {
		threads = min(whisper.PhysicalCores(), shortASRThreads)
	}
	m, err := moonshine.New(moonshine.Options{Model: f.path(f.shortASR), OnnxRuntime: f.path(f.onnxRuntime), Threads: threads})
	if err != nil {
		logger.Error("no recogniser of short clips; Whisper recognises all", "err", err)
		info.Problem = err.Error()
		return w, info, nil
	}
	info.Model = strings.TrimSuffix(filepath.Base(f.shortASR), "-encoder.onnx") + ", " + info.Model
	info.Version = "ONNX Runtime, " + info.Version
	return &hear.TwoLooks{Quick: m, Thorough: w, Logger: logger}, info, nil
}

// shortASRThreads is how many threads the encoder of short clips can use.
const shortASRThreads = 4

var (
	_ engines.Ears = (*ears)(nil)
	_ io.Closer    = (*ears)(nil)
)
