package embed

import (
	"container/list"
	"sync"
)

// lowestKept is for how many texts what the lower layers made of them is kept: the items of some businesses, and what is being
// said. A text of twenty pieces takes 60 kB.
const lowestKept = 1000

// rankPieces is how much of a text is compared; what the model was trained on had no more.
const rankPieces = 20

// lowerKept keeps what the lower layers made of the texts used last. Safe for concurrent use.
type lowerKept struct {
	mu     sync.Mutex
	byText map[string]*list.Element
	order  *list.List // of lower, used last first
}

type lower struct {
	text string
	data []float32 // pieces × dim
	dim  int
}

func newLowerKept() *lowerKept {
	return &lowerKept{byText: map[string]*list.Element{}, order: list.New()}
}

// put keeps the beginning of data, of one text.
func (k *lowerKept) put(text string, data []float32, dim int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at, ok := k.byText[text]; ok {
		k.order.MoveToFront(at)
		return
	}
	own := append([]float32(nil), data[:min(len(data), rankPieces*dim)]...)
	k.byText[text] = k.order.PushFront(lower{text, own, dim})
	if k.order.Len() > lowestKept {
		delete(k.byText, k.order.Remove(k.order.Back()).(lower).text)
	}
}

// get returns what is kept of a text; its data must not be changed.
func (k *lowerKept) get(text string) (lower, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, ok := k.byText[text]
	if !ok {
		return lower{}, false
	}
	k.order.MoveToFront(at)
	return at.Value.(lower), true
}
