// Package lantest is a computer that helps, for tests: a stand-in in memory, written from OpenAI's description of its interface and from
// what llama-server, vLLM and servers for Whisper add to it.
package lantest

import (
	"crypto/tls"
	"encoding/json"

	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
)

// Key is what the stand-in wants for a key.
const Key = "sk-k3y"

// Asked is one question to the stand-in.
type Asked struct {
	Path   string
	Fields map[string]string // of a form, or of JSON as it was written
	PCM    audio.PCM         // of a form with sound
	Rate   int
}

// Server is the stand-in. Its fields are set before Start.
type Server struct {
	// Label is the text that is chosen, and Sure its probability.
	Label string
	Sure  float64
	// Words are what sound is written down as, all with the probability Sure; Language is their language, as the server calls it.
	Words    string
	Language string
	// Plain makes it a server that knows no probabilities of words, and refuses to be asked for them.
	Plain bool
	// Before is called with each request; it may answer itself, and then returns true.
	Before func(w http.ResponseWriter, r *http.Request) bool
	// NoTLS has it speak HTTP alone.
	NoTLS bool

	URL string // after Start
	CA  string

	mu    sync.Mutex
	asked []Asked
}

// Start starts it until the test is over.
func (s *Server) Start(t testing.TB) *Server {
	t.Helper()
	cert, ca := notifytest.Certificate(t)
	x := httptest.NewUnstartedServer(s)
	x.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // tests do to it what it complains of
	if s.NoTLS {
		x.Start()
	} else {
		x.TLS = &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12}
		x.StartTLS()
		s.CA = ca
	}
	t.Cleanup(x.Close)
	s.URL = x.URL + "/v1"
	return s
}

// Asked are the questions so far, without those for models.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Asked(nil), s.asked...)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := Asked{Path: r.URL.Path, Fields: map[string]string{}}
	var ok bool
	switch r.URL.Path {
	case "/v1/models":
		ok = true
	case "/v1/chat/completions":
		ok = a.readJSON(r)
	case "/v1/audio/transcriptions":
		ok = a.readForm(r)
	}
	if a.Path != "/v1/models" {
		s.mu.Lock()
		s.asked = append(s.asked, a)
		s.mu.Unlock()
	}
	switch {
	case s.Before != nil && s.Before(w, r):
	case r.Header.Get("Authorization") != "Bearer "+Key:
		http.Error(w, `{"error":{"message":"Incorrect API key provided"}}`, http.StatusUnauthorized)
	case !ok:
		http.Error(w, `{"error":{"message":"not understood"}}`, http.StatusBadRequest)
	case a.Path == "/v1/models":
		reply(w, map[string]any{"object": "list", "data": []any{map[string]any{"id": "stand-in-7b", "object": "model"}}})
	case a.PCM != nil:
		s.write(w, a)
	default:
		s.choose(w)
	}
}

// readJSON reads a request for a completion.
func (a *Asked) readJSON(r *http.Request) bool {
	var fields map[string]json.RawMessage
	if json.NewDecoder(r.Body).Decode(&fields) != nil {
		return false
	}
	for k, v := range fields {
		a.Fields[k] = string(v)
	}
	return a.Fields["model"] != "" && a.Fields["messages"] != ""
}

// readForm reads a request for a transcript.
func (a *Asked) readForm(r *http.Request) bool {
	if r.ParseMultipartForm(16<<20) != nil {
		return false
	}
	for k, v := range r.MultipartForm.Value {
		a.Fields[k] = strings.Join(v, ",")
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return false
	}
	a.PCM, a.Rate, err = wav.Read(f)
	return err == nil && f.Close() == nil && a.Fields["model"] != ""
}

// choose answers as a chat completion.
func (s *Server) choose(w http.ResponseWriter) {
	reply(w, map[string]any{
		"object": "chat.completion",
		"choices": []any{map[string]any{
			"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": s.Label},
			"logprobs": map[string]any{"content": []any{map[string]any{"token": s.Label, "logprob": logOf(s.Sure), "top_logprobs": []any{}}}},
		}},
	})
}

// write answers as a transcript.
func (s *Server) write(w http.ResponseWriter, a Asked) {
	if s.Plain {
		if a.Fields["response_format"] != "json" {
			http.Error(w, `{"error":{"message":"verbose_json is not supported"}}`, http.StatusBadRequest)
			return
		}
		reply(w, map[string]any{"text": s.Words})
		return
	}
	var words []any
	for x := range strings.FieldsSeq(s.Words) {
		words = append(words, map[string]any{"word": x, "start": 0, "end": 1, "probability": s.Sure})
	}
	reply(w, map[string]any{
		"task": "transcribe", "language": s.Language, "duration": a.PCM.Duration(a.Rate).Seconds(), "text": " " + s.Words, "words": words,
		"segments": []any{map[string]any{"id": 0, "text": " " + s.Words, "avg_logprob": logOf(s.Sure), "no_speech_prob": 0.01}},
	})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who asks may be gone
}

// logOf is the natural logarithm of a probability.
func logOf(p float64) float64 { return math.Log(max(p, 1e-9)) }
