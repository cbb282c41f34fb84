package native

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"frontdesk.internal/models/progress"
)

// step is one engine to be configured, built and installed.
type step struct {
	name                string
	source, build, into string
	flags               []string
	compile             []string // flags of both compilers
}

// make runs cmake for s. Everything said goes to the log.
func (b *Builder) make(ctx context.Context, s step, log string) error {
	if err := os.MkdirAll(s.build, 0o755); err != nil {
		return fmt.Errorf("make build folder: %w", err)
	}
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open build log: %w", err)
	}
	defer out.Close()
	bar := b.Progress.Start("Building "+s.name, progress.Steps, 0, 0)
	defer bar.Stop()
	configure := append([]string{"-S", s.source, "-B", s.build, "-DCMAKE_INSTALL_PREFIX=" + s.into}, s.flags...)
	// Paths of this machine stay out of the libraries.
	compile := strings.Join(append([]string{"-ffile-prefix-map=" + s.source + "=" + s.name}, s.compile...), " ")
	for _, lang := range []string{"C", "CXX"} {
		configure = append(configure, "-DCMAKE_"+lang+"_FLAGS="+compile)
		if _, err := exec.LookPath("ccache"); err == nil {
			configure = append(configure, "-DCMAKE_"+lang+"_COMPILER_LAUNCHER=ccache")
		}
	}
	for _, args := range [][]string{
		configure,
		{"--build", s.build, "--parallel", strconv.Itoa(jobs())},
		{"--install", s.build},
	} {
		if err := run(ctx, args, out, bar); err != nil {
			return failed(ctx, s, err, log)
		}
	}
	bar.Done()
	return nil
}

// run runs one cmake command and moves the bar by the steps that ninja counts.
func run(ctx context.Context, args []string, log io.Writer, bar *progress.Bar) error {
	cmd := exec.CommandContext(ctx, "cmake", args...)
	cmd.Env = append(clean(os.Environ()), "NINJA_STATUS=[%f/%t] ", "CLICOLOR_FORCE=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// Ninja ends its compilers when it is asked to end; killed, it would leave them running.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stdout = io.MultiWriter(log, &ninja{bar: bar})
	cmd.Stderr = log
	return cmd.Run()
}

// clean drops the variables that would bring headers and libraries of an earlier build into this one.
func clean(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(kv string) bool {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "CPATH", "LIBRARY_PATH", "CFLAGS", "CXXFLAGS", "LDFLAGS":
			return true
		}
		return false
	})
}

// ninja reads ninja's lines "[steps done/steps]" as they are written.
type ninja struct {
	bar  *progress.Bar
	rest []byte
}

func (n *ninja) Write(b []byte) (int, error) {
	n.rest = append(n.rest, b...)
	for {
		line, rest, ok := bytes.Cut(n.rest, []byte("\n"))
		if !ok {
			return len(b), nil
		}
		n.rest = rest
		if done, total, ok := status(string(line)); ok {
			n.bar.Set(done, total)
		}
	}
}

// status reads the beginning of a line of ninja's.
func status(line string) (done, total int64, ok bool) {
	head, _, ok := strings.Cut(strings.TrimPrefix(line, "["), "]")
	if !ok || !strings.HasPrefix(line, "[") {
		return 0, 0, false
	}
	a, b, ok := strings.Cut(head, "/")
	if !ok {
		return 0, 0, false
	}
	done, err1 := strconv.ParseInt(a, 10, 32)
	total, err2 := strconv.ParseInt(b, 10, 32)
	return done, total, err1 == nil && err2 == nil && 0 <= done && done <= total
}

// failed turns a failure of the build into an error that shows its first complaint and says what to do.
func failed(ctx context.Context, s step, err error, log string) error {
	if cause := context.Cause(ctx); cause != nil {
		return progress.WrapFault(cause, "Run the same command again: it goes on where it stopped.", "build %s", s.name)
	}
	said, _ := os.ReadFile(log)
	if bytes.Contains(bytes.ToLower(said), []byte("no space left on device")) {
		return progress.NewFault(progress.DiskFull, "build %s: the disk is full", s.name)
	}
	if bytes.Contains(said, []byte("Killed signal terminated program")) {
		return progress.NewFault("Close other programs or add swap, then run the same command again.",
			"build %s: the compiler was killed, most likely for want of memory", s.name)
	}
	if c := complaint(said); c != "" {
		err = fmt.Errorf("%w: %s", err, c)
	}
	return progress.WrapFault(err, "The whole log is in "+log+". Compiler and cmake should be those of Debian 12 or later.",
		"build %s", s.name)
}

// complaint finds the first error after the last beginning of a run.
func complaint(log []byte) string {
	scan := bufio.NewScanner(bytes.NewReader(log))
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		line := scan.Text()
		if strings.Contains(line, "error:") || strings.HasPrefix(line, "CMake Error") || strings.HasPrefix(line, "ninja: error") {
			if len(line) > 300 {
				line = line[:300]
			}
			return line
		}
	}
	return ""
}
