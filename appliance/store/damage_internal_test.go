package store

import (
	"errors"
	"strings"
	"testing"
)

func TestAFaultOfOursIsNoDamage(t *testing.T) {
	err := guarded("x", func() error {
		t.Log(strings.Fields("one")[len(t.Name())])
		return nil
	})
	var bad *DamagedError
	if err == nil || errors.As(err, &bad) || !strings.Contains(err.Error(), "TestAFaultOfOursIsNoDamage") {
		t.Errorf("%v", err)
	}
}
