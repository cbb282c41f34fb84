package en

import "testing"

func TestTextsAreRead(t *testing.T) {
	if errNames != nil {
		t.Fatal(errNames)
	}
	if errBook != nil {
		t.Fatal(errBook)
	}
}
