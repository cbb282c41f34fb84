package main

import (
	"os"
	"path/filepath"
	"testing"
)

// builtProgram is the path of a program that make setup has built, or of one with a clock that can be set (.ci/test --at).
func builtProgram(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("FRONTDESK_TEST_BIN")
	if dir == "" {
		dir = filepath.Join("..", "..", "bin")
	}
	program, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return program
}
