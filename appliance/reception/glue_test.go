package reception

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestGlue(t *testing.T) {
	start := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	tests := []struct {
		name string
		to   int
		work [][2]int
		want int
	}{
		{"no engine", 100, nil, 100},
		{"one after the other", 700, [][2]int{{20, 250}, {250, 600}, {610, 690}}, 40},
		{"at the same time", 700, [][2]int{{0, 500}, {100, 400}, {450, 650}}, 50},
		{"in any order", 700, [][2]int{{450, 650}, {0, 500}, {100, 400}}, 50},
		{"longer than the turn on both sides", 300, [][2]int{{-500, 900}}, 0},
		{"before the turn and after it", 300, [][2]int{{-500, -100}, {400, 900}}, 300},
		{"an end before its beginning", 300, [][2]int{{200, 100}}, 300},
		{"a turn that ends before it begins", -50, [][2]int{{0, 100}}, 0},
	}
	for _, tt := range tests {
		var work []span
		for _, w := range tt.work {
			work = append(work, span{at(w[0]), at(w[1])})
		}
		if got := glue(start, at(tt.to), work); got != time.Duration(tt.want)*time.Millisecond {
			t.Errorf("%s: %v, want %d ms", tt.name, got, tt.want)
		}
	}
}

// Whatever the engines did, glue is no less than nothing and no more than the turn; more work never makes it longer.
func TestGlueIsNeverNegative(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Unix(0, 0)
	at := func() time.Time { return start.Add(time.Duration(r.IntN(3000)-1000) * time.Millisecond) }
	for range 2000 {
		from, to := at(), at()
		whole := max(0, to.Sub(from))
		last := whole
		var work []span
		for range r.IntN(8) {
			work = append(work, span{at(), at()})
			got := glue(from, to, work)
			if got < 0 || got > last {
				t.Fatalf("from %v to %v with %v: %v after %v", from, to, work, got, last)
			}
			last = got
		}
	}
}
