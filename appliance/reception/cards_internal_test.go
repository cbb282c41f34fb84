package reception

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
)

func guard(region string, tags ...string) *cards {
	c := &cards{region: region}
	for _, tag := range tags {
		c.tongues = append(c.tongues, all.For(tag))
	}
	return c
}

// TestCardGuard plays turns and tells of the last one what is kept of its words and whether its sound is. An "?" before a turn says
// that a number was asked for.
func TestCardGuard(t *testing.T) {
	for _, x := range []struct {
		region, tag, turns, want string
		sound                    bool
	}{
		// Cards, in words and figures, at once and in parts.
		{"US", "en", "My card is 4111 1111 1111 1111, thank you.", "My card is [card number] thank you.", false},
		{"US", "en", "4111-1111-1111-1111", "[card number]", false},
		{"US", "en", "It's four one one one, one one one one, one one one one, one one one one", "It's [card number]", false},
		{"US", "en", "four triple one, double one double one, 1111 and then 1111", "[card number]", false},
		{"US", "en", "5555 5555 5555 4444", "[card number]", false},
		{"US", "en", "3782 822463 10005", "[card number]", false},
		{"US", "en", "4111 1111 / 1111 1111", "[card number]", false},
		{"US", "en", "I want to pay by card / 4111 1111 1111 1112", "[card number]", false}, // misheard: a card was spoken of
		{"US", "en", "My visa is / 4111 1111 / 1111 1112", "[card number]", false},
		{"US", "en", "4111 1111 1111 1111 expires 12 27", "[card number] expires [card number]", false},
		{"US", "en", "4111 1111 1111 1111 12 27 123", "[card number]", false},
		{"US", "en", "Call me at 217 555 0134, my card is 4111 1111 1111 1111", "Call me at 217 555 0134, my card is [card number]", false},
		{
			"DE", "de", "Meine Kreditkarte ist vier eins eins eins, eins eins eins eins, eins eins eins eins, eins eins eins eins",
			"Meine Kreditkarte ist [card number]", false,
		},
		{"DE", "de", "4111 1111 1111 1111", "[card number]", false},
		{"US", "en", "? My card number? It's 4111 1111 1111 1111", "My card number? It's [card number]", false},
		{"US", "en", "? 4111 1111 1111 1111", "[card number]", false}, // it can be nothing else
		{"US", "en", "4111 1111", "4111 1111", false},                 // half of one

		// What was asked for.
		{"GB", "en", "? It's 07911 123456", "It's 07911 123456", true},
		{"GB", "en", "? oh seven nine double one, one two three, four five six", "oh seven nine double one, one two three, four five six", true},
		{"US", "en", "? one two one seven, five five five, oh one three four", "one two one seven, five five five, oh one three four", true},
		{"US", "en", "? 217 555 0134 or 217 555 0199", "217 555 0134 or 217 555 0199", true},
		{"US", "en", "? 217 555 / ? 0134 / ? no, 217 555 0143", "no, 217 555 0143", true},
		{"US", "en", "? 011 44 20 7946 0958", "011 44 20 7946 0958", true},
		{"US", "en", "? plus 44 20 7946 0958, that's plus 44 20 7946 0958", "plus 44 20 7946 0958, that's plus 44 20 7946 0958", true},
		{"US", "en", "? 1234 5678 9012 34", "1234 5678 9012 34", true},
		{"US", "en", "I lost my card / ? 217 555 0134", "217 555 0134", true},
		{"DE", "de", "? 0049 172 1234567", "0049 172 1234567", true},
		{
			"DE", "de", "Meine Karte ist weg / ? null eins sieben zwei, eins zwei drei, vier fünf sechs sieben acht",
			"null eins sieben zwei, eins zwei drei, vier fünf sechs sieben acht", true,
		},

		// Other numbers that nobody asked for.
		{"US", "en", "You can call me at 217 555 0134.", "You can call me at 217 555 0134.", true},
		{"US", "en", "My order is 1234 5678 9012 3", "My order is 1234 5678 9012 3", false},
		{"US", "en", "I was there on 12 March 2019.", "I was there on 12 March 2019.", true},
		{"US", "en", "My card was charged twice, call me at 217 555 0134", "My card was charged twice, call me at 217 555 0134", false},
		{"DE", "de", "Rufen Sie mich unter 0049 172 1234567 an", "Rufen Sie mich unter 0049 172 1234567 an", true},
	} {
		c := guard(x.region, x.tag)
		got, sound := "", false
		for turn := range strings.SplitSeq(x.turns, " / ") {
			text, asked := strings.CutPrefix(turn, "? ")
			hide, keep := c.look(text, asked)
			got, sound = hidden(text, hide), keep
			if len(hide) > 0 {
				for _, before := range c.turns {
					if s := string(c.hideAll(before.Heard)); language.HasDigit(s) {
						t.Errorf("%q: %q is left of the turn before", x.turns, s)
					}
				}
			}
			c.next(record.Turn{Heard: record.Personal(got)}, asked)
		}
		if got != x.want || sound != x.sound {
			t.Errorf("%s %q: %q, sound %v; want %q, %v", x.region, x.turns, got, sound, x.want, x.sound)
		}
	}
}

// A card number that is said in another language of the business is found too.
func TestCardGuardInTwoLanguages(t *testing.T) {
	c := guard("DE", "de", "en")
	if hide, _ := c.look("four one one one one one one one one one one one one one one one", false); len(hide) != 1 {
		t.Error("a card in English is not found")
	}
}

func TestCardKeys(t *testing.T) {
	for keys, want := range map[string]struct{ hide, hideAsked bool }{
		"4111111111111111":      {true, true},
		"1234567890123":         {true, false},
		"011442079460958":       {true, false},
		"2175550134*2175550134": {false, false},
		"2175550134":            {false, false},
	} {
		c := guard("US", "en")
		if hide, _ := c.lookKeys(keys, false); hide != want.hide {
			t.Errorf("%s: hidden %v", keys, hide)
		}
		if hide, sound := c.lookKeys(keys, true); hide != want.hideAsked || sound == hide {
			t.Errorf("%s asked for: hidden %v, sound %v", keys, hide, sound)
		}
	}
}

func TestChecked(t *testing.T) {
	for digits, want := range map[string]bool{"4111111111111111": true, "4111111111111112": false, "378282246310005": true,
		"5555555555554444": true, "0000000000000000": false, "411111111111": false, "": false} {
		if got := checked(digits); got != want {
			t.Errorf("%s: %v", digits, got)
		}
	}
}
