package understanding

import "slices"

// joined makes one candidate of those that want somebody of the staff for the same: who is meant is found by what was named.
func joined(cs []Candidate) []Candidate {
	var out []Candidate
	for _, c := range cs {
		i := -1
		switch c.Meaning.Intent {
		case Person, Staff, Message:
			i = slices.IndexFunc(out, func(o Candidate) bool { return o.Meaning.Intent == c.Meaning.Intent })
		}
		if i < 0 {
			out = append(out, c)
			continue
		}
		out[i].P += c.P
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return compare(b.P, a.P) })
	return out
}

// takenDown makes one candidate, the likeliest of them, of those that end in a message for the office.
func takenDown(cs []Candidate) []Candidate {
	var out []Candidate
	at := -1
	for _, c := range cs {
		switch {
		case !TakenDown(c.Meaning.Intent):
		case at < 0:
			at = len(out)
		default:
			out[at].P += c.P
			continue
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return compare(b.P, a.P) })
	return out
}

// standsOut is from which probability on the price of one service may be told, or asked about, as the one that is meant.
const standsOut = 0.25

// anyPrice makes one candidate of the prices that may be asked for when none of them stands out: a price is wanted, but of what?
func anyPrice(cs []Candidate) []Candidate {
	isPrice := func(c Candidate) bool { return c.Meaning.Intent == Price }
	total, most, first, n := 0.0, 0.0, 0.0, 0
	var of []int
	for _, c := range cs {
		if isPrice(c) {
			total, n, first = total+c.P, n+1, max(first, c.P)
			if c.Meaning.Service >= 0 {
				of = append(of, c.Meaning.Service)
			}
			if n <= 2 && c.Meaning.Service >= 0 {
				most += c.P
			}
		}
	}
	if n < 3 || 2*most > total && first >= standsOut {
		return cs
	}
	out := append([]Candidate{{Meaning: meaning(Price), P: total, of: of}}, slices.DeleteFunc(slices.Clone(cs), isPrice)...)
	slices.SortStableFunc(out, func(a, b Candidate) int { return compare(b.P, a.P) })
	return out
}

// harmless are the candidates without harm, as likely as they are then.
func harmless(cs []Candidate) []Candidate {
	out, sum := make([]Candidate, 0, len(cs)), 0.0
	for _, c := range cs {
		if c.Meaning.Intent != Harm && c.Meaning.Intent != Emergency {
			out, sum = append(out, c), sum+c.P
		}
	}
	for i := range out {
		out[i].P /= sum
	}
	return out
}

// merged makes one candidate of those that mean the same.
func merged(cs []Candidate) []Candidate {
	at := make(map[Meaning]int, len(cs))
	out := cs[:0]
	for _, c := range cs {
		if i, ok := at[c.Meaning]; ok {
			out[i].P += c.P
			continue
		}
		at[c.Meaning] = len(out)
		out = append(out, c)
	}
	return out
}
