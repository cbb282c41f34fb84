package documents

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

// Bounds of what is taken from a child.
const (
	mostAnswer = 16 << 20 // bytes
	mostErrors = 4 << 10
	childNice  = 10 // calls come first
	// readFor is how long a child may take, however busy the box is; its time of the processor is bounded by itself.
	readFor = 3 * time.Minute
)

// Reader reads documents in child processes, one at a time.
type Reader struct {
	command []string
	log     *slog.Logger
	within  time.Duration
	turn    chan struct{} // holds one
}

// NewReader returns a reader whose children are made by command, to which the name of the file's form and the language are added;
// it must call [Serve]. A nil logger says nothing.
func NewReader(command []string, logger *slog.Logger) *Reader {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Reader{command: command, log: logger, within: readFor, turn: make(chan struct{}, 1)}
}

// errHeavy is said of a file that a child could not cope with.
var errHeavy = &Refused{
	Why: "reading it takes more time or memory than a document should: it may be damaged. Save it anew, in another form if you can, " +
		"and choose that",
}

// Read returns what is in a file of that name. The error is a *[Refused] when the file is at fault.
func (r *Reader) Read(ctx context.Context, name, language string, file []byte) (Content, error) {
	if _, err := formOf(name, file); err != nil {
		return Content{}, err
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Content{}, ctx.Err()
	}
	out, why, err := r.run(ctx, name, language, file)
	switch {
	case ctx.Err() != nil:
		return Content{}, ctx.Err()
	case err != nil && why == "":
		return Content{}, err
	case err != nil:
		r.log.Warn("a document was given up", "why", why, "err", err)
		return Content{}, errHeavy
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		r.log.Warn("a document was given up", "why", "the answer cannot be read", "err", err)
		return Content{}, errHeavy
	}
	if a.Refused != "" {
		return Content{}, &Refused{Why: oneLine(a.Refused, 500)}
	}
	if a.Content == nil || !a.Content.sound() {
		r.log.Warn("a document was given up", "why", "the answer is beyond the bounds")
		return Content{}, errHeavy
	}
	return *a.Content, nil
}

// sound says whether an answer is within the bounds; who wrote the file may have written the answer.
func (c *Content) sound() bool {
	if len(c.Passages) == 0 || len(c.Passages) > MaxPassages || c.Pages < 0 || c.Pages > MaxPages || len(c.Notes) > 10 {
		return false
	}
	for _, p := range c.Passages {
		if p.ID == "" || len(p.ID) > 32 || p.Page < 0 || p.Page > c.Pages || p.Off || !plain(p.Text, 4*mostLength) ||
			!plain(p.Heading, longHeading) {
			return false
		}
	}
	for _, n := range c.Notes {
		if !plain(n, 500) {
			return false
		}
	}
	return true
}

// plain says whether a text is one line of at most n characters.
func plain(s string, n int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= n && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// run runs a child for one file. why is set when the child was started and came to no good end.
//
// The goroutine has a system thread of its own: the kernel sends the parent-death signal when the thread that started the child
// ends, and the child inherits the thread's priority.
func (r *Reader) run(ctx context.Context, name, language string, file []byte) (out []byte, why string, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.within)
	defer cancel()
	args := slices.Concat(r.command[1:], []string{"--name", "document" + strings.ToLower(path.Ext(name)), "--language", language})
	cmd := exec.CommandContext(ctx, r.command[0], args...)
	cmd.Args[0] = "frontdesk"
	cmd.Env = []string{"GOTRACEBACK=none", "GOMAXPROCS=1", "LANG=C.UTF-8"}
	cmd.Stdin = bytes.NewReader(file)
	answer, said := &bounded{most: mostAnswer, over: cancel}, &bounded{most: mostErrors}
	cmd.Stdout, cmd.Stderr = answer, said
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()                                      // for good: the thread ends with the goroutine
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, childNice) // without the right to, the child competes on equal terms
		if err := cmd.Start(); err != nil {
			done <- fmt.Errorf("start the reader of documents: %w", err)
			return
		}
		done <- cmd.Wait()
	}()
	err = <-done
	var ended *exec.ExitError
	switch {
	case err == nil && answer.full:
		return nil, "it said too much", errors.New("too long an answer")
	case err == nil:
		return answer.b.Bytes(), "", nil
	case errors.As(err, &ended), ctx.Err() != nil:
		return nil, "the child ended badly", fmt.Errorf("%w: %s", err, oneLine(said.b.String(), 300))
	}
	return nil, "", err
}

// bounded keeps the first bytes of what is written to it; over is called when there are more.
type bounded struct {
	b    bytes.Buffer
	most int
	over func()
	full bool
}

// Write implements io.Writer.
func (w *bounded) Write(p []byte) (int, error) {
	if room := w.most - w.b.Len(); len(p) > room {
		w.b.Write(p[:room])
		if w.full = true; w.over != nil {
			w.over()
		}
		return len(p), nil
	}
	return w.b.Write(p)
}

var _ io.Writer = (*bounded)(nil)
