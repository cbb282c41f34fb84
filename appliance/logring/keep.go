package logring

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"frontdesk.internal/appliance/statefile"
)

// Files in the folder of [Ring.KeepIn].
const (
	linesFile  = "lines"
	formerFile = "lines.former"
	crashFile  = "crash"
)

const (
	linesMost = 512 << 10 // bytes of a file of lines, until it becomes the former one
	crashMost = 80        // lines of a crash that are kept: where it was, not every goroutine
	lineMost  = 8 << 10   // bytes of a line in a file: longestText in JSON
)

// ended is the line that an orderly end leaves.
const ended = "the program has ended"

// folder is where lines go, beside the memory.
type folder struct {
	dir  string
	file *os.File
	size int64
}

// KeepIn keeps the lines in a folder, too, and takes in what the last starts have left there: the cause of a crash is in what came before
// this start. What the Go runtime says in a crash goes there. Lines are with the kernel when the call that logs returns; a power cut may
// take the newest. Close ends it.
func (j *Ring) KeepIn(dir string) error {
	if err := statefile.MkdirAll(dir); err != nil {
		return err
	}
	former, err := read(dir, cap(j.ring)/2)
	if err != nil {
		return err
	}
	former = append(former, lastCrash(dir, former)...)
	f, err := open(dir)
	if err != nil {
		return err
	}
	crash, err := os.OpenFile(filepath.Join(dir, crashFile), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(debug.SetCrashOutput(crash, debug.CrashOptions{}), crash.Close()) // the runtime has a copy of its own
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep log: %w", err), f.Close())
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	info, err := f.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("keep log: %w", err), f.Close())
	}
	j.folder = &folder{dir: dir, file: f, size: info.Size()}
	for _, l := range former {
		known := l.Number > 0
		if j.count = max(j.count+1, l.Number); !known {
			l.Number = j.count
			j.folder.write(l)
		}
		j.push(l)
	}
	return nil
}

// Close notes that the program ends as it was meant to, and keeps no more lines in the folder.
func (j *Ring) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.folder == nil {
		return nil
	}
	j.count++
	j.folder.write(Line{Number: j.count, At: time.Now(), Level: slog.LevelInfo, Text: `"` + ended + `"`})
	err := j.folder.file.Close()
	j.folder = nil
	return err
}

// Former returns a ring with what the last starts have left in a folder, for who looks while no program runs. It writes nothing.
func Former(dir string) (*Ring, error) {
	j := New(0)
	lines, err := read(dir, cap(j.ring))
	if err != nil {
		return nil, err
	}
	for _, l := range append(lines, crashLines(dir)...) {
		j.count = max(j.count+1, l.Number)
		l.Number = j.count
		j.push(l)
	}
	return j, nil
}

// Append adds to a folder that no ring keeps that a program has ended, and why.
func Append(dir string, at time.Time, level slog.Level, text string) error {
	lines, err := read(dir, 1)
	if err != nil {
		return err
	}
	if err := statefile.MkdirAll(dir); err != nil {
		return err
	}
	f, err := open(dir)
	if err != nil {
		return err
	}
	l := Line{Number: 1, At: at, Level: level, Text: cut(text)}
	if len(lines) > 0 {
		l.Number += lines[0].Number
	}
	d := folder{file: f}
	d.write(l)
	d.write(Line{Number: l.Number + 1, At: at, Level: slog.LevelInfo, Text: `"` + ended + `"`})
	return d.file.Close()
}

func open(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, linesFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep log: %w", err)
	}
	return f, nil
}

// write appends a line. A disk that is full loses lines here; they are in memory and with the service manager all the same.
func (d *folder) write(l Line) {
	b, err := json.Marshal(l)
	if err != nil {
		return
	}
	if d.dir != "" && d.size > linesMost {
		d.turn()
	}
	n, _ := d.file.Write(append(b, '\n'))
	d.size += int64(n)
}

// turn makes the file the former one and begins another; when it cannot, it goes on with the one there is.
func (d *folder) turn() {
	path := filepath.Join(d.dir, linesFile)
	if os.Rename(path, filepath.Join(d.dir, formerFile)) != nil {
		return
	}
	if f, err := open(d.dir); err == nil {
		_ = d.file.Close() // what was written is with the kernel
		d.file, d.size = f, 0
	}
}

// read returns the newest lines of a folder, oldest first, at most limit. Lines that a cut has broken are left out.
func read(dir string, limit int) ([]Line, error) {
	var lines []Line
	for _, name := range []string{formerFile, linesFile} {
		f, err := os.Open(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read log: %w", err)
		}
		s := bufio.NewScanner(f)
		s.Buffer(nil, lineMost)
		for s.Scan() {
			var l Line
			if json.Unmarshal(s.Bytes(), &l) == nil && l.Number > 0 {
				lines = append(lines, l)
			}
		}
		_ = f.Close() // it was only read; a line that is too long ends it, and what came before counts
	}
	return lines[max(0, len(lines)-limit):], nil
}

// lastCrash says how the last start ended, when it did not end as it was meant to.
func lastCrash(dir string, former []Line) []Line {
	lines := crashLines(dir)
	if len(lines) > 0 || len(former) == 0 || strings.Contains(former[len(former)-1].Text, ended) {
		return lines
	}
	return []Line{{
		At: time.Now(), Level: slog.LevelWarn,
		Text: `"the program did not end as it was meant to: it was killed, memory ran out, or the power was cut; what it said last stands above"`,
	}}
}

// crashLines are what the Go runtime has said in the last crash; without a number.
func crashLines(dir string) []Line {
	path := filepath.Join(dir, crashFile)
	b, err := os.ReadFile(path)
	if err != nil || len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	at := time.Now()
	if info, err := os.Stat(path); err == nil {
		at = info.ModTime()
	}
	lines := []Line{{At: at, Level: slog.LevelError, Text: `"the program crashed"`}}
	for text := range strings.Lines(string(b)) {
		if len(lines) > crashMost {
			break
		}
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, Line{At: at, Level: slog.LevelError, Text: cut("crash: " + text)})
		}
	}
	return lines
}
