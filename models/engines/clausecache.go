package engines

import (
	"container/list"
	"sync"

	"frontdesk.internal/audio"
)

// clauseKey names one synthesised clause.
type clauseKey struct {
	text  string
	speed float64
}

type clauseEntry struct {
	key clauseKey
	pcm audio.PCM
}

// clauseCache keeps the clauses used last, up to a number of bytes. What callers are told repeats: greetings, hours, questions. It
// lives in memory only. Safe for concurrent use; the samples in it are never changed.
type clauseCache struct {
	limit int

	mu    sync.Mutex
	bytes int
	order *list.List // of *clauseEntry, the one used last first
	byKey map[clauseKey]*list.Element
}

func newClauseCache(limit int) *clauseCache {
	return &clauseCache{limit: limit, order: list.New(), byKey: make(map[clauseKey]*list.Element)}
}

func (e *clauseEntry) size() int { return 2*len(e.pcm) + len(e.key.text) }

func (c *clauseCache) get(key clauseKey) (audio.PCM, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(el)
	e, ok := el.Value.(*clauseEntry)
	return e.pcm, ok
}

// put keeps pcm, which the caller gives away, unless it alone would take most of the room.
func (c *clauseCache) put(key clauseKey, pcm audio.PCM) {
	e := &clauseEntry{key: key, pcm: pcm}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || e.size() > c.limit/2 {
		return
	}
	c.byKey[key] = c.order.PushFront(e)
	c.bytes += e.size()
	for c.bytes > c.limit {
		oldest := c.order.Back()
		if old, ok := c.order.Remove(oldest).(*clauseEntry); ok {
			delete(c.byKey, old.key)
			c.bytes -= old.size()
		}
	}
}
