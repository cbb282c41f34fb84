package understanding

import (
	"embed"
	"fmt"
	"sync"
)

//go:embed heads/*.json
var headFiles embed.FS

// shipped are the heads that were read so far.
var shipped = heads{read: map[string]*Head{}}

type heads struct {
	mu   sync.Mutex
	read map[string]*Head
}

// WordsHead returns the head that comes with the program and reads a language by words alone. The error says that there is none for the
// language. Each head is read once, when it is first asked for, and is read only.
func WordsHead(tag string) (*Head, error) { return shipped.get(tag + "-words") }

// MeaningHead returns the head that comes with the program and reads a language by meaning too.
func MeaningHead(tag string) (*Head, error) { return shipped.get(tag + "-meaning") }

func (h *heads) get(name string) (*Head, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if head, ok := h.read[name]; ok {
		return head, nil
	}
	data, err := headFiles.ReadFile("heads/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("no head is fitted: %w", err)
	}
	head, err := Load(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	h.read[name] = head
	return head, nil
}
