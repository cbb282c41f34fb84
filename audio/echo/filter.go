package echo

import "math"

// The filter's figures.
const (
	partitions = 33 // blocks: 264 ms of echo
	// steady is how far the echo path is the same after a block; what it loses keeps the filter awake.
	steady = 0.9995
	// fade is how much of the power of an echo path is left a block later, at first sight.
	fade = 0.8
	// before is how many partitions lie before the delay that was found: it may be an early reflection, and telephones change theirs.
	before = 3
)

// filter follows the echo path: a partitioned-block frequency-domain adaptive filter (Soo and Pang 1990) whose steps are those of a
// Kalman filter (Enzner and Vary 2006): each bin of each partition knows how sure it is, and a caller who speaks at the same time
// makes the steps small by himself.
type filter struct {
	*analyser
	weights []complex128 // partitions × bins
	unsure  []float64    // likewise: the variance of the weights
	first   int64        // lag of the first partition, in blocks
	turn    int          // partition whose response is cut to its length next

	echo  []complex128
	err   []complex128
	noise []float64 // power of what is no echo, by bin
	power []float64
	time  []float64
	out   []float64
}

func newFilter(a *analyser) *filter {
	b := a.n + 1
	return &filter{
		analyser: a, weights: make([]complex128, partitions*b), unsure: make([]float64, partitions*b), echo: make([]complex128, b),
		err: make([]complex128, b), noise: make([]float64, b), power: make([]float64, b), time: make([]float64, 2*a.n), out: make([]float64, a.n),
	}
}

// start begins anew for an echo that comes delay blocks late and has so much of our power.
func (f *filter) start(delay, power float64) {
	clear(f.weights)
	clear(f.unsure)
	clear(f.noise)
	f.first = max(0, int64(delay)-before)
	f.doubt(power)
}

// doubt makes the filter learn anew, an echo of so much of our power.
func (f *filter) doubt(power float64) {
	b := f.n + 1
	for i := range partitions {
		p := power * 0.05
		switch late := i - before; {
		case late == 0 || late == 1:
			p = power
		case late > 1:
			p = power * 0.3 * math.Pow(fade, float64(late-2))
		}
		for k := range b {
			f.unsure[i*b+k] = max(f.unsure[i*b+k], p)
		}
	}
}

// block takes what came as block k and returns it without the echo; it is valid until the next call. learn is false for what did
// not come but was made up.
func (f *filter) block(y []float64, k int64, sent *far, learn bool) []float64 {
	b := f.n + 1
	clear(f.echo)
	clear(f.power)
	active := false
	for p := range int64(partitions) {
		x := sent.spectrum(k - f.first - p)
		if x == nil {
			continue
		}
		active = true
		w, u := f.weights[int(p)*b:][:b], f.unsure[int(p)*b:][:b]
		for i, v := range x {
			f.echo[i] += complex(real(w[i])*real(v)-imag(w[i])*imag(v), real(w[i])*imag(v)+imag(w[i])*real(v))
			f.power[i] += u[i] * (real(v)*real(v) + imag(v)*imag(v))
		}
	}
	if !active {
		copy(f.out, y)
		return f.out
	}
	f.fft.inverse(f.time, f.echo)
	for i, v := range y {
		f.out[i] = v - f.time[f.n+i]
	}
	if learn {
		f.learn(k, sent)
	}
	return f.out
}

// learn corrects the weights by the error in out.
func (f *filter) learn(k int64, sent *far) {
	b := f.n + 1
	clear(f.time[:f.n])
	copy(f.time[f.n:], f.out)
	f.fft.forward(f.err, f.time)
	for i, e := range f.err {
		p := real(e)*real(e) + imag(e)*imag(e)
		f.noise[i] = 0.6*f.noise[i] + 0.4*p
		f.power[i] = 1 / (0.5*f.power[i] + max(p, f.noise[i]) + 1e-9)
	}
	for p := range int64(partitions) {
		x := sent.spectrum(k - f.first - p)
		if x == nil {
			continue
		}
		w, u := f.weights[int(p)*b:][:b], f.unsure[int(p)*b:][:b]
		for i, v := range x {
			g := u[i] * f.power[i]
			e := f.err[i]
			dr, di := real(v)*real(e)+imag(v)*imag(e), real(v)*imag(e)-imag(v)*real(e)
			wr, wi := steady*real(w[i])+g*dr, steady*imag(w[i])+g*di
			w[i] = complex(wr, wi)
			left := 1 - 0.5*g*(real(v)*real(v)+imag(v)*imag(v))
			u[i] = steady*steady*u[i]*left + (1-steady*steady)*(wr*wr+wi*wi)
		}
	}
	for range 2 {
		f.cut(f.turn)
		f.turn = (f.turn + 1) % partitions
	}
}

// cut keeps the response of a partition from reaching into the next: the circular convolution would bring it back at the wrong place.
func (f *filter) cut(p int) {
	w := f.weights[p*(f.n+1):][:f.n+1]
	f.fft.inverse(f.time, w)
	clear(f.time[f.n:])
	f.fft.forward(w, f.time)
}

// move follows an echo that comes delay blocks late now: what was learned moves with it.
func (f *filter) move(delay, power float64) {
	first := max(0, int64(delay)-before)
	by := int(first - f.first)
	f.first = first
	b := f.n + 1
	switch {
	case by >= partitions || by <= -partitions:
		clear(f.weights)
		clear(f.unsure)
	case by > 0: // the same response begins earlier
		copy(f.weights[by*b:], f.weights[:(partitions-by)*b])
		clear(f.weights[:by*b])
	}
	f.doubt(power)
}
