// Command clock lets tests and programs run at a moment of one's choice. It writes what go build -overlay needs to put a clock into
// Go's own package time that can be set; nothing of it is in the programs that are installed.
//
//	clock overlay GOROOT DIR     write DIR/overlay.json and what it names
//
// What was built with GOFLAGS=-overlay=DIR/overlay.json begins at the moment that FRONTDESK_TEST_CLOCK names ("@" and seconds since
// 1970), and its clock goes on from there; its children go by the same clock. Without the variable, and in the bubbles of
// testing/synctest, time is as it always is. Timers and deadlines do not notice.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	if len(args) != 3 || args[0] != "overlay" {
		fmt.Fprintln(stderr, "usage: clock overlay GOROOT DIR")
		return 2
	}
	if err := overlay(args[1], args[2]); err != nil {
		fmt.Fprintln(stderr, "clock:", err)
		return 1
	}
	return 0
}

// The lines of time.Now that are changed, and what stands in their place.
const (
	asIs    = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	shifted = asIs + "\tif testShift != 0 && !runtimeIsBubbled() {\n\t\tsec += testShift\n\t}\n"
)

// settable is a file more in package time.
const settable = `package time

import "syscall"

// testShift is how many seconds the clock is ahead of the machine's.
var testShift = readTestShift()

func readTestShift() int64 {
	const name = "FRONTDESK_TEST_CLOCK"
	v, ok := syscall.Getenv(name)
	if !ok || v == "" {
		return 0
	}
	n, err := atoi(v[1:])
	if err != nil || v[0] != '@' && v[0] != '+' {
		panic(name + ": " + v + " is no moment")
	}
	if v[0] == '+' { // set by a parent
		return int64(n)
	}
	sec, _, _ := runtimeNow()
	n -= int(sec)
	if err := syscall.Setenv(name, string(appendInt([]byte("+"), n, 0))); err != nil {
		panic(name + ": " + err.Error())
	}
	return int64(n)
}
`

// overlay writes the changed package time of the Go in goroot.
func overlay(goroot, dir string) error {
	src := filepath.Join(goroot, "src", "time")
	data, err := os.ReadFile(filepath.Join(src, "time.go"))
	if err != nil {
		return fmt.Errorf("read package time: %w", err)
	}
	if strings.Count(string(data), asIs) != 1 || !strings.Contains(string(data), "func runtimeIsBubbled() bool") {
		return errors.New("this Go's time.Now is written in another way: change .ci/tools/clock to suit it")
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("find folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	replace := make(map[string]string)
	for name, text := range map[string]string{
		"time.go": strings.Replace(string(data), asIs, shifted, 1), "testclock.go": settable,
	} {
		file := filepath.Join(dir, name+".txt") // no Go file of this module
		replace[filepath.Join(src, name)] = file
		if err := keep(file, text); err != nil {
			return err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return fmt.Errorf("write overlay: %w", err)
	}
	return keep(filepath.Join(dir, "overlay.json"), string(text))
}

// keep writes a file unless it says so already.
func keep(name, text string) error {
	if have, err := os.ReadFile(name); err == nil && string(have) == text {
		return nil
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write overlay: %w", err)
	}
	return nil
}
