package native

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
)

// AvailableMemory returns the bytes of memory that programs can still get, 0 if that cannot be told.
func AvailableMemory() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	return availableMemory(f)
}

// availableMemory reads MemAvailable from the form of /proc/meminfo.
func availableMemory(r io.Reader) int64 {
	scan := bufio.NewScanner(r)
	for scan.Scan() {
		name, value, _ := strings.Cut(scan.Text(), ":")
		if name != "MemAvailable" {
			continue
		}
		kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil || kb < 0 || kb > 1<<50 {
			return 0
		}
		return kb << 10
	}
	return 0
}
