package main

import (
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"frontdesk.internal/models/build/native"
	"frontdesk.internal/models/progress"
)

// programs are what is built, by their folders below cmd.
func programs() []string { return []string{"frontdesk", "ringer"} }

// shared are the libraries that a program may need of the system; all are part of glibc.
func shared() []string {
	return []string{"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2",
		"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
}

// buildPrograms builds the programs against the engines in prefix. Go does nothing for one that is up to date.
func (s *site) buildPrograms(ctx context.Context, prefix native.Prefix) error {
	bar := s.p.Start("Compiling the programs", progress.Steps, 0, 0)
	defer bar.Stop()
	for _, name := range programs() {
		if err := s.buildProgram(ctx, prefix, name, bar); err != nil {
			return err
		}
	}
	bar.Done()
	return nil
}

func (s *site) buildProgram(ctx context.Context, prefix native.Prefix, name string, bar *progress.Bar) error {
	out := filepath.Join(s.bin(), name)
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-tags", "native", "-ldflags", s.linkerFlags(ctx),
		"-o", out, "./cmd/"+name)
	cmd.Dir = s.root
	cmd.Env = append(os.Environ(), prefix.Environment()...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	said := &compiled{bar: bar}
	cmd.Stderr = said
	cmd.Stdout = said
	if err := cmd.Run(); err != nil {
		do := "This is a fault in the code of this clone, not of the machine."
		switch said := bytes.ToLower(said.text.Bytes()); {
		case bytes.Contains(said, []byte("no space left on device")):
			do = progress.DiskFull
		case bytes.Contains(said, []byte("dial tcp")), bytes.Contains(said, []byte("proxy")), bytes.Contains(said, []byte("lookup ")):
			do = "Go fetches its modules by itself: check the network (go env GOPROXY) and run the same command again."
		}
		return progress.WrapFault(fmt.Errorf("%w\n%s", err, tail(said.text.String(), 30)), do, "build %s", name)
	}
	return checkShared(out)
}

// linkerFlags stamp the version and what the engines need of a processor into the program.
func (s *site) linkerFlags(ctx context.Context) string {
	flags := []string{"-X", "frontdesk.internal/models/cpucheck.baseline=" + s.target.Baseline(), "-X", "main.version=" + s.version(ctx)}
	if s.target.Release {
		flags = append(flags, "-s", "-w")
	}
	return strings.Join(flags, " ")
}

// version is the one that was given, or describes the commit, "unknown" outside of git.
func (s *site) version(ctx context.Context) string {
	if s.stamp != "" {
		return s.stamp
	}
	cmd := exec.CommandContext(ctx, "git", "describe", "--tags", "--always", "--dirty")
	cmd.Dir = s.root
	out, err := cmd.Output()
	v := strings.TrimSpace(string(out))
	if err != nil || v == "" || strings.ContainsAny(v, " '\"") {
		return "unknown"
	}
	return v
}

// compiled counts the packages that Go names on lines of their own and keeps the rest.
type compiled struct {
	bar  *progress.Bar
	text bytes.Buffer
}

func (c *compiled) Write(b []byte) (int, error) {
	c.bar.Add(int64(bytes.Count(b, []byte("\n"))))
	return c.text.Write(b)
}

// tail returns the last lines of s that are not merely package names.
func tail(s string, n int) string {
	var lines []string
	for line := range strings.Lines(s) {
		if l := strings.TrimSpace(line); strings.ContainsAny(l, " \t") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// checkShared reports whether the program needs a library that a plain Debian may lack: the C++ runtime must be linked in.
func checkShared(path string) error {
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("look at %s: %w", filepath.Base(path), err)
	}
	defer f.Close()
	libs, err := f.ImportedLibraries()
	if err != nil {
		return fmt.Errorf("look at %s: %w", filepath.Base(path), err)
	}
	for _, lib := range libs {
		if !slices.Contains(shared(), lib) {
			return progress.NewFault("This is a fault of the build; remove the cache folder's native folder and run make setup again.",
				"%s needs the shared library %s", filepath.Base(path), lib)
		}
	}
	return nil
}
