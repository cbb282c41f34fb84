package fit

import (
	"math"
	"slices"

	"frontdesk.internal/appliance/understanding/corpus"
)

// wrongQuotes is the share of questions without an answer to which something of the business may be quoted all the same.
const wrongQuotes = 0.03

// quoteThreshold finds how near a passage must lie to be quoted. The replies of the owners' answers stand in for passages: the
// threshold is where no more than wrongQuotes of the questions that have no answer come as near to any of them.
func quoteThreshold(use []*trade) float64 {
	var near []float64
	for _, t := range use {
		for i := range t.seen {
			unknown := slices.ContainsFunc(t.wants[i], func(w want) bool {
				return slices.ContainsFunc(w, func(l corpus.Label) bool { return l.Name == "unknown" })
			})
			if at, n := t.reader.Reply(t.seen[i]); unknown && at >= 0 {
				near = append(near, n)
			}
		}
	}
	if len(near) == 0 {
		return 0
	}
	slices.Sort(near)
	return math.Round(near[int(float64(len(near)-1)*(1-wrongQuotes))]*1e3)/1e3 + 1e-3
}
