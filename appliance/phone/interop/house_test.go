//go:build pbx

package interop_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"frontdesk.internal/models/cachedir"
)

// house is a Debian in a folder of the cache with the packages of one telephone system. It is made once a month, used by many
// tests at once and changed by none: what programs write goes into the folder that is seen as /lab.
type house struct{ root string }

// lab is where the folder of a world is seen in a house.
const lab = "/lab"

var errNoDebootstrap = errors.New("debootstrap is not installed: apt-get install debootstrap")

// openHouse returns the house with these packages of that Debian, and builds it when it is not there. script names the suite
// that debootstrap of Debian 12 knows how to install, where it does not know this one.
func openHouse(ctx context.Context, suite, script string, packages ...string) (*house, error) {
	cache, err := cachedir.Default()
	if err != nil {
		return nil, err
	}
	from, err := mirror()
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256([]byte(strings.Join(append([]string{"1", from, suite, script}, packages...), " ")))
	dir := filepath.Join(cache, "pbx", suite+"-"+time.Now().UTC().Format("2006-01")+"-"+hex.EncodeToString(key[:4]))
	if _, err := os.Stat(dir); err == nil {
		return &house{dir}, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, err := exec.LookPath("debootstrap"); err != nil {
		return nil, errNoDebootstrap
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, err
	}
	old, err := filepath.Glob(filepath.Join(filepath.Dir(dir), suite+"-*"))
	if err != nil {
		return nil, err
	}
	build, err := os.MkdirTemp(filepath.Dir(dir), ".build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(build)
	if err := os.Chmod(build, 0o755); err != nil {
		return nil, err
	}
	if err := raise(ctx, build, suite, script, from, packages); err != nil {
		return nil, err
	}
	if err := os.Rename(build, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	for _, dir := range old { // of last month, or with other packages
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
	}
	return &house{dir}, nil
}

// raise installs a Debian with packages into root. Nothing is started in it.
func raise(ctx context.Context, root, suite, script, from string, packages []string) error {
	for _, args := range [][]string{
		{"debootstrap", "--variant=minbase", suite, root, from, script},
		{
			"sh", "-c", `printf '#!/bin/sh\nexit 101\n' >"$0/usr/sbin/policy-rc.d" && chmod 755 "$0/usr/sbin/policy-rc.d" && cp ` +
				`/etc/resolv.conf "$0/etc/resolv.conf" && mkdir "$0/lab"`, root,
		},
		{"chroot", root, "apt-get", "-q", "-o", "Acquire::Check-Valid-Until=false", "update"},
		append([]string{"chroot", root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "install", "--no-install-recommends"},
			packages...),
		{"chroot", root, "apt-get", "clean"},
	} {
		if out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, tail(string(out), 20))
		}
	}
	return nil
}

// mirror is the Debian mirror that this machine uses.
func mirror() (string, error) {
	for _, path := range []string{"/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if m := regexp.MustCompile(`(?m)^(?:URIs:|deb(?: \[[^\]]*\])?) *(https?://\S+)`).FindSubmatch(text); m != nil {
			return strings.TrimSuffix(string(m[1]), "/"), nil
		}
	}
	return "", errors.New("this machine's own apt settings name no mirror")
}

// command is a program of the house in the peers' namespace of w. It dies with ctx.
func (h *house) command(ctx context.Context, w *world, name string, args ...string) *exec.Cmd {
	const enter = `mount --bind "$LAB" "$ROOT/lab" && mount -t proc proc "$ROOT/proc" && exec chroot "$ROOT" "$@"`
	// ip netns exec gives a mount namespace of its own: what is mounted goes away with the program.
	cmd := w.command(ctx, w.peers, "sh", append([]string{"-c", enter, "sh", name}, args...)...)
	cmd.Env = []string{"ROOT=" + h.root, "LAB=" + w.dir, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C.UTF-8"}
	return cmd
}

// tail returns the last n lines of text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
