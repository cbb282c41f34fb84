package native

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"frontdesk.internal/models/build/pip"
	"frontdesk.internal/models/cpucheck"
)

// recipe is the version of the way of building; raise it when that changes in a way the key does not see.
const recipe = 2

// source is one engine's source code.
type source struct {
	name    string
	version string
	pkg     pip.Package
	// root is the engine's folder in the package.
	root string
	// keep are the parts of root that building, testing and licensing need; the rest is not unpacked.
	keep []string
}

// llamaCPP brings ggml, which whisper.cpp is built on too.
func llamaCPP() source {
	return source{
		name: "llama.cpp", version: "ggml 0.25.3",
		pkg: pip.Package{
			Name: "llama-cpp-python", Version: "0.3.36", Bytes: 76589250, Backend: "scikit_build_core.build",
			SHA256: "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e",
		},
		root: "vendor/llama.cpp",
		keep: []string{"CMakeLists.txt", "LICENSE", "AUTHORS", "licenses", "cmake", "ggml", "include", "src", "vendor"},
	}
}

func whisperCPP() source {
	return source{
		name: "whisper.cpp", version: "1.8.5",
		pkg: pip.Package{
			Name: "pywhispercpp", Version: "1.5.1", Bytes: 9756087, Backend: "setuptools.build_meta",
			SHA256: "5df897e5dd9d9f16804fc937bd85b9f5880a0b29a55f8843585e0e03d76195e5",
		},
		root: "whisper.cpp",
		keep: []string{
			"CMakeLists.txt", "LICENSE", "AUTHORS", "cmake", "include", "src", "bindings/javascript",
			"models/for-tests-silero-v6.2.0-ggml.bin",
		},
	}
}

// sources are all engines, in the order they are built in.
func sources() []source { return []source{llamaCPP(), whisperCPP()} }

// Target is what is built for.
type Target struct {
	// Arch is a GOARCH.
	Arch string
	// Release builds for every processor of the release baseline instead of for this machine's own.
	Release bool
	// CC and CXX are the compilers.
	CC, CXX string
}

// NewTarget returns the target for arch (a GOARCH, "" for this machine's). Another machine's processor always means a
// release build. The compilers are $CC and $CXX or gcc and g++; Debian's cross compilers for another processor.
func NewTarget(arch string, release bool) (Target, error) {
	if arch == "" {
		arch = runtime.GOARCH
	}
	triplet, ok := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[arch]
	if !ok {
		return Target{}, fmt.Errorf("architecture %q is neither amd64 nor arm64", arch)
	}
	t := Target{Arch: arch, Release: release || arch != runtime.GOARCH}
	if arch != runtime.GOARCH {
		t.CC, t.CXX = triplet+"-gcc", triplet+"-g++"
		return t, nil
	}
	t.CC, t.CXX = "gcc", "g++"
	if cc, cxx := os.Getenv("CC"), os.Getenv("CXX"); cc != "" && cxx != "" {
		t.CC, t.CXX = cc, cxx
	}
	return t, nil
}

// Cross reports whether t is for another processor than this machine's.
func (t Target) Cross() bool { return t.Arch != runtime.GOARCH }

// Baseline is the stamp of what the engines need of a processor.
func (t Target) Baseline() string {
	if t.Release {
		return cpucheck.Release(t.Arch)
	}
	return cpucheck.Here()
}

// common are the flags of both engines. GGML_OPENMP stays off: its threads spin, and a spinning thread makes every other
// thread of a small box wait.
func (t Target) common() []string {
	flags := []string{
		"-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
		"-DCMAKE_INSTALL_LIBDIR=lib", "-DCMAKE_C_COMPILER=" + t.CC, "-DCMAKE_CXX_COMPILER=" + t.CXX,
	}
	if t.Cross() {
		processor := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[t.Arch]
		flags = append(flags, "-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR="+processor)
	}
	return flags
}

// llama are the flags of llama.cpp and of the ggml that it brings.
func (t Target) llama() []string {
	flags := append(t.common(), "-DGGML_OPENMP=OFF", "-DGGML_CCACHE=OFF", "-DLLAMA_BUILD_TESTS=OFF",
		"-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_TOOLS=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_COMMON=OFF",
		"-DLLAMA_BUILD_APP=OFF")
	switch {
	case !t.Release:
		return append(flags, "-DGGML_NATIVE=ON")
	case t.Arch == "arm64":
		return append(flags, "-DGGML_NATIVE=OFF", "-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod")
	}
	return append(flags, "-DGGML_NATIVE=OFF", "-DGGML_SSE42=ON", "-DGGML_AVX=ON", "-DGGML_AVX2=ON", "-DGGML_FMA=ON",
		"-DGGML_F16C=ON", "-DGGML_BMI2=ON")
}

// whisper are the flags of whisper.cpp, which takes ggml from prefix.
func (t Target) whisper(prefix string) []string {
	return append(t.common(), "-DWHISPER_USE_SYSTEM_GGML=ON", "-DCMAKE_PREFIX_PATH="+prefix, "-DWHISPER_CCACHE=OFF",
		"-DWHISPER_BUILD_TESTS=OFF", "-DWHISPER_BUILD_EXAMPLES=OFF", "-DWHISPER_BUILD_SERVER=OFF")
}

// key names the prefix: a hash over all that goes into it. compiler is what the compiler says of its version.
func (t Target) key(compiler string) string {
	h := sha256.New()
	fmt.Fprintln(h, recipe, t.Arch, t.Baseline(), compiler)
	for _, s := range sources() {
		fmt.Fprintln(h, s.name, s.pkg.SHA256)
	}
	for _, e := range llamaEdits() {
		fmt.Fprintf(h, "%q %q %q\n", e.file, e.old, e.new)
	}
	fmt.Fprintln(h, strings.Join(t.llama(), " "))
	fmt.Fprintln(h, strings.Join(t.whisper("PREFIX"), " "))
	kind := "native"
	if t.Release {
		kind = "release"
	}
	return t.Arch + "-" + kind + "-" + hex.EncodeToString(h.Sum(nil))[:16]
}

// SourcesDir is the folder of unpacked source packages below the cache folder, each named after its hash.
func SourcesDir(cache string) string { return filepath.Join(cache, "sources") }
