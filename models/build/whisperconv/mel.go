package whisperconv

import "math"

// The spectrum that Whisper's filters are laid over: 400 samples at 16 kHz.
const (
	melRate    = 16000
	melSamples = 400
	melBins    = melSamples/2 + 1
)

// melFilters returns the filter bank of n bands, n rows of melBins values: triangles spaced evenly on Slaney's mel scale
// from 0 Hz to half the rate, each of equal area. Rounding follows the published filters: the triangle is rounded to
// float32 before and after it is scaled.
func melFilters(n int) []float32 {
	edges := make([]float64, n+2)
	top := hertzToMel(melRate / 2)
	step := top / float64(n+1)
	for i := range edges {
		edges[i] = melToHertz(float64(i) * step)
	}
	edges[n+1] = melToHertz(top)
	out := make([]float32, n*melBins)
	for i := range n {
		scale := 2 / (edges[i+2] - edges[i])
		for k := range melBins {
			f := float64(k) * (1 / (1 / float64(melRate) * melSamples))
			lower := -(edges[i] - f) / (edges[i+1] - edges[i])
			upper := (edges[i+2] - f) / (edges[i+2] - edges[i+1])
			w := float32(max(0, min(lower, upper)))
			out[i*melBins+k] = float32(float64(w) * scale)
		}
	}
	return out
}

// Slaney's scale is linear below melKnee and logarithmic above.
const (
	melHertz = 200.0 / 3
	melKnee  = 1000.0
)

// melLog is the logarithmic step of Slaney's scale: 27 steps for a factor of 6.4.
var melLog = math.Log(6.4) / 27

func hertzToMel(f float64) float64 {
	if f < melKnee {
		return f / melHertz
	}
	return melKnee/melHertz + math.Log(f/melKnee)/melLog
}

func melToHertz(m float64) float64 {
	if m < melKnee/melHertz {
		return m * melHertz
	}
	return melKnee * math.Exp(melLog*(m-melKnee/melHertz))
}
