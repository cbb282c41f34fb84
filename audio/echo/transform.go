package echo

import (
	"math"
	"math/bits"
)

// transform is the Fourier transform of real signals of one length, a power of two from 8 up: a complex one of half the length by
// radix 2, unfolded. It is used by one goroutine.
type transform struct {
	half  int
	order []int        // bit-reversed
	turns []complex128 // of the complex transform, stage by stage
	split []complex128 // of the unfolding
	work  []complex128
}

func newTransform(length int) *transform {
	m := length / 2
	t := &transform{half: m, order: make([]int, m), split: make([]complex128, m/2+1), work: make([]complex128, m)}
	shift := bits.UintSize - bits.Len(uint(m-1))
	for i := range t.order {
		t.order[i] = int(bits.Reverse(uint(i)) >> shift)
	}
	turn := func(k, of int) complex128 {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / float64(of))
		return complex(c, s)
	}
	for size := 4; size <= m; size *= 2 {
		for k := range size / 2 {
			t.turns = append(t.turns, turn(k, size))
		}
	}
	for k := range t.split {
		t.split[k] = turn(k, length)
	}
	return t
}

// complex does the complex transform of work, which is in bit-reversed order.
func (t *transform) complex() {
	w := t.work
	for i := 0; i+1 < len(w); i += 2 {
		w[i], w[i+1] = w[i]+w[i+1], w[i]-w[i+1]
	}
	turns := t.turns
	for size := 4; size <= len(w); size *= 2 {
		h := size / 2
		tw := turns[:h]
		turns = turns[h:]
		for from := 0; from < len(w); from += size {
			a, b := w[from:from+h], w[from+h:from+size]
			for k, f := range tw {
				v := b[k]
				re, im := real(v)*real(f)-imag(v)*imag(f), real(v)*imag(f)+imag(v)*real(f)
				u := a[k]
				a[k], b[k] = complex(real(u)+re, imag(u)+im), complex(real(u)-re, imag(u)-im)
			}
		}
	}
}

// forward writes the spectrum of x, from zero to half of the rate, to dst.
func (t *transform) forward(dst []complex128, x []float64) {
	for i, j := range t.order {
		t.work[i] = complex(x[2*j], x[2*j+1])
	}
	t.complex()
	m := t.half
	z := t.work[0]
	dst[0], dst[m] = complex(real(z)+imag(z), 0), complex(real(z)-imag(z), 0)
	for k := 1; k <= m/2; k++ {
		a, b := t.work[k], t.work[m-k]
		er, ei := (real(a)+real(b))/2, (imag(a)-imag(b))/2
		or, oi := (imag(a)+imag(b))/2, (real(b)-real(a))/2
		f := t.split[k]
		tr, ti := or*real(f)-oi*imag(f), or*imag(f)+oi*real(f)
		dst[k], dst[m-k] = complex(er+tr, ei+ti), complex(er-tr, ti-ei)
	}
}

// inverse writes the signal to dst of which x is the spectrum; imaginary parts of the ends do not count.
func (t *transform) inverse(dst []float64, x []complex128) {
	m := t.half
	scale := 1 / float64(m)
	// The conjugate of what forward unfolds goes through the same transform.
	fold := func(k int) (complex128, complex128) {
		a, b := x[k], x[m-k]
		er, ei := (real(a)+real(b))/2, (imag(a)-imag(b))/2
		dr, di := (real(a)-real(b))/2, (imag(a)+imag(b))/2
		f := t.split[k]
		or, oi := dr*real(f)+di*imag(f), di*real(f)-dr*imag(f)
		return complex(er-oi, -(ei + or)), complex(er+oi, ei-or)
	}
	for i, j := range t.order {
		switch {
		case j == 0:
			e, o := (real(x[0])+real(x[m]))/2, (real(x[0])-real(x[m]))/2
			t.work[i] = complex(e, -o)
		case j <= m/2:
			t.work[i], _ = fold(j)
		default:
			_, t.work[i] = fold(m - j)
		}
	}
	t.complex()
	for i, z := range t.work {
		dst[2*i], dst[2*i+1] = real(z)*scale, -imag(z)*scale
	}
}
