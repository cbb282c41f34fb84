package en_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
)

// What is said with a name is told from it, before and behind.
func TestNameAndRemark(t *testing.T) {
	for text, want := range map[string]string{
		"Ada Voss, V, O, S, S. Evenings, and have them call me before, not after.": "Ada Voss|Evenings, and have them call me before, not after",
		"It's Olena Kravets and I need this fixed today.":                          "Olena Kravets|I need this fixed today.",
		"it's olena kravets and i need this fixed today":                           "Olena Kravets|i need this fixed today",
		"Tom Baker, I'm calling about my boiler.":                                  "Tom Baker|I'm calling about my boiler.",
		"Tom Baker here, my boiler makes a noise.":                                 "Tom Baker|my boiler makes a noise.",
		"My name is Ann, but you can call my husband.":                             "Ann|you can call my husband.",
		"This is Priya Raman from Acme Plumbing.":                                  "Priya Raman|from Acme Plumbing.",
		"I need a quote for a new fence, my name is Luis Ortega.":                  "Luis Ortega|I need a quote for a new fence",
		"Sure, it's Will Price.":                                                   "Will Price|",
		"Will Smith.":                                                              "Will Smith|",
		"May Johnson, and it's about the invoice.":                                 "May Johnson|it's about the invoice.",
		"Grace Day": "Grace Day|",
		"My name is Mark and I'm a customer of yours.": "Mark|I'm a customer of yours.",
		"Baker. Tom Baker.":                            "Tom Baker|",
		"Tom. Tom Baker.":                              "Tom Baker|",
		"Baker, Tom.":                                  "Tom Baker|",
		"Tom, uh, Baker.":                              "Tom Baker|",
		"Yeah, hi, this is Dr. Helen Moss, please call me back.":   "Dr Helen Moss|call me back.",
		"You're speaking with Kofi Mensah.":                        "Kofi Mensah|",
		"First name Olena, last name Kravets.":                     "Olena Kravets|",
		"My first name is Olena and my last name is Kravets.":      "Olena Kravets|",
		"Last name Kravets, first name Olena.":                     "Olena Kravets|",
		"Put it under the name Delgado, please.":                   "Delgado|",
		"Ludwig van der Berg":                                      "Ludwig van der Berg|",
		"Mrs. Okafor, the tenant upstairs says the roof is leaky.": "Mrs Okafor|the tenant upstairs says the roof is leaky.",
		"Hi there, my name is Jo Park, you fixed my sink.":         "Jo Park|you fixed my sink.",
		"John calling about the lease":                             "John|calling about the lease",
		"Why do you need that?":                                    "|",
		"Can you just tell me when you open?":                      "|",
		"I don't want to leave a message.":                         "|",
		"No, I don't want to leave a message.":                     "|",
		"Forget it, no message.":                                   "|",
		"Will you be open tomorrow?":                               "|",
		"Broken pipe in the kitchen.":                              "|",
		"It's urgent.":                                             "|",
		"I'm in a hurry.":                                          "|",
		"I'm a customer.":                                          "|",
		"It doesn't matter who I am.":                              "|",
		"That's none of your business.":                            "|",
	} {
		n, ok := english.PersonName(text)
		if got := n.Text + "|" + n.Remark; got != want || ok == (want == "|") {
			t.Errorf("PersonName(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

// Letters are spelled in many ways, and they win over what was heard.
func TestSpelledNames(t *testing.T) {
	for text, want := range map[string]string{
		"K R A V E T S.": "Kravets", "K-R-A-V-E-T-S": "Kravets", "K. R. A. V. E. T. S.": "Kravets", "K, R, A, V, E, T, S.": "Kravets",
		"Olena Kravits, K R A V E T S":                                          "Olena Kravets",
		"Kilo Romeo Alpha Victor Echo Tango Sierra":                             "Kravets",
		"K for kilo, R for Romeo, A for alpha, V for Victor, E, T, S for sugar": "Kravets",
		"S as in Sam, M, Y, T, H":                                               "Smyth",
		"D as in boy, A, N":                                                     "Ban", // the word was heard better than the letter
		"capital M, small c, capital G, R, A, double T, H":                      "McGratth",
		"M A double T E double S":                                               "Mattess", "W as in whiskey, double O, D": "Wood",
		"double U, O, O, D": "Wood", "O apostrophe N E I double L": "O'Neill", "M A R Y hyphen J A N E": "Mary-Jane",
		"Mary Jane, that's M A R Y dash J A N E": "Mary-Jane", "M, U umlaut, L, L, E, R": "Müller", "X as in x-ray, U": "Xu", "N G": "Ng",
		"I A N": "Ian", "A N N A": "Anna", "It's spelled B-A-U-E-R.": "Bauer", "Tom Baker, that's B A K E R": "Tom Baker",
		"Mike, M I K E":                   "Mike",
		"B E R G E R, I need this today.": "Berger",
		"D. J. Smith":                     "D J Smith",
		"I see you are a busy person":     "",
		// Several letters that were taken for one word.
		"Tom Barker, that's B A RKER": "Tom Barker", "Amit Roman, that's our HM8N": "Amit Rhman", "K R AVETS": "Kravets",
		"My name is Tom and I have an SUV": "Tom", "I have a BMW, my name is Tom": "Tom", "Anna from IBM": "Anna",
	} {
		n, ok := english.PersonName(text)
		if n.Text != want || ok != (want != "") {
			t.Errorf("PersonName(%q) = %q, %v, want %q", text, n.Text, ok, want)
		}
	}
}

// The answer to "How is the last name spelled?" changes what was asked for and nothing else.
func TestRespell(t *testing.T) {
	for _, tt := range []struct {
		heard string
		part  language.NamePart
		text  string
		want  string
	}{
		{"Olena Kravits", language.NameLast, "K R A V E T S", "Olena Kravets"},
		{"Olena Kravits", language.NameLast, "K-R-A-V-E-T-S.", "Olena Kravets"},
		{"Olena Kravits", language.NameLast, "KRAVETS.", "Olena Kravets"},
		{"Olena Kravits", language.NameLast, "KRA VE TS", "Olena Kravets"},
		{"Olena Kravits", language.NameWhole, "O L E N A K R A V E T S", "Olena Kravets"},
		{"Olena Kravits", language.NameWhole, "O L E N A, and then K R A V E T S", "Olena Kravets"},
		{"Olena Kravits", language.NameLast, "Kravets, K R A V E T S", "Olena Kravets"},
		{"Stephen Baker", language.NameFirst, "with a V", "Steven Baker"},
		{"Steven Baker", language.NameFirst, "It's with a P H.", "Stephen Baker"},
		{"Catherine Hill", language.NameFirst, "Katherine with a K", "Katherine Hill"},
		{"Tom Meyer", language.NameLast, "With an A I.", "Tom Maier"},
		{"Tom Meyer", language.NameLast, "M E I E R", "Tom Meier"},
		{"Sara Hill", language.NameFirst, "With an H at the end.", "Sarah Hill"},
		{"Sarah Hill", language.NameFirst, "Without an H.", "Sara Hill"},
		{"Ann Hill", language.NameFirst, "No E.", "Ann Hill"},
		{"Ann Hill", language.NameFirst, "With an E.", "Anne Hill"},
		{"Philip Hill", language.NameFirst, "Two L's.", "Philip Hill"}, // nothing says where
		{"Philip Hill", language.NameFirst, "With two L's.", "Phillip Hill"},
		{"Olena Kravets", language.NameLast, "Just like it sounds.", "Olena Kravets"},
		{"Stephen Baker", language.NameFirst, "The usual way.", "Stephen Baker"},
		{"Tom McGrath", language.NameLast, "M C G R A T H", "Tom McGrath"},
		{"Kevin Boyle", language.NameLast, "Kevin Doyle, that's the as in Delta, O. Y. L. E..", "Kevin Doyle"},
		{"Tom", language.NameWhole, "T H O M", "Thom"},
		{"Mr. Tailor", language.NameLast, "T A Y L O R", "Mr. Taylor"},
		{"Olena Kravits", language.NameLast, "Why do you need that?", ""},
		{"Olena Kravits", language.NameLast, "I can't spell it.", ""},
	} {
		n, ok := english.Respell(tt.heard, tt.part, tt.text)
		if want := tt.want; n.Text != want && !(tt.text == "Two L's." && !ok) || ok != (want != "") && tt.text != "Two L's." {
			t.Errorf("Respell(%q, %q) = %q, %v, want %q", tt.heard, tt.text, n.Text, ok, want)
		}
	}
}

// Common names that are written in one way are taken as they are; others are in doubt.
func TestNameDoubt(t *testing.T) {
	for name, want := range map[string]language.NamePart{
		"Tom Baker": language.NameSure, "Anna Berger": language.NameSure, "Maria Lopez": language.NameSure, "Thomas Brown": language.NameSure,
		"Mr. Wilson": language.NameSure, "Tom": language.NameSure, "Mary-Jane Watson": language.NameSure, "Will Price": language.NameSure,
		"Sarah-Jane Hill": language.NameFirst, "Olena Kravets": language.NameWhole, "Tom Kravets": language.NameLast,
		"Stephen Baker": language.NameSure, "Katherine Hill": language.NameSure, "Tom Meyer": language.NameLast,
		"Stephen Meyer": language.NameLast, "Walt Buchanan": language.NameSure, "Dana Whitlock": language.NameSure,
		"Tom Clarke": language.NameLast, "Kravets": language.NameWhole, "Dr. Kravets": language.NameLast,
		"Tom Smyth": language.NameLast, "Ludwig van der Berg": language.NameWhole, "": language.NameSure,
	} {
		if got := english.NameDoubt(name, func(string) bool { return false }); got != want {
			t.Errorf("NameDoubt(%q) = %v, want %v", name, got, want)
		}
	}
	if got := english.NameDoubt("Tom Baker", func(w string) bool { return w == "Baker" }); got != language.NameLast {
		t.Errorf("a name that was heard badly: %v", got)
	}
}

// The dictionary has each name once, in lower case, and the names of the samples' callers.
func TestNamesAreRead(t *testing.T) {
	for _, name := range strings.Fields("Smith Johnson Garcia Nguyen James Mary Patel") {
		if english.NameDoubt(name, func(string) bool { return false }) != language.NameSure {
			t.Errorf("%s is in doubt", name)
		}
	}
	if !slices.Contains([]language.NamePart{language.NameWhole}, english.NameDoubt("Xqz", func(string) bool { return false })) {
		t.Error("no name is known")
	}
}
