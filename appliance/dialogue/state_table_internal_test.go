package dialogue

import (
	"testing"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
)

// business is a shipped profile.
func business(t *testing.T, name string) *knowledge.Business {
	t.Helper()
	b, err := profile.Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every state has a row, and a row that is whole: what is expected of the caller is taken, what is asked can be asked again.
func TestTheTableIsWhole(t *testing.T) {
	names := map[string]bool{}
	for i, r := range New(business(t, "dental"), Options{}).rows {
		if r.name == "" || names[r.name] {
			t.Errorf("state %d has the name %q", i, r.name)
		}
		names[r.name] = true
		speech := r.expects != "" && r.expects != ExpectNone
		for what, wrong := range map[string]bool{
			"takes no key":                        r.expects != "" && r.keyed == nil,
			"takes a key though a result is due":  r.expects == "" && r.keyed != nil,
			"takes no words":                      speech && r.heard == nil,
			"takes words that nobody can hear":    !speech && r.heard != nil,
			"cannot put its question again":       r.expects != "" && state(i) != idle && r.prompt == nil,
			"collects digits that nothing ends":   r.digits != (r.paused != nil),
			"takes digits and does not expect it": r.digits != (r.expects == ExpectDigits) && r.expects != ExpectNone,
			"is a message without words":          r.message && !speech,
			"waits for a result without an end":   r.expects == "" && state(i) != ended && r.silent == nil,
		} {
			if wrong {
				t.Errorf("%s %s", r.name, what)
			}
		}
	}
}
