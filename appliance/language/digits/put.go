package digits

import (
	"math/bits"
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// Said is what a caller told of numbers.
type Said struct {
	Number    string // with a "+" where it was said
	Second    string // another one, whole
	Extension string
}

// Put makes of pieces the number that the caller means, by what numbers of region are like. current is what is known of it: digits
// that were said before, or a whole number that was read back. agreed says that the caller has said yes to it.
func Put(current string, n language.Number, region string, agreed bool) Said {
	s := &putter{region: region, agreed: agreed, checking: Whole(current, region)}
	s.Number = spokenAs(current, region)
	pieces := s.paired(s.cut(n.Pieces))
	for i, p := range pieces {
		s.try(p, i == 0)
	}
	if !Whole(s.Second, region) {
		s.Second = ""
	}
	return s.Said
}

// Whole says whether digits are a number of region, with its area code or as it is dialled without.
func Whole(digits, region string) bool {
	complete, _ := numbering.Complete(digits, region)
	return complete || numbering.Local(digits, region)
}

func possible(digits, region string) bool {
	_, ok := numbering.Complete(digits, region)
	return ok
}

// spokenAs is a number in the digits by which it is read back, which corrections count by.
func spokenAs(number, region string) string {
	if complete, _ := numbering.Complete(number, region); !complete {
		return number
	}
	groups, plus := numbering.Groups(number, region)
	if plus {
		return "+" + strings.Join(groups, "")
	}
	return strings.Join(groups, "")
}

// piece is a language.Piece while it is dealt with: instead has the digits that are wrong.
type piece struct {
	language.Piece
	digits   string
	readings []string // what digits may be too
	wrong    string   // digits is to stand where this is
}

type putter struct {
	Said
	region   string
	agreed   bool
	checking bool // a whole number was read back
	second   bool // Second is spoken of
}

// cut joins the groups of each piece, and parts what holds two numbers.
func (s *putter) cut(from []language.Piece) []piece {
	var out []piece
	for _, x := range from {
		p := piece{Piece: x}
		p.readings = readings(x)
		p.digits = p.readings[0]
		if n := slices.IndexFunc(p.readings, func(d string) bool { return s.full(d) }); n > 0 {
			p.digits = p.readings[n]
		}
		first, second := s.twoNumbers(p)
		if second == "" {
			out = append(out, p)
			continue
		}
		p.digits, p.readings = first, nil
		out = append(out, p)
		if second != first {
			p.digits, p.Role = second, language.RoleOther
			out = append(out, p)
		}
	}
	return out
}

// readingsMost is of how many groups at most all readings are tried.
const readingsMost = 6

// readings are the digits that a piece may be, the likely ones first.
func readings(x language.Piece) []string {
	sign := ""
	if x.Plus {
		sign = "+"
	}
	var open []int // groups of two readings
	for i, a := range x.Apart {
		if a != "" && len(open) < readingsMost {
			open = append(open, i)
		}
	}
	out := make([]string, 0, 1<<len(open))
	for _, set := range byBits(1 << len(open)) {
		groups := slices.Clone(x.Groups)
		for bit, i := range open {
			if set&(1<<bit) != 0 {
				groups[i] = x.Apart[i]
			}
		}
		out = append(out, sign+strings.Join(groups, ""))
	}
	return out
}

// byBits are the numbers below n, those with few bits first.
func byBits(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return bits.OnesCount(uint(a)) - bits.OnesCount(uint(b)) })
	return out
}

// twoNumbers parts the digits of a piece that are too many for a number, where both parts are one.
func (s *putter) twoNumbers(p piece) (first, second string) {
	if possible(p.digits, s.region) {
		return "", ""
	}
	at := strings.Count(p.digits, "+")
	for _, g := range p.Groups[:max(0, len(p.Groups)-1)] {
		at += len(g)
		a, b := p.digits[:at], p.digits[at:]
		switch {
		case !Whole(a, s.region):
		case strings.HasSuffix(a, b) && len(b) > 2, s.same(a, b):
			return a, a // said twice
		case second == "" && Whole(b, s.region):
			first, second = a, b
		}
	}
	return first, second
}

// same says whether two numbers are one in two forms.
func (s *putter) same(a, b string) bool {
	return s.full(a) && numbering.E164(record.PhoneNumber(a), s.region) == numbering.E164(record.PhoneNumber(b), s.region)
}

// paired puts the digits that are wrong with those that are right: "fifty, not fifteen", "not 14, 41".
func (s *putter) paired(in []piece) []piece {
	for i := 0; i < len(in); i++ {
		w := in[i]
		if w.Role != language.RoleNot {
			continue
		}
		if s.full(w.digits) && i > 0 && !s.same(w.digits, in[0].digits) { // "if I am not there, 217 555 0199"
			in[i].Role = language.RoleOther
			continue
		}
		if len(w.Groups) == 2 && len(w.Groups[0]) == len(w.Groups[1]) && i+1 == len(in) && (i == 0 || s.base(in, i-1)) {
			in[i].wrong, in[i].digits, in[i].Role = w.Groups[0], w.Groups[1], language.RoleInstead // "not fourteen forty-one"
			continue
		}
		right := -1
		for _, k := range []int{i - 1, i + 1} {
			fits := k >= 0 && k < len(in) && !s.base(in, k) && (in[k].Role == language.RoleOn || in[k].Role == language.RoleInstead)
			if fits && (right < 0 || len(in[k].digits) == len(w.digits) && len(in[right].digits) != len(w.digits)) {
				right = k
			}
		}
		if right >= 0 && in[right].Place == language.PlaceNone && len(w.digits) <= len(in[right].digits)+1 && !Whole(in[right].digits, s.region) {
			in[right].wrong, in[right].Role = w.digits, language.RoleInstead
			if in[right].Place, in[right].Nth = w.Place, w.Nth; w.Place != language.PlaceNone {
				in[right].wrong = ""
			}
		}
		in = slices.Delete(in, i, i+1)
		i--
	}
	return in
}

// base says whether piece k is the number itself and no correction of it.
func (s *putter) base(in []piece, k int) bool {
	return k == 0 && s.Number == "" || Whole(in[k].digits, s.region) && len(in[k].digits) > shortPiece
}

// try puts a piece in the reading that makes a number.
func (s *putter) try(p piece, first bool) {
	before := *s
	s.put(p, first)
	for _, d := range p.readings {
		if s.settled() {
			return
		}
		*s = before
		p.digits = d
		s.put(p, first)
	}
	if len(p.readings) > 0 && !s.settled() {
		*s = before
		p.digits = p.readings[0]
		s.put(p, first)
	}
}

// settled says whether what is known so far are whole numbers.
func (s *putter) settled() bool {
	return Whole(s.Number, s.region) && (s.Second == "" || Whole(s.Second, s.region))
}

// put adds what a piece says to the number that is spoken of.
func (s *putter) put(p piece, first bool) {
	whole := Whole(s.Number, s.region)
	if p.Place == language.PlaceDigit && len(p.digits) > shortPiece-2 { // "my second number is …"
		if p.Place = language.PlaceNone; p.Nth != 1 && whole {
			p.Role = language.RoleOther
		}
	}
	switch {
	case p.Role == language.RoleExtension:
		s.Extension = p.digits
		return
	case p.Role == language.RoleOther && whole && (!first || s.agreed || !s.checking):
		s.second = true
		s.Second = s.beside(p.digits)
		return
	case s.second:
		s.Second = s.told(s.Second, p, false)
		return
	}
	s.Number = s.told(s.Number, p, s.checking)
}

// beside is a second number, of which only the end may have been said: "or 0199".
func (s *putter) beside(d string) string {
	if Whole(d, s.region) {
		return d
	}
	if n := len(s.Number) - len(d); n > 0 && len(d) > 1 && len(d) <= shortPiece && Whole(s.Number[:n]+d, s.region) {
		return s.Number[:n] + d
	}
	return d
}

// told is the number cur after what a piece says of it.
func (s *putter) told(cur string, p piece, checking bool) string {
	d := p.digits
	if cur == "" {
		return d
	}
	if p.Role != language.RoleOn || p.Place != language.PlaceNone {
		cur = spokenAs(cur, s.region)
	}
	switch {
	case p.Role == language.RoleMissing:
		return s.missing(cur, p)
	case p.wrong != "":
		return s.exchange(cur, p.wrong, d)
	case p.Place != language.PlaceNone && len(d) < len(cur):
		return s.placed(cur, p)
	case p.Role == language.RoleAgain && strings.HasSuffix(cur, d):
		return cur
	case checking && p.Role == language.RoleOn && len(d) < fewDigits && (p.Others > 0 || s.agreed):
		return cur // "yes, and call after 5"
	case p.Role == language.RoleInstead, p.Role == language.RoleAgain, checking:
		return s.mended(cur, d)
	}
	return s.grown(cur, p)
}

// grown adds digits that go on.
func (s *putter) grown(cur string, p piece) string {
	d := p.digits
	whole, both := Whole(cur, s.region), cur+d
	switch {
	case strings.HasPrefix(d, "+"):
		if whole && d != cur {
			s.second, s.Second = true, d
			return cur
		}
		return d
	case d == cur, s.same(cur, d), whole && len(d) > 2 && strings.HasSuffix(cur, d) && !s.full(both):
		return cur // said twice
	case s.full(d) && !s.full(both):
		if whole {
			s.second, s.Second = true, d
			return cur
		}
		return d // begun anew
	case whole && p.Others > 0 && len(d) < shortPiece-1:
		return cur // "217 555 0614, I am free after 5"
	case possible(both, s.region):
		return both
	}
	for k := min(len(cur), len(d)) - 1; k > 1; k-- { // "217 555, 555 0614"
		if strings.HasSuffix(cur, d[:k]) && Whole(cur+d[k:], s.region) {
			return cur + d[k:]
		}
	}
	switch {
	case whole && !Whole(d, s.region):
		return cur
	case Whole(d, s.region) && !whole:
		return d
	case whole:
		s.second, s.Second = true, d
		return cur
	}
	return both
}

// full says whether digits are a number with everything that makes it one: where numbers begin with a prefix, a few digits without are not.
func (s *putter) full(digits string) bool {
	complete, _ := numbering.Complete(digits, s.region)
	return complete && (digits[0] == '+' || digits[0] == '0' || !numbering.LeadingZero(s.region) || len(digits) >= longNumber)
}

// longNumber is from how many digits on a number is whole without the prefix that others begin with.
const longNumber = 9
