package handset

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// helperEnv names a folder: this program is a helper then, with a sound card in memory. Its process writes its number there.
const helperEnv = "FRONTDESK_HANDSET_HELPER"

// helperChild is the helper.
func helperChild(dir string) {
	do, id := os.Args[len(os.Args)-2], os.Args[len(os.Args)-1]
	d := &desktop{found: Devices{Microphones: []Device{{ID: "m", Name: "Mic"}}}, level: 1000, wantedID: id}
	switch id {
	case "none":
		d.wantedID = "another"
	case "hangs":
		_, _ = io.Copy(io.Discard, os.Stdin) // it says nothing until it is ended
	}
	_ = os.WriteFile(filepath.Join(dir, do+"-"+strconv.Itoa(os.Getpid())), nil, 0o600) // the test misses it
	if err := serve(d, do, id, os.Stdin, os.Stdout); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// helped is a host whose helpers are this program, and the processes that it has started so far.
func helped(t *testing.T) (h Host, started func(do string) []int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv(helperEnv, dir)
	return Host{Command: []string{exe}}, func(do string) (pids []int) {
		names, err := filepath.Glob(filepath.Join(dir, do+"-*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(n), do+"-"))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
		return pids
	}
}

// Devices, and what is wrong with them, come through from the other process.
func TestDevicesOfAnotherProcess(t *testing.T) {
	h, _ := helped(t)
	if d, err := h.List(); err != nil || len(d.Microphones) != 1 || d.Microphones[0].Name != "Mic" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := h.Open(Options{Microphone: "none"}); !errors.Is(err, ErrNoSound) {
		t.Errorf("a device that is not there: %v", err)
	}
	if _, err := (Host{Command: []string{"/does/not/exist"}}).List(); err == nil {
		t.Error("a helper that is not there was started")
	}
}

// A sound goes there and back through other processes, at the pace of the devices.
func TestSoundThroughAnotherProcess(t *testing.T) {
	h, _ := helped(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pcm, err := h.Record(ctx, Options{}, 400*time.Millisecond)
	if err != nil || len(pcm) < Rate/5 || pcm[len(pcm)-1] != 1000 {
		t.Errorf("%d samples, %v", len(pcm), err)
	}
	if err := h.Play(ctx, Options{}, Tone(440, 200*time.Millisecond)); err != nil {
		t.Error(err)
	}
}

// The library crashes and hangs while somebody talks: the process is started anew, and the talk goes on.
func TestAFaultOfTheLibraryEndsNoTalk(t *testing.T) {
	h, started := helped(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	box, err := h.Open(Options{Headset: true})
	if err != nil {
		t.Fatal(err)
	}
	faults := []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP} // of the process that is there, one after the other
	e := &ears{done: cancel}
	hit := map[int]bool{} // had its fault
	loud := 0             // frames with sound that were heard when the last fault came
	e.enough = func(e *ears) bool {
		pids := started("capture")
		switch { // a fault comes while the newest process is heard, and the next one only once another is
		case e.loud < loud+10 || len(pids) == 0:
			return false
		case len(pids) <= 2-len(faults):
			return false
		case len(faults) == 0:
			return true
		}
		for _, do := range []string{"capture", "playback"} {
			for _, pid := range started(do) {
				if !hit[pid] {
					_ = syscall.Kill(pid, faults[0]) // the test misses what it does
				}
				hit[pid] = true
			}
		}
		loud, faults = e.loud, faults[1:]
		return false
	}
	if err := box.Run(ctx, e, &voice{left: 1 << 30}); !errors.Is(err, context.Canceled) {
		t.Errorf("the talk ended: %v; %d processes, %d frames heard", err, len(started("capture")), e.loud)
	}
	if n := len(started("playback")); n < 3 {
		t.Errorf("%d processes played", n)
	}
}

// A library that never comes back from opening a device is said, and its process is gone.
func TestADeviceThatNeverOpens(t *testing.T) {
	h, started := helped(t)
	_, err := open(helper{h.Command, 300 * time.Millisecond}, Options{Microphone: "hangs"})
	if err == nil || len(started("capture")) != 0 {
		t.Errorf("%v", err)
	}
}
