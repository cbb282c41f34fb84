package echo

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

// TestTransform compares with the sum that defines it, and goes back.
func TestTransform(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{8, 128, 256} {
		x, back, got := make([]float64, n), make([]float64, n), make([]complex128, n/2+1)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		f := newTransform(n)
		f.forward(got, x)
		for k, g := range got {
			var want complex128
			for i, v := range x {
				want += complex(v, 0) * cmplx.Rect(1, -2*math.Pi*float64(i*k)/float64(n))
			}
			if cmplx.Abs(g-want) > 1e-9 {
				t.Fatalf("length %d, bin %d: got %v, want %v", n, k, g, want)
			}
		}
		f.inverse(back, got)
		for i := range x {
			if math.Abs(back[i]-x[i]) > 1e-12 {
				t.Fatalf("length %d, sample %d: got %v back, want %v", n, i, back[i], x[i])
			}
		}
	}
}
