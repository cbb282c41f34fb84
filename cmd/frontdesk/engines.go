package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/models"
	"frontdesk.internal/models/cpucheck"
	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// engineFiles says which weights the engines child loads, and how.
type engineFiles struct {
	dir         string        // that the file names are relative to
	asr         string        // Whisper model
	shortASR    string        // Moonshine's encoder, with its other files beside it; "" for none
	vad         string        // voice detector
	turn        string        // end-of-turn detector; "" for none
	llm         string        // language model
	voice       voiceFile     // the first
	voices      []voicesFor   // voices for certain languages; the first may be among them
	embed       []embed.Model // sentence embedders, the paths of their files in them
	onnxRuntime string        // shared library
	espeak      string        // program; "" looks it up in PATH
	stateDir    string        // for what the language model computed; "" keeps nothing
	language    string
	threads     int // 0: as each engine does best on this machine

	sounds soundNames // not for the child
}

// voiceFile is a voice and what speaks with it.
type voiceFile struct {
	engine models.Engine
	file   string
}

// String is how a voice is given on the command line.
func (v voiceFile) String() string {
	if v.engine == models.Hibari {
		return string(v.engine) + ":" + v.file
	}
	return v.file
}

// Set takes what String has made.
func (v *voiceFile) Set(text string) error {
	v.engine, v.file = models.Piper, text
	if file, ok := strings.CutPrefix(text, string(models.Hibari)+":"); ok {
		v.engine, v.file = models.Hibari, file
	}
	if v.file == "" {
		return errors.New("a file is needed")
	}
	return nil
}

// Type is what the help calls a voice.
func (voiceFile) Type() string { return "file" }

// voicesFor is a voice for certain languages.
type voicesFor struct {
	languages []string // ISO 639-1
	voiceFile
}

// flags makes the fields settable on the command line.
func (f *engineFiles) flags(fs *pflag.FlagSet) {
	fs.StringVar(&f.dir, "models", ".", "`folder` of the model files; the names below are relative to it")
	fs.StringVar(&f.asr, "asr", "", "Whisper model `file`")
	fs.StringVar(&f.shortASR, "short-asr", "",
		"encoder `file` of the recogniser of short clips (Moonshine, ONNX), with its other files beside it")
	fs.StringVar(&f.vad, "vad", "", "voice detector `file` (Silero, ggml)")
	fs.StringVar(&f.turn, "turn", "", "end-of-turn detector `file` (smart-turn, ONNX)")
	fs.StringVar(&f.llm, "llm", "", "language model `file` (GGUF)")
	fs.Var(&f.voice, "voice", "voice `file` (ONNX; Piper's with its .json beside it, hibari's as hibari:FILE)")
	fs.Func("voice-for", "voice for certain languages, as `de=FILE` or de,nl=FILE; once for each", f.addVoice)
	fs.Func("embed", "sentence embedder as a JSON `object` with name, file, tokenizer, languages and prefix; once for each", f.addEmbed)
	fs.StringVar(&f.onnxRuntime, "onnxruntime", "", "ONNX Runtime shared library `file`")
	fs.StringVar(&f.espeak, "espeak", "", "`path` of the espeak-ng program; looked up when not given")
	fs.StringVar(&f.stateDir, "state-dir", "", "`folder` for what the language model computed ahead")
	fs.StringVar(&f.language, "language", "en", "`code` of the callers' language (ISO 639-1)")
	fs.IntVar(&f.threads, "threads", 0, "compute threads of each engine; 0 chooses")
}

// addVoice takes one voice for certain languages from the command line.
func (f *engineFiles) addVoice(text string) error {
	languages, file, _ := strings.Cut(text, "=")
	v := voicesFor{languages: strings.Split(languages, ",")}
	if languages == "" || v.Set(file) != nil {
		return errors.New("languages, an equals sign and a file are needed")
	}
	f.voices = append(f.voices, v)
	return nil
}

// addEmbed takes one sentence embedder from the command line.
func (f *engineFiles) addEmbed(text string) error {
	var m embed.Model
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return err
	}
	if m.Name == "" || m.File == "" || m.Tokenizer == "" {
		return errors.New("name, file and tokenizer are needed")
	}
	f.embed = append(f.embed, m)
	return nil
}

// args returns the command line that sets the fields.
func (f engineFiles) args() []string {
	var args []string
	for _, a := range [][2]string{
		{"--models", f.dir}, {"--asr", f.asr}, {"--short-asr", f.shortASR}, {"--vad", f.vad}, {"--turn", f.turn}, {"--llm", f.llm},
		{"--voice", f.voice.String()}, {"--onnxruntime", f.onnxRuntime}, {"--espeak", f.espeak}, {"--state-dir", f.stateDir},
		{"--language", f.language},
	} {
		if a[1] != "" {
			args = append(args, a[0], a[1])
		}
	}
	for _, v := range f.voices {
		args = append(args, "--voice-for", strings.Join(v.languages, ",")+"="+v.String())
	}
	for _, m := range f.embed {
		text, _ := json.Marshal(m) // strings can be encoded
		args = append(args, "--embed", string(text))
	}
	if f.threads > 0 {
		args = append(args, "--threads", strconv.Itoa(f.threads))
	}
	return args
}

// chosenEngines returns the files of the models in use in modelsDir. What cannot be used is left out and told in the error, which
// joins one for each role; the child does without it.
func chosenEngines(modelsDir, stateDir string) (engineFiles, error) {
	f := engineFiles{dir: modelsDir, stateDir: stateDir, language: "en"}
	var problems []error
	for role, field := range map[models.Role]*string{
		models.ASR: &f.asr, models.VAD: &f.vad, models.Turn: &f.turn, models.LLM: &f.llm, models.OnnxRuntime: &f.onnxRuntime,
	} {
		files, err := models.Resolve(modelsDir, role)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		*field = files.Path
	}
	// Without it there is nothing wrong: recognition takes a little longer.
	if files, err := models.Resolve(modelsDir, models.ShortASR); err == nil {
		f.shortASR = files.Path
	}
	voices, err := models.ResolveAll(modelsDir, models.Voice)
	problems = append(problems, err, f.takeVoices(voices))
	embedders, err := models.ResolveAll(modelsDir, models.Embed)
	if err != nil {
		problems = append(problems, err)
	}
	for _, files := range embedders {
		m, err := embedModel(files)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		f.embed = append(f.embed, m)
	}
	return f, errors.Join(problems...)
}

// rankerSuffix ends the name of the file with which an embedding model compares texts.
const rankerSuffix = "-ranker-q8.onnx"

// embedModel returns what the child has to know of a sentence embedder. Its name changes with its files, for vectors made by the
// old ones are of no use then.
func embedModel(f models.Files) (embed.Model, error) {
	m := embed.Model{File: f.Path, Languages: f.Model.Languages, Prefix: f.Model.Prefix}
	sums := sha256.New()
	fmt.Fprintln(sums, f.Model.Prefix)
	for _, file := range f.Model.Files {
		fmt.Fprintln(sums, file.SHA256)
		if strings.HasSuffix(file.Name, "tokenizer.json") {
			m.Tokenizer = f.Beside(file.Name)
		}
		if strings.HasSuffix(file.Name, rankerSuffix) {
			m.Ranker = f.Beside(file.Name)
		}
	}
	m.Name = fmt.Sprintf("%s@%x", f.Model.Name, sums.Sum(nil)[:4])
	if m.Tokenizer == "" {
		return m, fmt.Errorf("model %s has no file whose name ends with tokenizer.json", f.Model.Name)
	}
	return m, nil
}

// How the child stands towards the rest: media must win over it when the CPU is short, and it goes first when memory is.
const (
	enginesNice        = 5
	enginesOOMScoreAdj = 500
)

// newEngines returns the supervisor of a child of this same program that loads f. The folder for its socket is made for this
// user only.
func newEngines(f engineFiles, socketDir string, logger *slog.Logger) (*engines.Supervisor, error) {
	return engines.NewSupervisor(engines.SupervisorConfig{
		// This very program, also when its file was replaced by an update meanwhile.
		Command: append([]string{"/proc/self/exe", "engines"}, f.args()...),
		Name:    "frontdesk",
		Dir:     socketDir,
		Nice:    enginesNice, OOMScoreAdj: enginesOOMScoreAdj,
		Logger: logger,
	})
}

// path returns where a file of the folder is; "" stays "".
func (f engineFiles) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, name)
}

// errNoEngines says that the program was built without the native code.
var errNoEngines = errors.New("this build has no engines; run make setup")

// enginesCommand is the child process of serve that holds the native models. It serves them on a socket until it is told to stop.
func enginesCommand() *cobra.Command {
	var f engineFiles
	var socket string
	var scripted bool
	cmd := command("engines", "the child process of serve; not for people", func(cmd *cobra.Command, _ []string) error {
		if socket == "" {
			return misused("--socket is needed; serve starts this command by itself")
		}
		logger := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{ReplaceAttr: withoutTime}))
		return serveEngines(cmd.Context(), socket, f, scripted, logger)
	})
	cmd.Flags().StringVar(&socket, "socket", "", "serve on this Unix `path`, in a folder of mode 0700")
	cmd.Flags().BoolVar(&scripted, "scripted", false, "serve scripted engines that need no models, for tests")
	f.flags(cmd.Flags())
	return fit(cpucheck.Check, cmd)
}

// withoutTime leaves out the time of a log line: the supervisor, which logs the line again, adds its own.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// serveEngines serves until ctx ends.
func serveEngines(ctx context.Context, socket string, f engineFiles, scripted bool, logger *slog.Logger) error {
	// serve starts its own program by a path that says nothing in a list of processes. Failing to rename changes nothing else.
	_ = os.WriteFile("/proc/self/comm", []byte("frontdesk-eng"), 0)
	progress := engines.NewProgress(time.Now)
	cfg := engines.ServeConfig{Socket: socket, Progress: progress, Logger: logger}
	if scripted {
		info := engines.Info{Model: "scripted"}
		cfg.Ears = engines.Loaded[engines.Ears](&modelstest.Ears{}, info)
		cfg.Mind = engines.Loaded[engines.Mind](&modelstest.Mind{}, info)
		cfg.Mouth = engines.Loaded[engines.Mouth](&modelstest.Mouth{}, info)
		cfg.Meaning = engines.Loaded[engines.Embedder](&modelstest.Meaning{}, info)
		return engines.Serve(ctx, cfg)
	}
	if f.stateDir != "" {
		if err := os.MkdirAll(f.stateDir, 0o700); err != nil {
			return fmt.Errorf("make folder for the engines' state: %w", err)
		}
	}
	if err := nativeEngines(&cfg, f); err != nil {
		return err
	}
	return engines.Serve(ctx, cfg)
}
