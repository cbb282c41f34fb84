package engines

import (
	"context"
	"sync"
)

// Phase says how far one engine has come in the child.
type Phase int

// The phases of an engine.
const (
	// Absent: the child has no such engine, or there is no child.
	Absent Phase = iota
	// Loading: its model is being read.
	Loading
	// Ready: it works.
	Ready
	// Failed: its model could not be loaded; Problem says why.
	Failed
)

// String returns the phase in lower case.
func (p Phase) String() string {
	switch p {
	case Loading:
		return "loading"
	case Ready:
		return "ready"
	case Failed:
		return "failed"
	case Absent:
		return "absent"
	default:
		return "unknown"
	}
}

// EngineState is the state of one engine.
type EngineState struct {
	Phase    Phase
	Progress float64 // of loading, 0…1; 0 when the engine cannot tell
	Model    string  // file name of the model
	Version  string  // of the engine
	Problem  string  // why it failed, or what it does without when it is ready
}

// ChildState is what the child tells of itself.
type ChildState struct {
	PID   int
	Ears  EngineState
	Mind  EngineState
	Mouth EngineState
	// Meaning is the sentence embedder.
	Meaning EngineState
}

// board holds a value and hands the newest one to its watchers. A slow watcher misses values in between, never the last.
type board[T any] struct {
	mu       sync.Mutex
	value    T
	watchers map[chan T]struct{}
}

func newBoard[T any](value T) *board[T] {
	return &board[T]{value: value, watchers: make(map[chan T]struct{})}
}

// get returns the value.
func (b *board[T]) get() T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.value
}

// update changes the value and tells the watchers.
func (b *board[T]) update(change func(*T)) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.value)
	for w := range b.watchers {
		select {
		case <-w: // what was not read yet is out of date
		default:
		}
		w <- b.value // has room: only this function sends, under the lock
	}
	return b.value
}

// watch returns a channel with the value now and after every change; it is closed when ctx ends.
func (b *board[T]) watch(ctx context.Context) <-chan T {
	w := make(chan T, 1)
	b.mu.Lock()
	w <- b.value
	b.watchers[w] = struct{}{}
	b.mu.Unlock()
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, w)
		close(w)
	})
	return w
}
