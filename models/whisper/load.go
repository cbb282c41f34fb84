package whisper

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// Between looks at the run queue; a media goroutine that is awake for a moment must not look like a busy core.
const (
	looks        = 3
	betweenLooks = 300 * time.Microsecond
)

// freeThreads returns how many of most threads find a core of their own now. The engine's threads wait for each other in
// a busy loop after every operation: when one of them has to share its core, the other burns a core for nothing and the
// whole is many times slower than one thread alone.
func freeThreads(most, cores int) int {
	if most <= 1 {
		return 1
	}
	busy := cores
	for i := range looks {
		if i > 0 {
			time.Sleep(betweenLooks)
		}
		b, err := os.ReadFile("/proc/loadavg")
		if err != nil {
			return most
		}
		n, ok := runnable(string(b))
		if !ok {
			return most
		}
		busy = min(busy, n-1) // this thread is one of them
	}
	return max(1, min(most, cores-busy))
}

// runnable reads how many threads run or want to run from the text of /proc/loadavg ("0.20 0.18 0.12 1/80 11206").
func runnable(loadavg string) (int, bool) {
	fields := strings.Fields(loadavg)
	if len(fields) < 4 {
		return 0, false
	}
	n, _, ok := strings.Cut(fields[3], "/")
	if !ok {
		return 0, false
	}
	v, err := strconv.Atoi(n)
	return v, err == nil && v >= 1
}
