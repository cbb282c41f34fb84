package turn

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"

	"frontdesk.internal/audio"
)

// The shape of the model's input, fixed by its training: Whisper's spectrogram at 16 kHz.
const (
	// WindowSamples is how much audio the model sees: 8 s at 16 kHz.
	WindowSamples = 8 * 16000
	// Mels is the rows of the spectrogram.
	Mels = 80
	// Frames is its columns, one every 10 ms.
	Frames = 800

	fftSize  = 400 // 25 ms
	hop      = 160 // 10 ms
	bins     = fftSize/2 + 1
	melFloor = 1e-10
)

// band is one triangular filter: weights for the bins from first on.
type band struct {
	first   int
	weights []float64
}

// Features computes the model's input. Make it with NewFeatures; not safe for concurrent use.
type Features struct {
	fft    *fourier.FFT
	window [fftSize]float64
	bands  [Mels]band
	frame  [fftSize]float64
	coeff  []complex128
	power  [bins]float64
	out    []float32
}

// NewFeatures prepares the window and the filters.
func NewFeatures() *Features {
	f := &Features{
		fft:   fourier.NewFFT(fftSize),
		bands: melBands(),
		coeff: make([]complex128, bins),
		out:   make([]float32, Mels*Frames),
	}
	for i := range f.window { // periodic Hann
		f.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/fftSize)
	}
	return f
}

// Compute returns the log-mel spectrogram of the last 8 s of pcm (16 kHz), row-major Mels × Frames. Shorter audio is
// preceded by silence, since the end is what counts. The result is valid until the next call.
func (f *Features) Compute(pcm audio.PCM) []float32 {
	if len(pcm) > WindowSamples {
		pcm = pcm[len(pcm)-WindowSamples:]
	}
	pad := WindowSamples - len(pcm)
	mean, scale := normalisation(pcm)

	// The frames that lie in the silence before pcm are all alike: compute one.
	silent := max(0, (pad-fftSize/2)/hop)
	for t := range Frames {
		if t > 0 && t < silent {
			f.copyColumn(t)
			continue
		}
		f.column(pcm, pad, t, mean, scale)
	}
	f.compress()
	return f.out
}

// normalisation returns what makes the padded window zero-mean with variance one.
func normalisation(pcm audio.PCM) (mean, scale float64) {
	var sum, squares float64
	for _, s := range pcm {
		x := float64(s) / 32768
		sum += x
		squares += x * x
	}
	mean = sum / WindowSamples
	return mean, 1 / math.Sqrt(squares/WindowSamples-mean*mean+1e-7)
}

// column computes the mel energies around sample t*hop of the window into column t of out.
func (f *Features) column(pcm audio.PCM, pad, t int, mean, scale float64) {
	for i := range f.frame {
		at := t*hop + i - fftSize/2
		if at < 0 { // beyond the edges the signal is mirrored, the edge sample itself not repeated
			at = -at
		} else if at >= WindowSamples {
			at = 2*(WindowSamples-1) - at
		}
		x := 0.0
		if at >= pad {
			x = float64(pcm[at-pad]) / 32768
		}
		f.frame[i] = (x - mean) * scale * f.window[i]
	}
	f.coeff = f.fft.Coefficients(f.coeff, f.frame[:])
	for i, c := range f.coeff {
		a := cmplx.Abs(c)
		f.power[i] = a * a
	}
	for m := range f.bands {
		b := &f.bands[m]
		var e float64
		for i, w := range b.weights {
			e += w * f.power[b.first+i]
		}
		f.out[m*Frames+t] = float32(math.Log10(max(melFloor, e)))
	}
}

// copyColumn makes column t equal to the one before.
func (f *Features) copyColumn(t int) {
	for m := range Mels {
		f.out[m*Frames+t] = f.out[m*Frames+t-1]
	}
}

// compress limits the dynamic range to 80 dB below the maximum and scales to about ±1.
func (f *Features) compress() {
	top := f.out[0]
	for _, x := range f.out {
		top = max(top, x)
	}
	for i, x := range f.out {
		f.out[i] = (max(x, top-8) + 4) / 4
	}
}

// melBands are the Slaney-style triangular filters from 0 to 8 kHz: linear below 1 kHz, logarithmic above, each of
// unit area.
func melBands() [Mels]band {
	const linear, knee, top = 200.0 / 3, 15.0, 8000.0 // Hz a mel, the mel at 1 kHz, Hz
	step := math.Log(6.4) / 27
	toHertz := func(mel float64) float64 {
		if mel < knee {
			return mel * linear
		}
		return 1000 * math.Exp(step*(mel-knee))
	}
	highest := knee + math.Log(top/1000)/step
	var edges [Mels + 2]float64
	for i := range edges {
		edges[i] = toHertz(highest * float64(i) / (Mels + 1))
	}
	var bands [Mels]band
	for m := range bands {
		low, centre, high := edges[m], edges[m+1], edges[m+2]
		for bin := range bins {
			hz := float64(bin) * top / (bins - 1)
			w := min((hz-low)/(centre-low), (high-hz)/(high-centre))
			if w <= 0 {
				continue
			}
			if bands[m].weights == nil {
				bands[m].first = bin
			}
			bands[m].weights = append(bands[m].weights, w*2/(high-low))
		}
	}
	return bands
}
