package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"frontdesk.internal/models/build/native"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/cpucheck"
	"frontdesk.internal/models/progress"
)

// What a set-up takes beside the weights, in bytes, with room to spare.
const (
	nativeRoom   = 900 << 20 // Sources, objects and libraries of the engines.
	programRoom  = 300 << 20 // The programs.
	goCacheRoom  = 900 << 20 // Go's module and build cache.
	temporary    = 400 << 20 // Go's linker and pip.
	leastMemory  = 1500 << 20
	minimalCMake = 3*100 + 14 // ggml's own demand, as major*100+minor.
)

// preflight checks, before anything is fetched, that the work can be finished. When there is nothing to do it says nothing.
func (s *site) preflight(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return progress.NewFault("Use a Debian machine, or a virtual one.", "Frontdesk is built on Linux, this is %s", runtime.GOOS)
	}
	if err := cpucheck.Least(); err != nil && !s.target.Release {
		return err
	}
	_, built, err := s.builder().Have(ctx, s.target)
	if err != nil {
		return err
	}
	if !built {
		if err := tools(ctx); err != nil {
			return err
		}
		if free := native.AvailableMemory(); free > 0 && free < leastMemory {
			return progress.NewFault("Close other programs or add swap, then run the same command again.",
				"only %s of memory are free, compiling needs %s", progress.Size(free), progress.Size(leastMemory))
		}
	}
	return s.disks(built)
}

// tools checks the programs that the native build needs.
func tools(ctx context.Context) error {
	const do = "Run make setup, which offers to install what is missing, or: apt-get install cmake ninja-build"
	if _, err := exec.LookPath("ninja"); err != nil {
		return progress.NewFault(do, "there is no ninja on this machine")
	}
	out, err := exec.CommandContext(ctx, "cmake", "--version").Output()
	if err != nil {
		return progress.WrapFault(err, do, "there is no usable cmake on this machine")
	}
	if v := cmakeVersion(string(out)); v < minimalCMake {
		return progress.NewFault(do, "cmake is %d.%d, the engines need %d.%d", v/100, v%100, minimalCMake/100, minimalCMake%100)
	}
	return nil
}

// cmakeVersion reads "cmake version 3.25.1" as 325, and anything else as 0.
func cmakeVersion(said string) int {
	fields := strings.Fields(said)
	if len(fields) < 3 {
		return 0
	}
	parts := strings.SplitN(fields[2], ".", 3)
	if len(parts) < 2 {
		return 0
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil || minor > 99 {
		return 0
	}
	return major*100 + minor
}

// need is a folder and what will be written below it.
type need struct {
	dir   string
	bytes int64
}

// disks checks that every file system has room for all that will be written to it.
func (s *site) disks(built bool) error {
	needs := []need{}
	if s.all {
		needs = append(needs, need{s.cache, s.lib.Need(s.lib.Defaults())})
	}
	if !built {
		needs = append(needs, need{s.cache, nativeRoom})
	}
	if _, err := os.Stat(filepath.Join(s.bin(), "frontdesk")); err != nil {
		needs = append(needs, need{s.root, programRoom}, need{os.TempDir(), temporary})
		if !built { // Most likely the first time on this machine.
			if dir, err := os.UserCacheDir(); err == nil {
				needs = append(needs, need{dir, goCacheRoom})
			}
		}
	}
	return room(needs, device, cachedir.Free)
}

// room adds up needs by device and reports the first file system that is too small.
func room(needs []need, device func(string) (uint64, error), free func(string) (int64, error)) error {
	total := make(map[uint64]need)
	for _, n := range needs {
		id, err := device(n.dir)
		if err != nil {
			return fmt.Errorf("find file system of %s: %w", n.dir, err)
		}
		sum := total[id]
		if sum.dir == "" {
			sum.dir = n.dir
		}
		sum.bytes += n.bytes
		total[id] = sum
	}
	for _, n := range total {
		have, err := free(n.dir)
		if err != nil {
			return err
		}
		if have < n.bytes {
			return progress.NewFault("Free some space and run the same command again, or put the cache elsewhere: "+
				"XDG_CACHE_HOME=/elsewhere make setup",
				"up to %s are needed on the disk of %s, only %s are free", progress.Size(n.bytes), n.dir, progress.Size(have))
		}
	}
	return nil
}

// device names the file system that dir is or will be on.
func device(dir string) (uint64, error) {
	for {
		st, err := os.Stat(dir)
		if err == nil {
			if sys, ok := st.Sys().(*syscall.Stat_t); ok {
				return uint64(sys.Dev), nil //nolint:unconvert // The type differs between architectures.
			}
			return 0, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return 0, err
		}
		dir = parent
	}
}
