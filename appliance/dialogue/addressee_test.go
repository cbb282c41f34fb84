package dialogue_test

import (
	"strings"
	"testing"
)

// Who has spoken of somebody and then leaves a message for him or her means that one; at the read-back it is given to another, and nobody
// is put through.
func TestForWhom(t *testing.T) {
	for _, x := range []struct {
		business string
		turns    []string
		whom     string
	}{
		{"dental", []string{"Is Maria in on Saturdays?", "Right, then leave a message for her. It's Tom Baker, about the crown."}, "Maria"},
		{"dental", []string{"Does Maria work Saturdays?", "Can I leave her a message? It's Tom Baker, about the crown."}, "Maria"},
		{"dental", []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.",
			"Actually don't bother them with it, give it to Maria instead."}, "Maria"},
		{"dental", []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.", "No, give it to Maria, please."}, "Maria"},
		{"elektro", []string{"Arbeitet Herr Yildiz auch samstags?", "Dann möchte ich eine Nachricht für ihn hinterlassen.",
			"Sabine Koch."}, "Yildiz"},
		{"elektro", []string{leaveDE, "Sabine Koch.", "Ja.", "Es geht um meine letzte Rechnung.",
			"Nein, nicht an Frau Wolters, geben Sie es an Herrn Yildiz weiter."}, "Yildiz"},
	} {
		said, state, m := keptOf(t, x.business, x.turns...)
		if !strings.Contains(m.For, x.whom) || state == "moving" || strings.Contains(said, "putting you through") {
			t.Errorf("%q: said %q, then %s, kept %+v", x.turns, said, state, m)
		}
	}
}

// Who wants to be answered by e-mail keeps his message, with the address.
func TestAnswerByMail(t *testing.T) {
	begin := []string{leave, "Tom Baker."}
	beginDE := []string{leaveDE, "Sabine Koch."}
	for _, x := range []struct {
		business string
		turns    []string
		holds    string
	}{
		{"dental", append(begin, "No, I don't need a call, just an email. It's tom dot baker at example dot com."), "tom.baker@example.com"},
		{"dental", append(begin, "No calls, please. Email. tom.baker@example.com."), "tom.baker@example.com"},
		{"dental", append(begin, "I said no calls! Email. tom.baker@example.com."), "tom.baker@example.com"},
		{"elektro", append(beginDE, "Nein, Sie brauchen nicht anzurufen, nur eine E-Mail, an koch@example.com."), "koch@example.com"},
	} {
		said, state, m := keptOf(t, x.business, x.turns...)
		if !strings.Contains(string(m.Reason), x.holds) && !strings.Contains(strings.ReplaceAll(string(m.Reason), " dot ", "."), "tom.baker") {
			t.Errorf("%q: said %q, then %s, kept %+v", x.turns[2:], said, state, m)
		}
	}
}
