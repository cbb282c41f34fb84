package pip

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

//go:embed stub.py
var stub []byte

// pollEvery is how often a download's folder is measured.
const pollEvery = 200 * time.Millisecond

// Client runs pip.
type Client struct {
	// Command is pip and its leading arguments, such as python3 -m pip.
	Command []string
	// Arguments are added to every download.
	Arguments []string
}

// wheels is where Debian's python3-pip-whl has pip itself, as one file that python3 runs: unlike python3-pip it brings no compiler along.
var wheels = "/usr/share/python-wheels/pip-*.whl"

// Find returns the pip of this machine: that of python3, else pip3 or pip by name, else the one that is a file. The arguments in
// FRONTDESK_PIP_ARGS are added to its downloads.
func Find(ctx context.Context) (*Client, error) {
	c := &Client{Arguments: strings.Fields(os.Getenv("FRONTDESK_PIP_ARGS"))}
	commands := [][]string{{"python3", "-m", "pip"}, {"pip3"}, {"pip"}}
	files, _ := filepath.Glob(wheels) // the pattern is a good one
	for _, file := range files {
		commands = append(commands, []string{"python3", filepath.Join(file, "pip")})
	}
	for _, command := range commands {
		path, err := exec.LookPath(command[0])
		if err != nil {
			continue
		}
		command[0] = path
		args := slices.Concat(command[1:], []string{"--version"})
		if exec.CommandContext(ctx, path, args...).Run() == nil {
			c.Command = command
			return c, nil
		}
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return nil, progress.NewFault("Install it, on Debian with: apt-get install --no-install-recommends python3 python3-pip-whl",
		"there is no pip on this machine")
}

// Download fetches p into dir, which it creates and which must not be used by anybody else, and returns the path of the
// file there. A file that an earlier call left there whole is returned as it is. grown is called, from another goroutine, with
// the bytes that are on the disk so far; it may be nil. Ending ctx ends pip and all it started.
func (c *Client) Download(ctx context.Context, p Package, dir string, grown func(n int64)) (string, error) {
	if err := p.Validate(); err != nil {
		return "", err
	}
	out, tmp := filepath.Join(dir, "file"), filepath.Join(dir, "tmp")
	if path, err := found(ctx, p, out); err == nil { // An interrupted run had it already.
		if grown != nil {
			grown(p.Bytes)
		}
		return path, nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("clear download folder: %w", err)
	}
	if err := errors.Join(os.MkdirAll(out, 0o755), os.MkdirAll(tmp, 0o755)); err != nil {
		return "", fmt.Errorf("make download folder: %w", err)
	}
	cmd, err := c.command(ctx, p, dir, out, tmp)
	if err != nil {
		return "", err
	}
	if err := c.run(ctx, cmd, p, dir, grown); err != nil {
		return "", err
	}
	return found(ctx, p, out)
}

// command prepares pip. Its temporary files go to tmp, so that they can be measured and never fill another disk.
func (c *Client) command(ctx context.Context, p Package, dir, out, tmp string) (*exec.Cmd, error) {
	lock := filepath.Join(dir, "lock.txt")
	if err := os.WriteFile(lock, []byte(p.lock()), 0o644); err != nil {
		return nil, fmt.Errorf("write lock file: %w", err)
	}
	args := append([]string{}, c.Command[1:]...)
	args = append(args, "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir",
		"--no-deps", "--require-hashes", "--requirement", lock, "--dest", out)
	args = append(args, p.arguments()...)
	args = append(args, c.Arguments...)
	cmd := exec.CommandContext(ctx, c.Command[0], args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "LC_ALL=C.UTF-8")
	if p.Backend != "" {
		modules := filepath.Join(dir, "stub")
		if err := writeStub(modules, p.Backend); err != nil {
			return nil, err
		}
		cmd.Env = append(cmd.Env, "PYTHONPATH="+modules, "PYTHONDONTWRITEBYTECODE=1",
			"FRONTDESK_PIP_NAME="+p.Name, "FRONTDESK_PIP_VERSION="+p.Version)
	}
	// A group of its own, so that pip's children end with it; and none of them outlives us.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	return cmd, nil
}

// writeStub lays our build backend under the module name of theirs.
func writeStub(dir, backend string) error {
	file := filepath.Join(dir, filepath.FromSlash(strings.ReplaceAll(backend, ".", "/"))+".py")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("write build backend: %w", err)
	}
	for at := filepath.Dir(file); at != dir; at = filepath.Dir(at) {
		if err := os.WriteFile(filepath.Join(at, "__init__.py"), nil, 0o644); err != nil {
			return fmt.Errorf("write build backend: %w", err)
		}
	}
	if err := os.WriteFile(file, stub, 0o644); err != nil {
		return fmt.Errorf("write build backend: %w", err)
	}
	return nil
}

// run runs pip and tells grown of the folder's size while it lasts.
func (c *Client) run(ctx context.Context, cmd *exec.Cmd, p Package, dir string, grown func(n int64)) error {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	stop := make(chan struct{})
	var watch sync.WaitGroup
	if grown != nil {
		watch.Go(func() {
			tick := time.NewTicker(pollEvery)
			defer tick.Stop()
			for {
				select {
				case <-stop:
					return
				case <-tick.C:
					grown(min(treeSize(dir), p.Bytes))
				}
			}
		})
	}
	err := cmd.Run()
	close(stop)
	watch.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("fetch package %s: %w", p, cause)
	}
	if err != nil {
		return explain(p, said.String(), err)
	}
	return nil
}

// treeSize adds up the files below dir. Files that vanish meanwhile count nothing. The largest file counts alone: pip
// copies a finished file to its place, and that copy is no progress.
func treeSize(dir string) int64 {
	var largest int64
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // Gone again: measure the rest.
		}
		if info, err := d.Info(); err == nil {
			largest = max(largest, info.Size())
		}
		return nil
	})
	return largest
}

// found returns the one file that pip left in dir, after hashing it: pip could have been told to trust another hash.
func found(ctx context.Context, p Package, dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("look for package %s: %w", p, err)
	}
	if len(entries) != 1 {
		return "", fmt.Errorf("fetch package %s: pip left %d files, not one", p, len(entries))
	}
	path := filepath.Join(dir, entries[0].Name())
	sum, err := cachedir.Hash(ctx, path, nil)
	if err != nil {
		return "", err
	}
	if sum != p.SHA256 {
		return "", badHash(p, fmt.Errorf("got %s, want %s", sum, p.SHA256))
	}
	return path, nil
}
