// Package logring keeps the newest lines of the program's own log, for a technician who has no shell on the box: in memory, and in a folder
// of bounded size, so that what came before the last start can be read, too.
//
// It stands beside the log that the service manager keeps and takes the same records, after they have redacted themselves: names,
// numbers and words of callers never reach a log. It starts no goroutine; a [Ring] is safe for
// concurrent use, and what it returns belongs to the caller.
package logring

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Line is one line of the log.
type Line struct {
	Number uint64     `json:"number"` // counts up by one from line to line, from 1
	At     time.Time  `json:"at"`
	Level  slog.Level `json:"level"`
	Text   string     `json:"text"` // message and attributes, as the text log has them; never longer than 2000 bytes
}

// Bounds of what is kept.
const (
	DefaultLines = 2000
	longestText  = 2000
)

// Ring holds the newest lines. New makes it.
type Ring struct {
	mu    sync.Mutex
	ring  []Line // used from the front until it is full, then around
	next  int    // where the next line goes
	count uint64
	now   slog.Record // the record that is being written, for Write

	folder *folder // nil: lines are in memory only
}

// New returns a ring of at most lines; 0 = DefaultLines.
func New(lines int) *Ring {
	if lines <= 0 {
		lines = DefaultLines
	}
	return &Ring{ring: make([]Line, 0, lines)}
}

// Beside returns a handler that gives every record to out and keeps those of level or more, whether out wants them or not.
func (j *Ring) Beside(out slog.Handler, level slog.Level) slog.Handler {
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
			return slog.Attr{} // they have fields of their own
		}
		return a
	}}
	return &tee{j: j, out: out, kept: slog.NewTextHandler(sink{j}, o)}
}

// After returns the newest lines of at least level whose number is above after, oldest first, at most limit; 0 = all of them.
func (j *Ring) After(after uint64, level slog.Level, limit int) []Line {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := []Line{}
	for i := range j.ring { // from the newest to the oldest
		l := j.ring[(j.next-1-i+2*len(j.ring))%len(j.ring)]
		if l.Number <= after || limit > 0 && len(out) == limit {
			break
		}
		if l.Level >= level {
			out = append(out, l)
		}
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// sink takes the lines that the text handler makes, one at a time: Handle holds the lock.
type sink struct{ j *Ring }

// Write implements io.Writer.
func (s sink) Write(b []byte) (int, error) {
	j, text := s.j, bytes.TrimRight(b, "\n")
	j.count++
	l := Line{Number: j.count, At: j.now.Time, Level: j.now.Level, Text: strings.TrimPrefix(cut(string(text)), "msg=")}
	j.push(l)
	if j.folder != nil {
		j.folder.write(l)
	}
	return len(b), nil
}

// cut bounds a text.
func cut(text string) string {
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText-4], "") + "…"
	}
	return text
}

// push puts a line into the ring.
func (j *Ring) push(l Line) {
	if len(j.ring) < cap(j.ring) {
		j.ring = append(j.ring, l)
	} else {
		j.ring[j.next] = l
	}
	j.next = (j.next + 1) % cap(j.ring)
}

// tee is the handler of Beside.
type tee struct {
	j    *Ring
	out  slog.Handler
	kept slog.Handler
}

// Enabled implements slog.Handler.
func (t *tee) Enabled(ctx context.Context, l slog.Level) bool {
	return t.out.Enabled(ctx, l) || t.kept.Enabled(ctx, l)
}

// Handle implements slog.Handler.
func (t *tee) Handle(ctx context.Context, r slog.Record) error {
	if t.kept.Enabled(ctx, r.Level) {
		t.j.mu.Lock()
		t.j.now = r
		_ = t.kept.Handle(ctx, r) // a sink never fails
		t.j.mu.Unlock()
	}
	if !t.out.Enabled(ctx, r.Level) {
		return nil
	}
	return t.out.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (t *tee) WithAttrs(as []slog.Attr) slog.Handler {
	return &tee{j: t.j, out: t.out.WithAttrs(as), kept: t.kept.WithAttrs(as)}
}

// WithGroup implements slog.Handler.
func (t *tee) WithGroup(name string) slog.Handler {
	return &tee{j: t.j, out: t.out.WithGroup(name), kept: t.kept.WithGroup(name)}
}
