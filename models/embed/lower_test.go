package embed

import (
	"strconv"
	"testing"
)

// TestLowerKept: the texts used last are kept, as far as they are compared.
func TestLowerKept(t *testing.T) {
	k := newLowerKept()
	k.put("long", make([]float32, 2*(rankPieces+3)), 2)
	if x, ok := k.get("long"); !ok || len(x.data) != 2*rankPieces || x.dim != 2 {
		t.Errorf("%d numbers, %v", len(x.data), ok)
	}
	for i := range lowestKept - 1 {
		k.put(strconv.Itoa(i), []float32{float32(i), 0}, 2)
	}
	k.get("long")
	k.put("one more", []float32{1, 2}, 2)
	_, long := k.get("long")
	_, first := k.get("0")
	if x, ok := k.get("1"); !long || first || !ok || x.data[0] != 1 || k.order.Len() != lowestKept {
		t.Errorf("long %v, first %v, second %v, %d kept", long, first, x, k.order.Len())
	}
}
