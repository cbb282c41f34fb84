package dialogue_test

import (
	"strings"
	"testing"
)

// What is told beside an answer is kept in the message, also behind a number, and where it speaks of a name or a number of something else.
func TestToldBesideIsKept(t *testing.T) {
	offer, offerDE := []string{leave, "Tom Baker."}, []string{leaveDE, "Sabine Koch."}
	for _, x := range []struct {
		business    string
		begin       []string
		text, holds string
	}{
		{"dental", offer, "No, use my work number, 217 555 0177. It's about order 4410, it came broken.", "order 4410, it came broken"},
		{"dental", offer, "No, ring my sister, 217 555 0177. And actually it's nearer to four, not half past three.", "nearer to four"},
		{"dental", offer, "Yes. He turns four in June, his name is Oskar.", "turns four in June, his name is Oskar"},
		{"dental", offer, "That's good. So it's Tuesday the third, and we want Tuesday the tenth.", "Tuesday the tenth"},
		{"dental", append(offer, "No.", "217 555 0177"), "Yes. My daughter lost a filling, her name is Edith.", "lost a filling"},
		{"elektro", offerDE, "Nein, meine Arbeitsnummer, 0511 555 0177. Es geht um Auftrag 4410, der kam beschädigt an.", "kam beschädigt an"},
		{"elektro", offerDE, "Ja. Die Maschine ist vier Jahre alt, der Name vom Hersteller ist Oskar.", "vier Jahre alt"},
	} {
		said, state, m := keptOf(t, x.business, append(append([]string{}, x.begin...), x.text)...)
		if !strings.Contains(string(m.Reason), x.holds) {
			t.Errorf("%s: said %q, then %s, kept %+v", x.text, said, state, m)
		}
	}
}

// What is to be put in at the read-back is added, with its figures.
func TestPutIn(t *testing.T) {
	for business, texts := range map[string][]string{
		"dental": {"Put in order 4410, it came broken. Then pass it on.",
			"Did you get the order number? 4410. It came broken.", "Put that it's order 4410.", "Put in order 4410, broken. Then pass it on.",
			"Okay, pass it on. And put in that it's order 4410.", "Write down order 4410, it came broken."},
		"elektro": {"Schreiben Sie noch Auftrag 4410 dazu, der kam beschädigt an.",
			"Haben Sie die Auftragsnummer notiert? 4410, der kam beschädigt an.",
			"Notieren Sie, dass es Auftrag 4410 ist."},
	} {
		begin := []string{leave, "Tom Baker.", "Yes.", "It is about my last bill."}
		if business == "elektro" {
			begin = []string{leaveDE, "Sabine Koch.", "Ja.", "Es geht um meine letzte Rechnung."}
		}
		for _, text := range texts {
			said, state, m := keptOf(t, business, append(append([]string{}, begin...), text)...)
			if !strings.Contains(string(m.Reason), "4410") || !strings.Contains(string(m.Reason), strings.TrimRight(begin[3], ".")) ||
				!strings.HasSuffix(string(m.Number), "0144") {
				t.Errorf("%s: said %q, then %s, kept %+v", text, said, state, m)
			}
		}
	}
}
