//go:build native

package llama

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkTuning compares the settings that New chooses with others, on this machine.
func BenchmarkTuning(b *testing.B) {
	model := filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
	if _, err := os.Stat(model); err != nil {
		b.Skip(err)
	}
	for _, threads := range []int{1, 2} {
		for _, tune := range []tuning{{poll: 0, flash: -1}, {poll: 50, flash: -1}, {poll: 0, flash: 0}, {poll: 0, flash: -1, repack: -1}} {
			name := fmt.Sprintf("threads=%d/poll=%d/flash=%d/repack=%d", threads, tune.poll, tune.flash, tune.repack)
			b.Run(name, func(b *testing.B) {
				m, err := New(Options{Model: model, Threads: threads, tuning: &tune})
				if err != nil {
					b.Fatal(err)
				}
				defer m.Close() // never fails
				var prefill, decode float64
				for b.Loop() {
					if prefill, decode, err = m.Speed(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(prefill, "prefill-tok/s")
				b.ReportMetric(decode, "decode-tok/s")
			})
		}
	}
}
