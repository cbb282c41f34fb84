// Package machine tells how the computer is that the program runs on: load, memory, disk, temperature, addresses, clock.
//
// Everything is read from the kernel's own files and calls; nothing is sent anywhere, no program is started. What a machine has not
// got is left at zero. It starts no goroutine, and its functions are safe for concurrent use.
package machine

import (
	"io/fs"
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Facts are how the computer is at this moment. Bytes are bytes.
type Facts struct {
	Name        string     `json:"name"` // host name
	System      string     `json:"system,omitempty"`
	Processor   string     `json:"processor,omitempty"`
	Cores       int        `json:"cores"`
	Load        [3]float64 `json:"load"` // over 1, 5 and 15 minutes; 1.0 is one busy core
	Memory      Space      `json:"memory"`
	Disk        Space      `json:"disk"` // where the records are
	Up          int64      `json:"up_seconds"`
	Temperature float64    `json:"temperature_c,omitempty"` // of the warmest sensor; 0 = no sensor
}

// Space is memory or disk.
type Space struct {
	Total int64 `json:"total"`
	Free  int64 `json:"free"` // what a program may still take
}

// Used is the used part in percent, 0 to 100; 0 when the whole is not known.
func (s Space) Used() int {
	if s.Total <= 0 {
		return 0
	}
	return int(math.Round(100 * float64(s.Total-s.Free) / float64(s.Total)))
}

// Look reads the facts. dir is the folder whose disk counts.
func Look(dir string) Facts { return look(os.DirFS("/"), dir) }

func look(root fs.FS, dir string) Facts {
	f := Facts{Cores: runtime.NumCPU()}
	f.Name, _ = os.Hostname() // "" when there is none
	f.System = quoted(field(read(root, "etc/os-release"), "PRETTY_NAME="))
	f.Processor = strings.TrimLeft(field(read(root, "proc/cpuinfo"), "model name"), "\t :")
	for i, v := range strings.Fields(read(root, "proc/loadavg")) {
		if i == len(f.Load) {
			break
		}
		f.Load[i] = number(v)
	}
	memory := read(root, "proc/meminfo")
	f.Memory = Space{Total: kilobytes(field(memory, "MemTotal:")), Free: kilobytes(field(memory, "MemAvailable:"))}
	if up := strings.Fields(read(root, "proc/uptime")); len(up) > 0 {
		f.Up = int64(number(up[0]))
	}
	f.Temperature = warmest(root)
	f.Disk = disk(dir)
	return f
}

// disk returns the disk that dir is on.
func disk(dir string) Space {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return Space{}
	}
	block := uint64(s.Bsize)
	return Space{Total: whole(s.Blocks * block), Free: whole(s.Bavail * block)}
}

func whole(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

// warmest is the highest plausible temperature of the thermal zones.
func warmest(root fs.FS) float64 {
	zones, _ := fs.Glob(root, "sys/class/thermal/thermal_zone*") // the pattern is right
	t := 0.0
	for _, z := range zones {
		if c := number(strings.TrimSpace(read(root, path.Join(z, "temp")))) / 1000; c > t && c < 150 {
			t = c
		}
	}
	return t
}

// Clock tells whether the computer's clock is set by somebody who knows the time (RFC 5905).
type Clock struct {
	Synchronised bool    `json:"synchronised"`
	OffMS        float64 `json:"off_by_ms"` // at most, as the kernel believes
}

// LookClock asks the kernel.
func LookClock() Clock {
	var t unix.Timex
	state, err := unix.Adjtimex(&t) // changes nothing: no mode is set
	if err != nil || state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0 {
		return Clock{}
	}
	return Clock{Synchronised: true, OffMS: float64(t.Esterror) / float64(time.Millisecond/time.Microsecond)}
}

// read returns a file of the kernel; "" when there is none.
func read(root fs.FS, name string) string {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return string(b)
}

// field returns the rest of the first line that begins with name.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func quoted(s string) string { return strings.Trim(s, `"'`) }

func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	return n
}

func kilobytes(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(s, " kB"), 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/1024 {
		return 0
	}
	return 1024 * n
}
