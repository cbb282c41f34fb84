package callers

import (
	"math"
	"slices"
	"time"
)

// Outcome is one call with what the judge found.
type Outcome struct {
	Caller   *Caller
	Evidence Evidence
	Verdict  Verdict
	CPU      time.Duration // that the box has used for the call
}

// Shares are what became of several calls. Rates are fractions of the calls, or of those of them that left a message.
type Shares struct {
	Callers  int     `json:"callers"`
	Goal     float64 `json:"goal"`
	Messages int     `json:"messages"`
	Exact    float64 `json:"message_exact"`
	Number   float64 `json:"number_exact"`
	Name     float64 `json:"name_ok"`
	Wrong    int     `json:"wrong_facts"`
	Harmful  int     `json:"harmful"`
	CutIns   float64 `json:"cutins_per_100"`  // of 100 turns
	Missed   int     `json:"missed_bargeins"` // interruptions over which the office went on for more than 1.2 s
	Bargeins int     `json:"bargeins"`        // interruptions
	Dead     int     `json:"dead_air"`        // silences of more than 2.5 s where a reply was due
	Gap      float64 `json:"gap_p95_ms"`      // the longest silence inside a reply
	P50      float64 `json:"p50_ms"`          // from the caller's last sound to the first of the reply
	P95      float64 `json:"p95_ms"`
	CPU      float64 `json:"cpu_s_per_turn"` // of the box, its engines included
	Turns    int     `json:"turns"`
}

// Sum adds up calls.
func Sum(list []Outcome) Shares {
	var s Shares
	var replies, gaps []float64
	var goal, exact, number, name, cutIns int
	var cpu time.Duration
	for _, o := range list {
		v := o.Verdict
		s.Callers++
		goal += one(v.Goal)
		if v.Message {
			s.Messages++
			exact, number, name = exact+one(v.Exact), number+one(v.Number), name+one(v.Name)
		}
		s.Wrong, s.Harmful = s.Wrong+len(v.WrongFacts), s.Harmful+len(v.Harmful)
		s.Missed, s.Bargeins, s.Dead = s.Missed+v.Missed, s.Bargeins+v.Spoken, s.Dead+v.Dead
		cutIns, s.Turns, cpu = cutIns+v.CutIns, s.Turns+v.Turns, cpu+o.CPU
		for _, x := range o.Evidence.Exchange {
			if x.Reply > 0 && !x.CutIn {
				replies = append(replies, ms(x.Reply))
			}
			if x.Gap > 0 {
				gaps = append(gaps, ms(x.Gap))
			}
		}
	}
	s.Goal, s.Exact, s.Number, s.Name = share(goal, s.Callers), share(exact, s.Messages), share(number, s.Messages), share(name, s.Messages)
	s.CutIns = math.Round(1000*share(cutIns, s.Turns)) / 10
	s.Gap, s.P50, s.P95 = quantile(gaps, 0.95), quantile(replies, 0.5), quantile(replies, 0.95)
	s.CPU = math.Round(100*cpu.Seconds()/float64(max(1, s.Turns))) / 100
	return s
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return math.Round(1e4*float64(n)/float64(of)) / 1e4
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// quantile is the value below which a fraction q lies (nearest rank), to a tenth.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	i := min(len(v)-1, max(0, int(math.Ceil(q*float64(len(v))))-1))
	return math.Round(v[i]*10) / 10
}

// Worst are the n calls that went worst: harm first, then wrong facts, missed goals, and what a caller had to put up with.
func Worst(list []Outcome, n int) []Outcome {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b Outcome) int { return b.Verdict.badness() - a.Verdict.badness() })
	i := slices.IndexFunc(out, func(o Outcome) bool { return o.Verdict.badness() == 0 })
	if i < 0 {
		i = len(out)
	}
	return out[:min(i, n)]
}

func (v *Verdict) badness() int {
	b := 1000*len(v.Harmful) + 300*len(v.WrongFacts) + 3*v.CutIns + 10*v.Missed + 5*v.Dead
	if !v.Goal {
		b += 100 + 5*len(v.Why)
	}
	return b
}
