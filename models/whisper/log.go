//go:build native

package whisper

// #include "native.h"
import "C"

import (
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
)

// engineLog mirrors whisper.cpp's log hook, of which there is one in a process; it cannot belong to a value.
var engineLog struct {
	install sync.Once
	to      atomic.Pointer[slog.Logger]
}

// logTo sends the engine's log lines to l from now on, instead of to standard error. A nil l drops them.
func logTo(l *slog.Logger) {
	if l != nil {
		engineLog.to.Store(l)
	}
	engineLog.install.Do(func() { C.fd_log_install() })
}

// fdLog takes one line of the engine, on any of its threads.
//
//export fdLog
func fdLog(level C.int, text *C.char) {
	l := engineLog.to.Load()
	line := strings.TrimSpace(C.GoString(text))
	if l == nil || line == "" {
		return
	}
	switch level {
	case C.GGML_LOG_LEVEL_ERROR:
		l.Error("whisper.cpp", "line", line)
	case C.GGML_LOG_LEVEL_WARN:
		l.Warn("whisper.cpp", "line", line)
	default:
		l.Debug("whisper.cpp", "line", line)
	}
}
