// Package cpucheck refuses to run native engines on a processor that lacks what they were built for, with a sentence
// instead of the illegal instruction that would end the process.
//
// What a binary was built for is stamped into it by the linker; a binary without the stamp is taken to run anywhere. The
// package reads processor features once at start, by golang.org/x/sys/cpu, and holds no other state.
package cpucheck

import (
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sys/cpu"

	"frontdesk.internal/models/progress"
)

// baseline is set by the linker (-X) to the features that the engines need, joined by "+".
var baseline string

// Names of the baselines of release builds.
const (
	// V3 is x86-64-v3: AVX2, FMA, BMI2 and what comes with them.
	V3 = "x86-64-v3"
	// V82 is ARMv8.2 with the dot-product instructions.
	V82 = "armv8.2+dotprod"
)

// feature is one processor feature that changes how the engines are compiled.
type feature struct {
	name string
	has  bool
}

// features lists the features of this machine's processor that matter.
func features() []feature {
	if runtime.GOARCH == "arm64" {
		a := cpu.ARM64
		return []feature{
			{"asimd", a.HasASIMD}, {"fphp", a.HasFPHP}, {"asimdhp", a.HasASIMDHP}, {"asimddp", a.HasASIMDDP},
			{"i8mm", a.HasI8MM}, {"sve", a.HasSVE}, {"sve2", a.HasSVE2},
		}
	}
	x := cpu.X86
	return []feature{
		{"sse4.2", x.HasSSE42}, {"popcnt", x.HasPOPCNT}, {"avx", x.HasAVX}, {"avx2", x.HasAVX2}, {"fma", x.HasFMA},
		{"bmi1", x.HasBMI1}, {"bmi2", x.HasBMI2}, {"avxvnni", x.HasAVXVNNI},
		{"avx512f", x.HasAVX512F}, {"avx512bw", x.HasAVX512BW}, {"avx512cd", x.HasAVX512CD}, {"avx512dq", x.HasAVX512DQ},
		{"avx512vl", x.HasAVX512VL}, {"avx512vbmi", x.HasAVX512VBMI}, {"avx512vnni", x.HasAVX512VNNI},
		{"avx512bf16", x.HasAVX512BF16}, {"amx-int8", x.HasAMXInt8}, {"amx-bf16", x.HasAMXBF16},
	}
}

// Here returns what a build for this very processor needs, in the form of the stamp.
func Here() string {
	var names []string
	for _, f := range features() {
		if f.has {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, "+")
}

// Release returns the baseline of release builds for a GOARCH.
func Release(arch string) string {
	if arch == "arm64" {
		return V82
	}
	return V3
}

// Check reports whether this machine can run the engines of this binary; the error says what is missing.
func Check() error {
	missing := lacking(baseline, features())
	if len(missing) == 0 {
		return nil
	}
	return progress.NewFault(
		"Build it on this machine (make setup), or use a machine with AVX2 (x86-64-v3) or the ARMv8.2 dot product.",
		"this program was built for a processor with %s; this one lacks %s", baseline, strings.Join(missing, ", "))
}

// Least reports whether this machine reaches the least that Frontdesk runs on: the release baseline.
func Least() error {
	missing := lacking(Release(runtime.GOARCH), features())
	if len(missing) == 0 {
		return nil
	}
	return progress.NewFault("Use a machine with AVX2 (Intel since 2013, AMD since 2015) or an ARM board with the dot product (such as a "+
		"Raspberry Pi 5).", "this machine's processor lacks %s, without which a caller would wait too long", strings.Join(missing, ", "))
}

// lacking returns the needed features that are not among have.
func lacking(need string, have []feature) []string {
	var missing []string
	for _, name := range expand(need) {
		if !slices.ContainsFunc(have, func(f feature) bool { return f.name == name && f.has }) {
			missing = append(missing, name)
		}
	}
	return missing
}

// expand turns a stamp into the names of features.
func expand(stamp string) []string {
	switch stamp {
	case "":
		return nil
	case V3:
		return []string{"sse4.2", "popcnt", "avx", "avx2", "fma", "bmi1", "bmi2"}
	case V82:
		return []string{"asimd", "asimddp"}
	}
	return strings.Split(stamp, "+")
}
