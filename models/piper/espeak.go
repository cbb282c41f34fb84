package piper

import (
	"bufio"
	"container/list"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	// espeakTimeout bounds the wait for one sentence; the work takes about a millisecond.
	espeakTimeout = 2 * time.Second
	// cacheSize is the number of clauses whose phonemes are kept.
	cacheSize = 512
	// sentinel is sent after the clauses. Its phonemes, learnt at the start, mark the end of what belongs to them, because
	// espeak-ng may write several lines for one of input.
	sentinel = "xylophone quagmire zigzag"
)

// espeak is a running espeak-ng that writes phonemes for lines. It is started again when it ended or hung. Used from
// one goroutine.
type espeak struct {
	program string
	voice   string
	cache   phonemeCache

	cmd    *exec.Cmd
	in     *os.File
	out    *os.File
	lines  *bufio.Reader
	marker string // the phonemes of sentinel
}

// newEspeak starts program for one of its voices and learns the sentinel.
func newEspeak(program, voice string) (*espeak, error) {
	e := &espeak{program: program, voice: voice, cache: newPhonemeCache(cacheSize)}
	if err := e.start(); err != nil {
		return nil, err
	}
	return e, nil
}

// phonemes returns the IPA of each clause, from the cache or the program. An answer that does not come is asked for
// once more from a fresh process.
func (e *espeak) phonemes(ctx context.Context, clauses []clause) ([]string, error) {
	ipa := make([]string, len(clauses))
	for i, c := range clauses {
		got, ok := e.cache.get(c.text)
		if !ok {
			var err error
			if got, err = e.ask(ctx, c.text); err != nil {
				return nil, err
			}
			e.cache.put(c.text, got)
		}
		ipa[i] = got
	}
	return ipa, nil
}

// ask gets the phonemes of one line, trying twice.
func (e *espeak) ask(ctx context.Context, line string) (string, error) {
	var failed error
	for range 2 {
		if ctx.Err() != nil {
			return "", fmt.Errorf("ask espeak-ng: %w", context.Cause(ctx))
		}
		if e.cmd == nil {
			if err := e.start(); err != nil {
				return "", err
			}
		}
		got, err := e.exchange(ctx, line)
		if err == nil {
			return got, nil
		}
		failed = errors.Join(err, e.stop())
	}
	if ctx.Err() != nil {
		return "", fmt.Errorf("ask espeak-ng: %w", context.Cause(ctx))
	}
	return "", fmt.Errorf("ask espeak-ng: %w", failed)
}

// exchange writes a line and the sentinel and reads up to the sentinel's phonemes.
func (e *espeak) exchange(ctx context.Context, line string) (string, error) {
	deadline := time.Now().Add(espeakTimeout)
	if err := errors.Join(e.in.SetWriteDeadline(deadline), e.out.SetReadDeadline(deadline)); err != nil {
		return "", fmt.Errorf("set deadline: %w", err)
	}
	// After this fired the process may still be answering; ask then stops it.
	stop := context.AfterFunc(ctx, func() { _ = e.out.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := e.in.WriteString(line + "\n" + sentinel + "\n"); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	var parts []string
	for {
		got, err := e.lines.ReadString('\n')
		if err != nil {
			return "", fmt.Errorf("read: %w", err)
		}
		got = strings.TrimSpace(got)
		if got == e.marker {
			return strings.Join(parts, " "), nil
		}
		if got != "" {
			parts = append(parts, got)
		}
	}
}

// start runs the program and learns what the sentinel sounds like. The program ends by itself when its input closes,
// so also when this process is killed.
func (e *espeak) start() (err error) {
	stdin, in, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start espeak-ng: %w", err)
	}
	defer stdin.Close() // the child has its own copy
	out, stdout, err := os.Pipe()
	if err != nil {
		return errors.Join(fmt.Errorf("start espeak-ng: %w", err), in.Close())
	}
	defer stdout.Close() // the child has its own copy
	// Without --stdin or a text it answers line by line. -b 1: the input is UTF-8.
	cmd := exec.Command(e.program, "-q", "-b", "1", "--ipa", "-v", e.voice) //nolint:noctx // ends when its input closes
	cmd.Stdin, cmd.Stdout = stdin, stdout
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start espeak-ng (install the package espeak-ng): %w", err), in.Close(), out.Close())
	}
	e.cmd, e.in, e.out, e.lines = cmd, in, out, bufio.NewReader(out)
	if e.marker, err = e.learn(); err != nil {
		return errors.Join(fmt.Errorf("start espeak-ng with voice %q (is its language data installed?): %w", e.voice, err), e.stop())
	}
	return nil
}

// learn sends the sentinel and returns the line that it gives.
func (e *espeak) learn() (string, error) {
	deadline := time.Now().Add(espeakTimeout)
	if err := errors.Join(e.in.SetWriteDeadline(deadline), e.out.SetReadDeadline(deadline)); err != nil {
		return "", fmt.Errorf("set deadline: %w", err)
	}
	if _, err := e.in.WriteString(sentinel + "\n"); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	got, err := e.lines.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	if got = strings.TrimSpace(got); got == "" {
		return "", errors.New("it gave no phonemes")
	}
	return got, nil
}

// stop ends the process, at once, and waits for it.
func (e *espeak) stop() error {
	if e.cmd == nil {
		return nil
	}
	_ = e.cmd.Process.Kill() // it may have ended already
	_ = e.cmd.Wait()         // says that it was killed
	err := errors.Join(e.in.Close(), e.out.Close())
	e.cmd, e.in, e.out, e.lines = nil, nil, nil, nil
	return err
}

// phonemeCache keeps the phonemes of the clauses used last.
type phonemeCache struct {
	size  int
	order *list.List // of cached, the one used last in front
	items map[string]*list.Element
}

type cached struct{ text, ipa string }

func newPhonemeCache(size int) phonemeCache {
	return phonemeCache{size: size, order: list.New(), items: make(map[string]*list.Element, size)}
}

func (c *phonemeCache) get(text string) (string, bool) {
	e, ok := c.items[text]
	if !ok {
		return "", false
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).ipa, true
}

func (c *phonemeCache) put(text, ipa string) {
	if e, ok := c.items[text]; ok {
		e.Value = cached{text, ipa}
		c.order.MoveToFront(e)
		return
	}
	c.items[text] = c.order.PushFront(cached{text, ipa})
	if c.order.Len() > c.size {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.items, oldest.Value.(cached).text)
	}
}
