package engines

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	maxLine        = 400 // bytes of a line that are kept
	linesPerSecond = 50  // that are logged; a crash in native code prints thousands
)

// relay logs what the child prints, line by line, and keeps what tells why it ended. The child logs no transcripts, no names and
// no numbers, which is its own affair; here lines are cut to a bounded length and number.
type relay struct {
	log *slog.Logger
	now func() time.Time

	mu       sync.Mutex
	line     []byte // the unfinished line
	headline string // first line of a crash
	last     string // last line
	second   time.Time
	logged   int
	skipped  int
}

// Write implements io.Writer. It never fails: the child must not be stopped by its own log.
func (r *relay) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(p)
	for {
		before, after, found := bytes.Cut(p, []byte{'\n'})
		r.line = append(r.line, before[:min(len(before), max(0, maxLine-len(r.line)))]...)
		if !found {
			return n, nil
		}
		r.emit(plain(r.line))
		r.line, p = r.line[:0], after
	}
}

// plain makes text of a line: control characters become spaces.
func plain(line []byte) string {
	s := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == utf8.RuneError {
			return ' '
		}
		return c
	}, string(line))
	return strings.TrimSpace(s)
}

func (r *relay) emit(line string) {
	if line == "" {
		return
	}
	r.last = line
	if r.headline == "" && (strings.HasPrefix(line, "SIG") || strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")) {
		r.headline = line
	}
	if now := r.now(); now.Sub(r.second) >= time.Second {
		if r.skipped > 0 {
			r.log.Warn("engines child printed more", "lines", r.skipped)
		}
		r.second, r.logged, r.skipped = now, 0, 0
	}
	if r.logged >= linesPerSecond {
		r.skipped++
		return
	}
	r.logged++
	level := slog.LevelInfo
	switch {
	case strings.Contains(line, "level=ERROR"):
		level = slog.LevelError
	case strings.Contains(line, "level=WARN"), r.headline != "":
		level = slog.LevelWarn
	case strings.Contains(line, "level=DEBUG"):
		level = slog.LevelDebug
	}
	r.log.Log(context.Background(), level, "engines child", "line", line)
}

// why returns the line that best tells why the child ended, "" for none.
func (r *relay) why() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.headline != "" {
		return r.headline
	}
	if rest := plain(r.line); rest != "" {
		return rest
	}
	return r.last
}
