package de

import "strings"

var unitWords = map[string]int{
	"null": 0, "ein": 1, "eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fuenf": 5,
	"sechs": 6, "sieben": 7, "acht": 8,
	"neun": 9, "zehn": 10, "elf": 11, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "fuenfzehn": 15, "fuffzehn": 15, "sechzehn": 16,
	"siebzehn": 17,
	"achtzehn": 18, "neunzehn": 19,
}

var tensWords = map[string]int{
	"zwanzig": 20, "dreissig": 30, "dreizig": 30, "vierzig": 40, "fuenfzig": 50, "fuffzig": 50, "sechzig": 60, "siebzig": 70,
	"achtzig": 80, "neunzig": 90,
}

// cardinal reads a number in one word: "einundzwanzig", "zweihundertfuenfzig". ok is false when the word is none.
func cardinal(w string) (n int, ok bool) {
	if left, right, found := strings.Cut(w, "tausend"); found {
		return scaled(left, right, 1000, underThousand)
	}
	return underThousand(w)
}

func underThousand(w string) (int, bool) {
	if left, right, found := strings.Cut(w, "hundert"); found {
		return scaled(left, right, 100, underHundred)
	}
	return underHundred(w)
}

// scaled adds what stands before and behind a "hundert" or "tausend".
func scaled(left, right string, unit int, below func(string) (int, bool)) (int, bool) {
	n, rest := 1, 0
	var ok bool
	if left != "" {
		if n, ok = underThousand(left); !ok || n == 0 || n >= 1000 {
			return 0, false
		}
	}
	if right = strings.TrimPrefix(right, "und"); right != "" {
		if rest, ok = below(right); !ok || rest == 0 {
			return 0, false
		}
	}
	return n*unit + rest, true
}

func underHundred(w string) (int, bool) {
	if n, ok := unitWords[w]; ok {
		return n, true
	}
	if n, ok := tensWords[w]; ok {
		return n, true
	}
	unit, ten, found := strings.Cut(w, "und")
	u, isUnit := unitWords[unit]
	t, isTen := tensWords[ten]
	if found && isUnit && isTen && u > 0 && u < 10 {
		return t + u, true
	}
	return 0, false
}

// ordinalRoots are the ordinals that are not made of their number.
var ordinalRoots = map[string]int{"erst": 1, "dritt": 3, "siebt": 7, "acht": 8}

// ordinal reads a place in a row with any ending: "vierundzwanzigsten", "dritte".
func ordinal(w string) (n int, ok bool) {
	root := ""
	for _, e := range []string{"en", "er", "es", "em", "e"} {
		if s, found := strings.CutSuffix(w, e); found {
			root = s
			break
		}
	}
	if n, ok := ordinalRoots[root]; ok {
		return n, true
	}
	if s, found := strings.CutSuffix(root, "st"); found {
		if n, ok := cardinal(s); ok && n >= 20 {
			return n, true
		}
	}
	if s, found := strings.CutSuffix(root, "t"); found {
		if n, ok := cardinal(s); ok && n > 1 && n < 20 && n != 8 {
			return n, true
		}
	}
	return 0, false
}
