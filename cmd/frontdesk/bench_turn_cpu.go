package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// processorTime is what this process and everything it has started and that still runs have used, and the ended children of those:
// the box and its engines, and in a bench the caller's line.
func processorTime() time.Duration {
	const tick = time.Second / 100 // USER_HZ
	parents, used := map[int]int{}, map[int]time.Duration{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parents[pid], used[pid] = statTimes(string(b), tick)
	}
	self := os.Getpid()
	var total time.Duration
	for pid, t := range used {
		for p := pid; p > 0; p = parents[p] {
			if p == self {
				total += t
				break
			}
		}
	}
	return total
}

// statTimes reads the parent and the processor time out of a line of proc(5)'s stat.
func statTimes(stat string, tick time.Duration) (parent int, used time.Duration) {
	_, after, _ := strings.Cut(stat[strings.LastIndex(stat, ")")+1:], " ") // a program's name may have blanks
	f := strings.Fields(after)
	const ppid, utime, cstime = 1, 11, 14
	if len(f) <= cstime {
		return 0, 0
	}
	parent, _ = strconv.Atoi(f[ppid])
	for _, v := range f[utime : cstime+1] {
		n, _ := strconv.ParseInt(v, 10, 64)
		used += time.Duration(n) * tick
	}
	return parent, used
}
