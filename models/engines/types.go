// Package engines runs the native models in a child process and talks to it.
//
// It has two sides. The child side ([Serve]) owns the backends (recognition, turn detection, language model, voice,
// sentence embedding), each behind a small interface declared here and implemented by models/whisper, models/moonshine, models/turn,
// models/llama, models/piper and models/embed, or by the scripted engines in models/modelstest. The parent side ([Client],
// [Supervisor]) starts the child, watches it and offers the same functions over gRPC on a Unix socket with deadlines and cancellation.
// Nothing here knows about calls, callers or SIP.
//
// Both sides start goroutines; [Serve], [Supervisor], [VoiceMouth] and [RemoteListening] say which, own them and wait for
// them. Samples handed to a method or to a yield function belong to the caller: who keeps them copies them.
package engines

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/audio"
)

// Rate is the sample rate of audio given to recognition, in samples a second.
const Rate = 16000

// FrameSamples is the length of the frames that Listen takes: 20 ms at Rate.
const FrameSamples = 320

// Errors that callers tell apart. They survive the way over gRPC.
var (
	// ErrUnavailable says that the engine or the whole child is not there now; the call goes on without it.
	ErrUnavailable = errors.New("engine not available")
	// ErrBusy says that a bounded queue was full; the work was not taken.
	ErrBusy = errors.New("engine busy")
)

// EventKind tells what a ListenEvent reports.
type EventKind int

// The kinds of ListenEvent, in the order in which one utterance sends them.
const (
	// SpeechStarted: voice was found. At is the position of its first voiced frame.
	SpeechStarted EventKind = iota + 1
	// SpeechPaused: the caller fell silent. At is the position of the end of the last voiced frame. Sent as soon as
	// the pause is long enough to be one (about 200 ms); TurnProb is the end-of-turn probability at that moment.
	// Recognition of the utterance so far has been started.
	SpeechPaused
	// SpeechResumed: the caller went on in the same utterance; a recognition under way was aborted.
	SpeechResumed
	// Transcribed: Text holds the recognition of the whole utterance up to At. Final is false for a partial made
	// while the caller still speaks, true for one made at a pause (it stands unless SpeechResumed follows).
	Transcribed
	// SpeechSustained: so much of the utterance was voiced that it is more than a sound of listening. Sent once an utterance, while
	// the caller speaks.
	SpeechSustained
)

// ListenEvent is one thing heard. All positions are measured on the stream's own clock: 20 ms a frame since it opened.
type ListenEvent struct {
	Kind      EventKind
	Utterance uint64        // counts from 1 in a stream; stays the same until Take
	At        time.Duration // see the kinds
	Now       time.Duration // position of the newest frame taken in when the event was made
	TurnProb  float64       // SpeechPaused: 0 goes on … 1 done; negative when no turn detector is there
	Speech    time.Duration // voiced time in the utterance so far

	// Transcribed only.
	Final        bool
	Language     string        // ISO 639-1, of the text
	Text         string        // trimmed; empty when Rejected
	Rejected     string        // why the text was withheld: "no_speech", "low_probability", "repetition", "noise"; "" when it was not
	AvgLogProb   float64       // mean natural log probability of the text tokens
	NoSpeechProb float64       // 0…1
	Words        []Word        // in order, with the probability of the weakest token of each
	Took         time.Duration // time inside the recogniser, without waiting
	Waited       time.Duration // time in the queue before it
}

// Word is one recognised word.
type Word struct {
	Text string
	Prob float64 // probability of its weakest token, 0…1
}

// ListenOptions open a stream.
type ListenOptions struct {
	Call     string // the call's id, for logs; no personal data
	Language string // ISO 639-1, forced; "" means "en"
	// Also are other languages that may be spoken; they are tried where Language, or the one spoken last, gives nothing sure.
	Also []string
}

// Hint tells recognition what to expect in the next utterance.
type Hint struct {
	Prompt string // words that are likely (names, services); biases spelling only; at most 200 characters are used
}

// Listening is one open stream. Frame is called from the audio clock and never blocks; the others may block shortly.
type Listening interface {
	// Frame takes 20 ms (FrameSamples at Rate) and copies them. It reports false when the queue was full and the frame was lost.
	Frame(pcm audio.PCM) bool
	// Take says that the utterance was accepted as the caller's turn: the next speech starts a new utterance.
	Take(utterance uint64)
	// Hint replaces what is expected next.
	Hint(h Hint)
	// Events delivers what was heard. It is closed when the stream ends, by Close or because the child went away.
	Events() <-chan ListenEvent
	// Err says after Events was closed why the stream ended; nil after Close.
	Err() error
	// Close ends the stream, aborts its work and waits for it.
	Close() error
}

// Token is one generated token with the model's own view of it.
type Token struct {
	Text    string
	LogProb float64 // natural log, over the whole vocabulary before the grammar
	Margin  float64 // log probability distance to the best other token that the grammar would have allowed too; +Inf when there was no other
}

// CompleteRequest asks the language model. Prefix is the system text, Prompt the user's; the backend wraps them in the chat
// template that the model file itself carries, so that another model needs no code.
type CompleteRequest struct {
	Call      string // for logs
	Prefix    string // the long, unchanging system text; kept in the KV cache across requests
	Prompt    string // what is particular to this request
	Begin     string // optional start of the answer, put into the model's mouth; not part of Completion.Text
	Grammar   string // GBNF; "" for free text
	MaxTokens int
	Stop      []string
	Scores    []string // optional closed list: the probability of each of these continuations is returned in Completion.Scores
}

// Completion is the model's answer.
type Completion struct {
	Text      string
	Tokens    []Token
	Scores    []float64     // as asked, normalised to sum 1
	Truncated bool          // MaxTokens was reached
	Prefilled int           // prompt tokens that had to be computed (not from the cache)
	Waited    time.Duration // in the queue
	Prefill   time.Duration
	Decode    time.Duration
}

// SpeakRequest asks the voice for one clause or sentence.
type SpeakRequest struct {
	Call string
	Text string // what is to be made one by one is on lines of its own
	Rate int    // wanted sample rate of the chunks, 8000, 16000 or the voice's own (0)
	// Speed multiplies the speaking rate; 0 means 1.
	Speed float64
	// Language is the ISO 639-1 code of the text's language; "" is that of the first voice. A request without a text has the voice of the
	// language made ready.
	Language string
}

// Speech is a piece of synthesised audio.
type Speech struct {
	PCM  audio.PCM
	Rate int
	// Substitute says that another voice speaks than the one set up for the language, which cannot be used: it is not worth keeping.
	Substitute bool
}

// Bounds of one request to an [Embedder]; a larger one gets [ErrTooLarge].
const (
	// MaxEmbedTexts is how many texts there may be.
	MaxEmbedTexts = 64
	// MaxEmbedText is how long each may be, in bytes: a long passage of a document. What a model cannot take in is cut off.
	MaxEmbedText = 2048
)

// Bounds of one request to rank.
const (
	// MaxRankItems is how many items there may be.
	MaxRankItems = 16
)

// RankItem is a service of a business, or an answer of its owner, as an [Embedder] compares it with what was said.
type RankItem struct {
	Text   string
	Answer bool
}

// Ranks say how well items fit what was said. Scores are log probabilities but for a constant, that of None for none of the items.
type Ranks struct {
	None  float64
	Items []Rank // in the order of the items
}

// Rank is what is said of one item. Facet is, for a service, the log of how much likelier its price is asked for than the service itself.
type Rank struct{ Score, Facet float64 }

// Vectors are the meanings of texts, in the order of the texts. Each is made of one part for each model, one after the other. A part
// has length 1, so that the scalar product of two of one model is their similarity, -1…1. Those of different models have nothing to do
// with each other.
type Vectors struct {
	Model   string // what made them, joined by "+"; another model, or another edition of it, has another name
	Dims    []int  // how long each model's part is; none without texts
	Vectors [][]float32
}

// Client-side services, as the rest of the program uses them. [Client] has them all; consumers declare the subset they need.
type (
	// Ears opens recognition streams. ctx bounds the life of the whole stream, not only its opening.
	Ears interface {
		Listen(ctx context.Context, o ListenOptions) (Listening, error)
	}
	// Mind completes text. Warm computes a prefix into the cache ahead of the first request.
	Mind interface {
		Warm(ctx context.Context, prefix string) error
		Complete(ctx context.Context, r CompleteRequest) (Completion, error)
	}
	// Mouth synthesises text; yield gets the audio in order, piece by piece, and stops the work by an error.
	Mouth interface {
		Speak(ctx context.Context, r SpeakRequest, yield func(Speech) error) error
	}
	// Embedder says what texts mean, by the models for their language (ISO 639-1; "" means "en"). Without texts it only names
	// the models, so that vectors made earlier can be told from those of another one. Rank compares items with what was said, all of
	// them at once; [ErrUnavailable] where no model of the language does.
	Embedder interface {
		Embed(ctx context.Context, language string, texts []string) (Vectors, error)
		Rank(ctx context.Context, language, said string, items []RankItem) (Ranks, error)
	}
)

// Child-side backends, one native context each. The server calls every method of one backend from one goroutine
// only (its owner), unless the method's comment says otherwise. A cancelled ctx must stop the native work within 50 ms or so.
type (
	// Recognizer turns one utterance into text. pcm is at Rate, never empty.
	Recognizer interface {
		Recognize(ctx context.Context, pcm audio.PCM, o RecognizeOptions) (Recognition, error)
		Close() error
	}
	// VoiceDetector makes streaming detectors, one for each stream. Safe for concurrent use.
	VoiceDetector interface {
		NewStream() (VoiceStream, error)
		Close() error
	}
	// VoiceStream scores consecutive windows. Used from one goroutine.
	VoiceStream interface {
		// WindowSamples is the window length at Rate (512 for Silero).
		WindowSamples() int
		// Score returns the speech probability of the next window.
		Score(window audio.PCM) (float64, error)
		Reset()
		Close() error
	}
	// TurnDetector scores whether the speaker of the last seconds is done (smart-turn: up to 8 s at Rate).
	TurnDetector interface {
		EndOfTurn(ctx context.Context, pcm audio.PCM) (float64, error)
		Close() error
	}
	// LanguageModel serves several requests at once by batching; safe for concurrent use.
	LanguageModel interface {
		Warm(ctx context.Context, prefix string) error
		Complete(ctx context.Context, r CompleteRequest) (Completion, error)
		Close() error
	}
	// Voice synthesises one clause after the other, at its own rate.
	Voice interface {
		Rate() int
		Speak(ctx context.Context, text string, speed float64) (audio.PCM, error)
		Close() error
	}
)

// RecognizeOptions bound one recognition.
type RecognizeOptions struct {
	Language string
	Prompt   string
	Partial  bool // a quick look while the caller still speaks: cheapest settings
}

// Recognition is what a Recognizer returns; see ListenEvent for the fields.
type Recognition struct {
	Text         string
	Rejected     string
	AvgLogProb   float64
	NoSpeechProb float64
	Words        []Word
}
