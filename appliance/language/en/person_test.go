package en

import "testing"

func TestWantsPerson(t *testing.T) {
	for text, want := range map[string]bool{
		"Operator.": true, "I want to talk to a person.": true, "Can I speak to somebody, please?": true, "Give me a human.": true,
		"Put me through to the office.": true, "Let me speak with an actual person.": true, "I don't want to talk to a machine.": true,
		"Are you a real person?": false, "When do you open?": false, "A person broke my window.": false, "How much is it per person?": false,
	} {
		if got := (Language{}).WantsPerson(Language{}.Words(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
