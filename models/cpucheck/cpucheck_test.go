package cpucheck

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/models/progress"
)

// names makes features that a processor has.
func names(list ...string) []feature {
	var out []feature
	for _, n := range list {
		out = append(out, feature{n, true})
	}
	return out
}

func TestLacking(t *testing.T) {
	core2 := append(names("sse4.2", "popcnt"), feature{"avx", false}, feature{"avx2", false}, feature{"fma", false}, feature{"bmi1", false},
		feature{"bmi2", false})
	for _, tt := range []struct {
		name, need string
		have       []feature
		want       []string
	}{
		{"release on an old processor", V3, core2, []string{"avx", "avx2", "fma", "bmi1", "bmi2"}},
		{"release on its baseline", V3, names("sse4.2", "popcnt", "avx", "avx2", "fma", "bmi1", "bmi2"), nil},
		{"arm without dot product", V82, names("asimd", "asimdhp"), []string{"asimddp"}},
		{"arm with dot product", V82, names("asimd", "asimddp"), nil},
		{"native on a lesser one", "avx2+avx512vnni", names("avx2"), []string{"avx512vnni"}},
		{"no stamp", "", nil, nil},
	} {
		if got := lacking(tt.need, tt.have); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	old := baseline
	t.Cleanup(func() { baseline = old })
	baseline = Here()
	if err := Check(); err != nil {
		t.Errorf("a program built here does not run here: %v", err)
	}
	baseline = "avx2048"
	err := Check()
	if err == nil || !strings.Contains(err.Error(), "this one lacks avx2048") || !strings.Contains(progress.AdviceOf(err), "make setup") {
		t.Errorf("got %v, %q", err, progress.AdviceOf(err))
	}
}
