package store

import (
	"errors"
	"strings"
	"testing"
)

func TestAFaultOfOursIsNoDamage(t *testing.T) {
	err := guarded("x", func() error {
		var none []int
		if none[len(t.Name())] == 0 {
			t.Log("not reached")
		}
		return nil
	})
	var bad *DamagedError
	if err == nil || errors.As(err, &bad) || !strings.Contains(err.Error(), "TestAFaultOfOursIsNoDamage") {
		t.Errorf("%v", err)
	}
}
