package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"frontdesk.internal/models/build/pip"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// Builder builds prefixes below a cache folder.
type Builder struct {
	// Cache is the cache folder.
	Cache string
	// Find finds pip; nil is pip.Find.
	Find func(context.Context) (*pip.Client, error)
	// Progress shows bars; nil shows nothing.
	Progress *progress.Reporter
}

// Have returns the prefix for t and whether it is built. It runs the compiler once, to ask for its version.
func (b *Builder) Have(ctx context.Context, t Target) (Prefix, bool, error) {
	version, err := compilerVersion(ctx, t)
	if err != nil {
		return Prefix{}, false, err
	}
	p := Prefix{Dir: filepath.Join(b.Cache, "native", t.key(version)), Target: t}
	return p, whole(p.Dir), nil
}

// compilerVersion is the first line that both compilers say of themselves.
func compilerVersion(ctx context.Context, t Target) (string, error) {
	var lines []string
	for _, name := range []string{t.CC, t.CXX} {
		out, err := exec.CommandContext(ctx, name, "--version").Output()
		if err != nil {
			packages := "gcc and g++"
			if t.Cross() {
				packages = "gcc-" + strings.TrimSuffix(t.CC, "-gcc") + " and g++-" + strings.TrimSuffix(t.CC, "-gcc")
			}
			return "", progress.WrapFault(err, "Install the Debian packages "+packages+", or run make setup, which asks to.",
				"there is no compiler %s", name)
		}
		line, _, _ := strings.Cut(string(out), "\n")
		lines = append(lines, line)
	}
	return strings.Join(lines, "; "), nil
}

// Build returns the prefix for t, fetching the sources and building it when it is not there. The caller holds the lock
// of the cache folder. What was compiled before an interruption is not compiled again.
func (b *Builder) Build(ctx context.Context, t Target) (Prefix, error) {
	p, ok, err := b.Have(ctx, t)
	if err != nil || ok {
		return p, err
	}
	trees := make([]string, 0, 2)
	for _, s := range sources() {
		tree, err := b.fetch(ctx, s)
		if err != nil {
			return Prefix{}, err
		}
		trees = append(trees, tree)
	}
	work := p.Dir + ".work"
	staged := filepath.Join(work, "prefix")
	llama := filepath.Join(work, "llama.source")
	if err := edited(ctx, trees[0], llama, llamaEdits()); err != nil {
		return Prefix{}, err
	}
	compile := t.withoutAMX(ctx)
	steps := []step{
		{"llama.cpp", llama, filepath.Join(work, "llama"), staged, t.llama(), compile},
		{"whisper.cpp", trees[1], filepath.Join(work, "whisper"), staged, t.whisper(staged), compile},
	}
	for _, s := range steps {
		if err := b.make(ctx, s, p.Dir+".log"); err != nil {
			return Prefix{}, err
		}
	}
	if err := b.complete(ctx, t, trees, staged); err != nil {
		return Prefix{}, err
	}
	_ = os.RemoveAll(p.Dir) // One that is not whole.
	if err := cachedir.Rename(staged, p.Dir); err != nil {
		return Prefix{}, fmt.Errorf("keep built engines: %w", err)
	}
	return p, errors.Join(os.RemoveAll(work), os.Remove(p.Dir+".log"))
}

// complete adds to the staged prefix what cmake does not install: the C++ runtime as archives, and the licences.
func (b *Builder) complete(ctx context.Context, t Target, trees []string, staged string) error {
	for _, lib := range []string{"libstdc++.a", "libgomp.a"} {
		out, err := exec.CommandContext(ctx, t.CXX, "-print-file-name="+lib).Output()
		from := strings.TrimSpace(string(out))
		if err != nil || !filepath.IsAbs(from) {
			return progress.NewFault("Install the compiler's whole package (libstdc++-dev on Debian).", "%s has no %s", t.CXX, lib)
		}
		if err := copyFile(ctx, from, filepath.Join(staged, "lib", lib)); err != nil {
			return err
		}
	}
	if err := keepLicences(ctx, trees, filepath.Join(staged, licencesDir)); err != nil {
		return err
	}
	return seal(staged)
}

func copyFile(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := cachedir.Create(to)
	if err != nil {
		return err
	}
	defer out.Abort()
	if _, err := cachedir.Copy(ctx, out, in, nil); err != nil {
		return fmt.Errorf("copy %s: %w", filepath.Base(from), err)
	}
	return out.Commit(0o644)
}

// fetch returns the folder of the engine's unpacked source, fetching it when it is not there.
func (b *Builder) fetch(ctx context.Context, s source) (string, error) {
	home := filepath.Join(SourcesDir(b.Cache), s.pkg.SHA256)
	tree := filepath.Join(home, filepath.FromSlash(s.root))
	if _, err := os.Stat(home); err == nil {
		return tree, nil
	}
	find := b.Find
	if find == nil {
		find = pip.Find
	}
	client, err := find(ctx)
	if err != nil {
		return "", err
	}
	staging := home + ".work"
	if err := os.RemoveAll(staging); err != nil {
		return "", fmt.Errorf("clear staging folder: %w", err)
	}
	defer os.RemoveAll(staging)
	bar := b.Progress.Start("Fetching source of "+s.name, progress.Bytes, 0, s.pkg.Bytes)
	defer bar.Stop()
	file, err := client.Download(ctx, s.pkg, filepath.Join(staging, "package"), func(n int64) { bar.Set(n, s.pkg.Bytes) })
	if err != nil {
		return "", err
	}
	bar.Set(s.pkg.Bytes, s.pkg.Bytes)
	for _, part := range s.keep {
		if err := pip.Unpack(ctx, file, s.root+"/"+part, filepath.Join(staging, "tree")); err != nil {
			return "", progress.WrapFault(err, "Run the same command again.", "unpack source of %s", s.name)
		}
	}
	if err := cachedir.Rename(filepath.Join(staging, "tree"), home); err != nil {
		return "", fmt.Errorf("keep source of %s: %w", s.name, err)
	}
	bar.Done()
	return tree, nil
}

// jobs is how many compilers run at once: one a core, as far as memory goes.
func jobs() int { return max(1, min(runtime.NumCPU(), int(AvailableMemory()>>30))) }
