package en

import "testing"

func TestTextsAreRead(t *testing.T) {
	if errBook != nil {
		t.Fatal(errBook)
	}
}
