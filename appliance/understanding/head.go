package understanding

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Head is what was fitted for one language and one set of embedding models: the probe, which says what a sentence may mean in general, the
// scorer by which the candidates of a business are judged, and the thresholds of acting. Read only.
type Head struct {
	Language string    `json:"language"`
	Model    string    `json:"model"` // as Vectors.Model names them; "" for reading by words alone
	Dims     []int     `json:"dims"`  // of each model's vectors
	Mean     []float32 `json:"mean"`
	Probe    Probe     `json:"probe"`
	Scorer   Scorer    `json:"scorer"`
	Ranked   *Scorer   `json:"ranked,omitempty"` // judges instead where the scorer is not sure and a ranker has compared; nil: none was fitted
	Costs    Costs     `json:"costs"`
	Harm     float64   `json:"harm"`  // from this probability on harm is asked about
	Quote    float64   `json:"quote"` // from this nearness on a passage is quoted where nothing else answers; 0: never

	space space
}

// Costs are what the ways to go wrong cost, against which acting, asking back and passing on are weighed. A right act costs nothing.
type Costs struct {
	Wrong   float64 `json:"wrong"`    // acted, and it was not meant
	Ask     float64 `json:"ask"`      // asked back between the two likeliest, and one was meant, or what is not known
	AskMiss float64 `json:"ask_miss"` // asked back, and something else was
	Pass    float64 `json:"pass"`     // said that it is not known, and it was
	// Told with the question whether that was wanted: it was, or something else was.
	Tell     float64 `json:"tell"`
	TellMiss float64 `json:"tell_miss"`
}

// DefaultCosts say that a wrong answer is five times as bad as a needless question: a caller who is asked back is served a moment later,
// one who is told something else goes away with it. Who is told it with the question whether that was wanted can say so: that costs
// half, and next to nothing where it was.
func DefaultCosts() Costs {
	return Costs{Wrong: 5, Ask: 1, AskMiss: 3, Pass: 3, Tell: 0.15, TellMiss: 2.2}
}

// Load reads a head as Save wrote it.
func Load(data []byte) (*Head, error) {
	h := &Head{}
	if err := json.Unmarshal(data, h); err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	sum := 0
	for _, d := range h.Dims {
		sum += d
	}
	if sum != len(h.Mean) || h.Probe.Dim != sum || len(h.Probe.Intents) == 0 {
		return nil, fmt.Errorf("read head: %d dimensions of vectors, %d of the mean, %d of the probe", sum, len(h.Mean), h.Probe.Dim)
	}
	err := errors.Join(h.Probe.check(), h.Scorer.check())
	if h.Ranked != nil {
		err = errors.Join(err, h.Ranked.check())
	}
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	h.Ready()
	return h, nil
}

// Ready makes what is derived; Load does it.
func (h *Head) Ready() {
	h.space = space{dims: h.Dims, mean: h.Mean}
	h.Probe.Ready()
	h.Scorer.Ready()
	if h.Ranked != nil {
		h.Ranked.Ready()
	}
}

// Save writes a head, without a space too much: the files are in the program.
func (h *Head) Save() ([]byte, error) { return json.Marshal(h) }

// Probe is a linear classifier over a sentence's vector and its wording. Weights are bytes in steps of a scale an intent.
type Probe struct {
	Intents []string  `json:"intents"`
	Dim     int       `json:"dim"`
	Bias    []float32 `json:"bias"`
	Scale   []float32 `json:"scale"` // of an intent's weights
	Dense   []byte    `json:"dense"` // Dim × Intents, int8
	Grams   []string  `json:"grams"`
	Sparse  []byte    `json:"sparse"` // Grams × Intents, int8

	at map[string]int
}

func (p *Probe) check() error {
	k := len(p.Intents)
	if len(p.Bias) != k || len(p.Scale) != k || len(p.Dense) != p.Dim*k || len(p.Sparse) != len(p.Grams)*k {
		return fmt.Errorf("probe: %d intents, %d biases, %d scales, %d and %d weights", k, len(p.Bias), len(p.Scale), len(p.Dense), len(p.Sparse))
	}
	return nil
}

// Ready makes what is derived.
func (p *Probe) Ready() {
	p.at = make(map[string]int, len(p.Grams))
	for i, g := range p.Grams {
		p.at[g] = i
	}
}

// logs returns the log probability of each intent for a vector (nil for none) and grams.
func (p *Probe) logs(vec []float32, grams []string) map[string]float64 {
	k := len(p.Intents)
	u := make([]float64, k)
	if len(vec) == p.Dim {
		for i, x := range vec {
			row := p.Dense[i*k : (i+1)*k]
			for j, w := range row {
				u[j] += float64(x) * float64(int8(w))
			}
		}
	}
	if n := len(grams); n > 0 {
		x := 1 / math.Sqrt(float64(n))
		for _, g := range grams {
			i, ok := p.at[g]
			if !ok {
				continue
			}
			for j, w := range p.Sparse[i*k : (i+1)*k] {
				u[j] += x * float64(int8(w))
			}
		}
	}
	for j := range u {
		u[j] = u[j]*float64(p.Scale[j]) + float64(p.Bias[j])
	}
	return normalise(p.Intents, u)
}

// normalise turns scores into log probabilities by name.
func normalise(names []string, u []float64) map[string]float64 {
	top := math.Inf(-1)
	for _, x := range u {
		top = max(top, x)
	}
	sum := 0.0
	for _, x := range u {
		sum += math.Exp(x - top)
	}
	z := top + math.Log(sum)
	out := make(map[string]float64, len(u))
	for j, x := range u {
		out[names[j]] = x - z
	}
	return out
}

// Place returns the unit vector in which a raw one is compared; nil when it has another length.
func (h *Head) Place(raw []float32) []float32 { return h.space.place(raw) }
