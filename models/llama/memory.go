package llama

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// reserve is what must stay free beside the weights: KV cache, compute buffers and the rest of the machine, in bytes.
const reserve = 400 << 20

// checkMemory refuses a model file that cannot fit into this machine. Linux would load it and kill the process later.
func checkMemory(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("find model (run `frontdesk models fetch`): %w", err)
	}
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return nil // without the figure loading has to be tried
	}
	defer f.Close() // only read
	free, ok := availableMemory(f)
	if need := info.Size() + reserve; ok && need > free {
		return fmt.Errorf("model needs %d MB of memory, %d MB are free: choose a smaller one with `frontdesk models use`", need>>20, free>>20)
	}
	return nil
}

// availableMemory reads MemAvailable, in bytes, from the text of /proc/meminfo.
func availableMemory(r io.Reader) (int64, bool) {
	s := bufio.NewScanner(r)
	for s.Scan() {
		if rest, ok := strings.CutPrefix(s.Text(), "MemAvailable:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			return kb << 10, err == nil && kb >= 0
		}
	}
	return 0, false
}
