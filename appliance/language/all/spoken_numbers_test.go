package all_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/language/digits"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// numerals says numbers below a hundred as callers do.
var numerals = map[string]struct {
	zeros     []string
	units     []string
	teens     []string
	pair      func(tens, unit int) string
	double    []string // before a digit
	triple    []string
	hundred   string
	plus      string
	before    []string // what is said before a number
	behind    []string
	correct   []string // "no, sorry"
	or        []string
	saidAgain []string
}{
	"en": {
		zeros: []string{"zero", "oh", "nought"}, units: strings.Fields("zero one two three four five six seven eight nine"),
		teens: strings.Fields("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
		pair: func(t, u int) string {
			tens := strings.Fields("x x twenty thirty forty fifty sixty seventy eighty ninety")[t]
			if u == 0 {
				return tens
			}
			return tens + []string{"-", " "}[u%2] + strings.Fields("zero one two three four five six seven eight nine")[u]
		},
		double: []string{"double ", "Double "}, triple: []string{"triple ", "treble "}, hundred: " hundred", plus: "plus ",
		before: []string{
			"", "It's ", "My number is ", "Sure, ", "Yeah, so it's ", "You can reach me on ", "Uh, ", "Okay. My cell is ", "That would be ",
			"Call me back at ", "Oh, it's ",
		},
		behind: []string{"", ".", ", thanks.", ", please.", " thank you", ", okay?", "."},
		correct: []string{
			", no sorry, ", ", no, wait, ", " sorry, ", ", I mean ", ", no, ", "... no wait, it's ", ". Scratch that, ", ", actually ",
		},
		or:        []string{", or my mobile ", " or ", ". You can also try ", ", and my work number is ", ", otherwise "},
		saidAgain: []string{", that's ", ". I repeat, ", ", so again, ", ". Once more: "},
	},
	"de": {
		zeros: []string{"null"}, units: strings.Fields("null eins zwei drei vier fünf sechs sieben acht neun"),
		teens: strings.Fields("zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"),
		pair: func(t, u int) string {
			tens := strings.Fields("x x zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")[t]
			if u == 0 {
				return tens
			}
			return strings.Fields("null ein zwei drei vier fünf sechs sieben acht neun")[u] + []string{"und", " und "}[u%2] + tens
		},
		double: []string{"Doppel", "doppelt ", "zweimal die ", "zwei mal "}, triple: []string{"dreimal die ", "drei mal ", "dreifach "},
		hundred: "hundert", plus: "plus ",
		before: []string{
			"", "Das ist die ", "Meine Nummer ist ", "Ja, also ", "Meine Handynummer lautet ", "Sie erreichen mich unter ", "Ähm, ", "Gerne, ",
			"Rufen Sie mich unter ", "Die ",
		},
		behind: []string{"", ".", ", danke.", ", bitte.", " danke schön", ", ja?"},
		correct: []string{
			", nein, Entschuldigung, ", ", nein, Moment, ", " Quatsch, ", ", ich meine ", ", nein, ", "... nein warten Sie, es ist ", ", äh nein, ",
			", Korrektur, ",
		},
		or:        []string{", oder mein Handy ", " oder ", ". Sonst auch ", ", und geschäftlich ", ", alternativ "},
		saidAgain: []string{", also ", ". Ich wiederhole, ", ", noch einmal: ", ". Nochmal "},
	},
}

// randomNumber is a valid number as people of the region dial it.
func randomNumber(r *rand.Rand, region string) string {
	for {
		d := func(n int) string { return fmt.Sprintf("%0*d", n, r.IntN(pow10(n))) }
		pick := func(s ...string) string { return s[r.IntN(len(s))] }
		var n string
		switch region {
		case "US":
			n = pick("217", "312", "415", "646", "206", "800", "503", "919") + pick("555", "2"+d(2), "7"+d(2), "400") + d(4)
		case "GB":
			n = pick("0207946"+d(4), "07911"+d(6), "07700"+d(6), "01725550"+d(3), "0161496"+d(4))
		case "DE":
			n = pick("0172"+d(7), "030"+d(6), "089"+d(8), "0151"+d(8), "0511"+d(6), "0800"+d(7))
		case "FR":
			n = pick("06", "01", "07", "04") + d(8)
		case "AU":
			n = pick("04"+d(8), "029"+d(7), "038"+d(7))
		}
		if strings.HasPrefix(string(numbering.E164(record.PhoneNumber(n), region)), "+") {
			return n
		}
	}
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// render says the digits of a group in one of many ways.
func render(r *rand.Rand, tag, group string, style int) string {
	v := numerals[tag]
	var out []string
	one := func(c byte) string {
		if c == '0' {
			return v.zeros[r.IntN(len(v.zeros))]
		}
		return v.units[c-'0']
	}
	for i := 0; i < len(group); {
		rest := group[i:]
		run := 1
		for run < len(rest) && rest[run] == rest[0] {
			run++
		}
		switch {
		case style == 1 && run >= 3:
			out = append(out, v.triple[r.IntN(len(v.triple))]+one(rest[0]))
			i += 3
			continue
		case (style == 1 || style == 3) && run == 2:
			out = append(out, v.double[r.IntN(len(v.double))]+one(rest[0]))
			i += 2
			continue
		case style == 2 && len(rest) == 3 && rest[1:] == "00" && rest[0] != '0':
			w := one(rest[0])
			if tag == "de" && w == "eins" {
				w = "ein"
			}
			out = append(out, w+v.hundred)
			i += 3
			continue
		case (style == 2 || style == 3) && len(rest)%2 == 0 && rest[0] >= '1':
			t, u := int(rest[0]-'0'), int(rest[1]-'0')
			if t == 1 {
				out = append(out, v.teens[u])
			} else {
				out = append(out, v.pair(t, u))
			}
			i += 2
			continue
		}
		out = append(out, one(rest[0]))
		i++
	}
	return strings.Join(out, " ")
}

// said renders a number in one of many ways, in words or as recognisers write it.
func said(r *rand.Rand, tag, number, region string) string {
	groups, _ := numbering.Groups(number, region)
	v := numerals[tag]
	style := r.IntN(10)
	switch style {
	case 4: // figures as they are
		return strings.Join(groups, []string{" ", "-", "", ".", ", ", "/", " - "}[r.IntN(7)])
	case 5: // single figures
		return strings.Join(strings.Split(number, ""), []string{" ", "-", ", "}[r.IntN(3)])
	case 6: // pairs of figures
		var out []string
		for i := 0; i < len(number); i += 2 {
			out = append(out, number[i:min(i+2, len(number))])
		}
		return strings.Join(out, []string{" ", ", ", "-"}[r.IntN(3)])
	case 7: // with brackets
		return "(" + groups[0] + ") " + strings.Join(groups[1:], []string{" ", "-"}[r.IntN(2)])
	case 8: // some groups in words, some in figures
		var out []string
		for i, g := range groups {
			if i%2 == r.IntN(2) {
				out = append(out, render(r, tag, g, r.IntN(4)))
			} else {
				out = append(out, g)
			}
		}
		return strings.Join(out, ", ")
	case 9: // with the code of the country
		g, _ := numbering.Groups(string(numbering.E164(record.PhoneNumber(number), region)), "ZZ")
		if r.IntN(2) == 0 {
			if region != "US" && r.IntN(3) == 0 {
				return "+" + g[0] + " (0)" + strings.Join(g[1:], " ")
			}
			return "+" + strings.Join(g, " ")
		}
		for i := range g {
			g[i] = render(r, tag, g[i], r.IntN(2))
		}
		return v.plus + strings.Join(g, ", ")
	}
	var out []string
	for _, g := range groups {
		out = append(out, render(r, tag, g, style%4))
	}
	sep := []string{", ", " "}[r.IntN(2)]
	if style%4 >= 2 {
		sep = ", " // or "fifty, one" is 51
	}
	return strings.Join(out, sep)
}

// same says whether two numbers are one.
func same(a, b, region string) bool {
	return numbering.E164(record.PhoneNumber(a), region) == numbering.E164(record.PhoneNumber(b), region)
}

// TestSpokenNumbers says random numbers in many ways, corrected, repeated, with a second one: the reader returns exactly the digits.
func TestSpokenNumbers(t *testing.T) {
	const rounds = 500
	for _, x := range []struct{ tag, region string }{
		{"en", "US"}, {"en", "GB"}, {"en", "AU"}, {"en", "FR"}, {"de", "DE"}, {"de", "AT"}, {"en", "DE"}, {"de", "FR"},
	} {
		region := x.region
		if region == "AT" {
			region = "GB" // foreign numbers said in German
		}
		t.Run(x.tag+" "+region, func(t *testing.T) {
			l := all.For(x.tag)
			v := numerals[x.tag]
			kinds := map[string][2]int{}
			shown := map[string]int{}
			for seed := range rounds {
				r := rand.New(rand.NewPCG(uint64(seed), 7))
				n := randomNumber(r, region)
				pick := func(s []string) string { return s[r.IntN(len(s))] }
				text, kind, second := said(r, x.tag, n, region), "plain", ""
				switch r.IntN(8) {
				case 0:
					kind = "corrected"
					text = said(r, x.tag, slipped(r, n), region) + pick(v.correct) + said(r, x.tag, n, region)
				case 1:
					kind = "end corrected"
					wrong := n[:len(n)-4] + slipped(r, n[len(n)-4:])
					text = said(r, x.tag, wrong, region) + pick(v.correct) + render(r, x.tag, n[len(n)-4:], r.IntN(4))
				case 2:
					kind, second = "two", randomNumber(r, region)
					text += pick(v.or) + said(r, x.tag, second, region)
				case 3:
					kind = "twice"
					text += pick(v.saidAgain) + said(r, x.tag, n, region)
				}
				text = pick(v.before) + text + pick(v.behind)
				got := digits.Put("", l.ReadDigits(text), region, false)
				ok := same(got.Number, n, region) && (second == "" || same(second, n, region) || same(got.Second, second, region))
				k := kinds[kind]
				if k[1]++; ok {
					k[0]++
				} else if shown[kind]++; shown[kind] <= 6 {
					t.Logf("%s: %q is read %+v, want %s %s", kind, text, got, n, second)
				}
				kinds[kind] = k
			}
			for kind, k := range kinds {
				share := float64(k[0]) / float64(k[1])
				t.Logf("%s: %d of %d right, %.4f", kind, k[0], k[1], share)
				if share < 1 {
					t.Errorf("%s: %.4f right", kind, share)
				}
			}
		})
	}
}

// slipped has one digit wrong.
func slipped(r *rand.Rand, n string) string {
	b := []byte(n)
	at := len(b) - 1 - r.IntN(min(4, len(b)))
	b[at] = '0' + (b[at]-'0'+byte(1+r.IntN(9)))%10
	return string(b)
}
