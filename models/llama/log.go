//go:build native

package llama

// #include "bridge.h"
import "C"

import (
	"context"
	"log/slog"
	"strings"
	"sync"
)

// nativeLog takes the log lines of llama.cpp and ggml. They have one log function for the whole process, so there is
// one of these for the whole process too; the model opened last lends it its logger.
var nativeLog logSink

// keptErrors is the number of error lines kept to explain a failure.
const keptErrors = 4

// logSink puts pieces of lines together and hands whole lines on.
type logSink struct {
	mu     sync.Mutex
	logger *slog.Logger
	line   strings.Builder
	level  int
	errs   []string
}

// attach sends the lines to l from now on and forgets kept errors.
func (s *logSink) attach(l *slog.Logger) {
	s.mu.Lock()
	s.logger, s.errs = l, nil
	s.mu.Unlock()
	C.fdl_log_on()
}

// ggml's log levels.
const (
	levelError    = 4
	levelContinue = 5
)

// write takes a piece of a line.
func (s *logSink) write(level int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if level != levelContinue {
		s.level = level
	}
	s.line.WriteString(text)
	if !strings.HasSuffix(text, "\n") && s.line.Len() < 4096 {
		return
	}
	line := strings.TrimSpace(s.line.String())
	s.line.Reset()
	if line == "" {
		return
	}
	if s.level == levelError {
		s.errs = append(s.errs, line)
		s.errs = s.errs[max(0, len(s.errs)-keptErrors):]
	}
	if s.logger != nil {
		s.logger.Log(context.Background(), slog.LevelDebug, "llama.cpp", "line", line)
	}
}

// reason returns the error lines since attach, as one text.
func (s *logSink) reason() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.errs) == 0 {
		return "llama.cpp gave no reason"
	}
	return strings.Join(s.errs, "; ")
}

//export fdLlamaLog
func fdLlamaLog(level C.int, text *C.char) { nativeLog.write(int(level), C.GoString(text)) }
