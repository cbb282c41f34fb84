package all_test

import (
	"testing"

	"frontdesk.internal/appliance/language/all"
)

// What can't be spoken is no name, and neither are the words that carried its letters.
func TestNamesThatArePossible(t *testing.T) {
	for _, tag := range []string{"en", "de"} {
		l := all.For(tag)
		for _, name := range []string{
			"Anna Berger", "Sam Ng", "Jan Vlk", "Krause", "Schwarz", "Hellwig", "Ludwig", "Edwards", "Knight", "Schmidt-Rottluff", "Dvorak",
			"Kowalski", "Herschbach", "O'Neil", "Gwyn Lloyd", "Arndt", "Schultz", "Wright", "Pfeiffer", "Ödegaard", "Nguyen", "Szczepaniak",
			"McDonald", "van der Berg",
		} {
			if !l.NamePossible(name) {
				t.Errorf("%s: %s is none", tag, name)
			}
		}
		for _, name := range []string{"Krs", "Sabine Krswz", "A-U-S-V-Zahnur-V", "Kauswzb", "Bcdfg", "K-R-S"} {
			if l.NamePossible(name) {
				t.Errorf("%s: %s is one", tag, name)
			}
		}
	}
	for tag, name := range map[string]string{"de": "Zabine Kause K Das Auswzb", "en": "Tom Like Sam"} {
		if all.For(tag).NamePossible(name) {
			t.Errorf("%s is one", name)
		}
	}
}
