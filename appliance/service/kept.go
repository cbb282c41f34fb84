package service

import (
	"sync"
	"time"
)

// What takes long to sum up over all records is kept, and shown for a while with what has changed since left out. On a box with few records
// nothing takes long, and every answer is made anew.
const (
	longSum  = 30 * time.Millisecond // what takes longer is kept
	freshSum = time.Minute           // who asks later has a new one made for the next
	staleSum = 20 * time.Minute      // who asks later waits for a new one
	againSum = 15 * time.Minute      // it is made anew so often, so that nobody waits
)

// kept is the last answer to a question that may take long. While nobody keeps it up, every one is made anew.
type kept[T any] struct {
	mu    sync.Mutex
	value T
	at    time.Time // when it was begun
	took  time.Duration
	wake  chan struct{} // wakes who keeps it up; nil = nobody
}

// recent returns the answer if it can be given at now.
func (k *kept[T]) recent(now time.Time) (v T, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := now.Sub(k.at)
	if k.wake == nil || k.took < longSum || age > staleSum {
		return v, false
	}
	if age > freshSum {
		select {
		case k.wake <- struct{}{}:
		default:
		}
	}
	return k.value, true
}

// keep takes an answer, unless a newer one was made meanwhile.
func (k *kept[T]) keep(v T, began time.Time, took time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !began.Before(k.at) {
		k.value, k.at, k.took = v, began, took
	}
}

// forget has the next one who asks wait for a new answer: what was asked about has just been changed.
func (k *kept[T]) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	var none T
	k.value, k.took = none, 0
}

// keptUp has the answer kept up by who reads from the channel, until over is called.
func (k *kept[T]) keptUp() (wake <-chan struct{}, over func()) {
	c := make(chan struct{}, 1)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wake = c
	return c, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.wake = nil
	}
}

// long reports whether the answer is one that is kept.
func (k *kept[T]) long() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.took >= longSum
}
