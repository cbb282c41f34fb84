//go:build native

package llama

import (
	"errors"
	"io/fs"
	"slices"
	"sync"
)

// prefix is a prompt head in a sequence of its own.
type prefix struct {
	seq      int
	tokens   []int32
	done     int    // tokens that are computed
	users    int    // jobs that hold on to it
	used     uint64 // when it was last used, by the scheduler's count
	restored bool   // its data came from a file
	tried    bool   // StateDir was looked at
}

func (p *prefix) complete() bool { return p.done == len(p.tokens) }

// findPrefix returns the slot with tokens, or an unused one prepared for them, or nil when all are in use.
func (s *scheduler) findPrefix(tokens []int32) *prefix {
	var oldest *prefix
	for _, p := range s.prefixes {
		if len(p.tokens) > 0 && slices.Equal(p.tokens, tokens) {
			return p
		}
		if p.users == 0 && (oldest == nil || len(p.tokens) == 0 && len(oldest.tokens) > 0 || p.used < oldest.used && len(oldest.tokens) > 0) {
			oldest = p
		}
	}
	if oldest != nil {
		s.evict(oldest)
		oldest.tokens = tokens
	}
	return oldest
}

// evict empties a slot.
func (s *scheduler) evict(p *prefix) {
	if p.done > 0 {
		s.native.forget(p.seq, 0)
	}
	*p = prefix{seq: p.seq}
}

// evictOldest empties the unused slot that was used longest ago, but not keep. It reports whether there was one.
func (s *scheduler) evictOldest(keep *prefix) bool {
	var oldest *prefix
	for _, p := range s.prefixes {
		if p != keep && p.users == 0 && len(p.tokens) > 0 && (oldest == nil || p.used < oldest.used) {
			oldest = p
		}
	}
	if oldest == nil {
		return false
	}
	s.evict(oldest)
	return true
}

// savedStates saves and reads the KV data of prefixes, each write in a goroutine of its own, one at a time.
type savedStates struct {
	dir   string // "": nothing is saved
	model string // what the data depends on beside the tokens

	writing sync.WaitGroup
	mu      sync.Mutex
}

// tryRestore fetches an uncomputed prefix from its file, if there is a good one.
func (s *scheduler) tryRestore(p *prefix) {
	if p.tried || p.done > 0 {
		return
	}
	p.tried = true
	if s.states.dir == "" {
		return
	}
	data, err := readState(s.states.dir, newStateKey(s.states.model, p.tokens))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		s.logger.Warn("a saved prefix cannot be used and is computed anew", "err", err)
	case s.native.restore(p.seq, data):
		p.done, p.restored = len(p.tokens), true
	default:
		s.logger.Warn("a saved prefix does not fit the model's memory and is computed anew")
	}
}

// save writes a prefix that was computed.
func (s *scheduler) save(p *prefix) {
	if s.states.dir == "" || p.restored {
		return
	}
	data := s.native.state(p.seq)
	if len(data) == 0 {
		s.logger.Warn("the state of a prefix cannot be saved")
		return
	}
	key := newStateKey(s.states.model, p.tokens)
	s.states.writing.Go(func() {
		s.states.mu.Lock()
		defer s.states.mu.Unlock()
		if err := writeState(s.states.dir, key, data); err != nil {
			s.logger.Warn("a prefix was not saved; the next start will have to compute it", "err", err)
		}
	})
}
