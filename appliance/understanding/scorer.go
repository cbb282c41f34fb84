package understanding

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
)

// Scorer says how much speaks for a candidate: the weighted sum of its features, and what some hidden units make of several of them
// together (a perceptron with one layer of tanh beside the linear part). Read only.
type Scorer struct {
	Names  []string `json:"names"`  // of the features; others count nothing
	Linear numbers  `json:"linear"` // one a feature
	Hidden numbers  `json:"hidden"` // features × units
	Bias   numbers  `json:"bias"`   // one a unit
	Out    numbers  `json:"out"`    // one a unit

	at map[string]int
}

// numbers are written as little-endian float32 in base 64.
type numbers []float32

// MarshalJSON implements json.Marshaler.
func (n numbers) MarshalJSON() ([]byte, error) {
	raw := make([]byte, 0, 4*len(n))
	for _, x := range n {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return json.Marshal(raw)
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *numbers) UnmarshalJSON(data []byte) error {
	var raw []byte
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw)%4 != 0 {
		return fmt.Errorf("%d bytes are no numbers", len(raw))
	}
	*n = make(numbers, len(raw)/4)
	for i := range *n {
		(*n)[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return nil
}

func (s *Scorer) check() error {
	n, u := len(s.Names), len(s.Bias)
	if len(s.Linear) != n || len(s.Hidden) != n*u || len(s.Out) != u {
		return fmt.Errorf("scorer: %d features and %d units, %d, %d and %d weights", n, u, len(s.Linear), len(s.Hidden), len(s.Out))
	}
	return nil
}

// Ready makes what is derived.
func (s *Scorer) Ready() {
	s.at = make(map[string]int, len(s.Names))
	for i, n := range s.Names {
		s.at[n] = i
	}
}

// score is what speaks for a candidate with these features, on a logarithmic scale.
func (s *Scorer) score(features []Feature) float64 {
	units := make([]float64, len(s.Bias))
	for j, b := range s.Bias {
		units[j] = float64(b)
	}
	sum := 0.0
	for _, f := range features {
		i, ok := s.at[f.Name]
		if !ok {
			continue
		}
		sum += float64(s.Linear[i]) * f.Value
		for j, w := range s.Hidden[i*len(units) : (i+1)*len(units)] {
			units[j] += float64(w) * f.Value
		}
	}
	for j, u := range units {
		sum += float64(s.Out[j]) * math.Tanh(u)
	}
	return sum
}
