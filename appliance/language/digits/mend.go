package digits

import (
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
)

// fewDigits is from how many digits on what is said of a number is taken for a part of it, whatever the words around.
const fewDigits = 3

// missing adds digits that were left out.
func (s *putter) missing(cur string, p piece) string {
	switch p.Place {
	case language.PlaceStart, language.PlaceArea:
		return p.digits + cur
	case language.PlaceNone, language.PlaceEnd, language.PlaceMiddle, language.PlaceDigit:
	}
	return cur + p.digits
}

// exchange puts right where wrong stands: the last of those places that leaves a number.
func (s *putter) exchange(cur, wrong, right string) string {
	best := ""
	for at := strings.LastIndex(cur, wrong); at >= 0; at = strings.LastIndex(cur[:at], wrong) {
		next := cur[:at] + right + cur[at+len(wrong):]
		if best == "" || !Whole(best, s.region) && Whole(next, s.region) ||
			s.aligned(cur, at, len(wrong)) && !s.aligned(cur, strings.LastIndex(cur, wrong), len(wrong)) {
			best = next
		}
		if at == 0 {
			break
		}
	}
	if best != "" {
		return best
	}
	return cur // it is so already, or nobody can tell
}

// aligned says whether n digits at a place are a whole group, as the number is read aloud, or end where one does.
func (s *putter) aligned(cur string, at, n int) bool {
	groups, plus := numbering.Groups(cur, s.region)
	end := 0
	if plus {
		end++
	}
	for _, g := range groups {
		if end += len(g); end == at+n {
			return true
		}
	}
	return false
}

// placed puts digits where they belong.
func (s *putter) placed(cur string, p piece) string {
	d, sign := p.digits, ""
	if cur[0] == '+' {
		sign, cur = "+", cur[1:]
	}
	n, k := len(cur), len(d)
	switch p.Place {
	case language.PlaceEnd:
		return sign + cur[:n-k] + d
	case language.PlaceStart:
		return sign + d + cur[k:]
	case language.PlaceArea:
		return s.area(sign+cur, d)
	case language.PlaceDigit:
		at := p.Nth - 1
		if p.Nth < 0 {
			at = n + p.Nth
		}
		if at >= 0 && at+k <= n {
			return sign + cur[:at] + d + cur[at+k:]
		}
	case language.PlaceMiddle:
		groups, _ := numbering.Groups(sign+cur, s.region)
		if len(groups) > 2 {
			at := len(groups[0])
			end := n - len(groups[len(groups)-1])
			best, score := -1, 0
			for ; at+k <= end; at++ {
				if same := alike(cur[at:], d); best < 0 || same > score {
					best, score = at, same
				}
			}
			if best >= 0 {
				return sign + cur[:best] + d + cur[best+k:]
			}
		}
	case language.PlaceNone:
	}
	return s.mended(sign+cur, d)
}

// area puts another area code before a number, or the one that it lacks.
func (s *putter) area(cur, code string) string {
	rest := cur
	if complete, _ := numbering.Complete(cur, s.region); complete {
		groups, plus := numbering.Groups(cur, s.region)
		switch {
		case plus && len(groups) > 2:
			rest, code = strings.Join(groups[2:], ""), "+"+groups[0]+code
		case !plus && len(groups) > 1:
			rest = strings.Join(groups[1:], "")
		}
	}
	if with := "0" + code + rest; !s.full(code+rest) && code[0] != '+' && s.full(with) {
		return with
	}
	return code + rest
}

// alike counts the digits that are the same at the beginning of a as in b.
func alike(a, b string) (n int) {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// mended puts a correction into a number: in the place of all of it, or of what it most resembles.
func (s *putter) mended(cur, d string) string {
	switch {
	case s.full(d) && len(d)+longestCode >= len(cur), d[0] == '+':
		return d
	case !Whole(cur, s.region):
		return s.resumed(cur, d)
	case len(d) >= len(cur):
		return d
	}
	best, score := cur[:len(cur)-len(d)]+d, -1
	for at := len(cur) - len(d); at >= 0; at-- {
		if cur[at] == '+' {
			continue
		}
		next := cur[:at] + d + cur[at+len(d):]
		if !Whole(next, s.region) {
			continue
		}
		v := 4 * alike(cur[at:], d)
		if v == 4*len(d) && s.aligned(cur, at, len(d)) {
			return cur // it is so already
		}
		if s.aligned(cur, at, len(d)) {
			v += 5
		}
		if at == len(cur)-len(d) {
			v += 2
		}
		if v > score {
			best, score = next, v
		}
	}
	return best
}

// longestCode is about how many digits a number is longer than without its area code or with that of its country.
const longestCode = 3

// resumed goes on with a number whose last digits are corrected before it is whole: "217 55, no, 555 0614".
func (s *putter) resumed(cur, d string) string {
	best, score := "", -1
	for k := range len(cur) {
		next := cur[:len(cur)-k] + d
		if !Whole(next, s.region) {
			continue
		}
		if v := 2*alike(cur[len(cur)-k:], d) - k; best == "" || v > score {
			best, score = next, v
		}
	}
	switch k := min(len(d), len(cur)); {
	case best != "":
		return best
	case Whole(d, s.region) || len(d) >= len(cur):
		return d
	default:
		return cur[:len(cur)-k] + d
	}
}
