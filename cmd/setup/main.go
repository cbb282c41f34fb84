// Command setup makes a clone of this repository run on this machine: it builds the native engines, fetches and verifies the
// weights and builds the programs. It is what make setup runs, after bootstrap.sh has seen to Go and the system's packages.
//
// Everything it fetches and builds is kept by content hash in the user's cache folder, so that it can be interrupted at any
// time, goes on where it stopped, and has nothing to do the next time or for another clone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"frontdesk.internal/models"
	"frontdesk.internal/models/build/native"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const usage = `setup builds the engines and programs of this clone and fetches the weights.

Usage: setup [flags] [all | build | package]

  all       engines, weights and programs (default)
  build     engines and programs, no weights
  package   what a package for --arch holds, into build/package/ARCH: always a release build

`

// errInterrupted is what ends the set-up when somebody ends it.
var errInterrupted = errors.New("interrupted")

// options are the flags.
type options struct {
	what    string
	arch    string
	release bool
	root    string
	version string
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o := options{what: "all"}
	fs := flag.NewFlagSet("setup", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() { fmt.Fprint(stderr, usage); fs.PrintDefaults() }
	fs.StringVar(&o.arch, "arch", "", "processor to build for: amd64 or arm64; this machine's when not given")
	fs.BoolVar(&o.release, "release", false, "build for every x86-64-v3 or ARMv8.2 processor, not just for this machine's")
	fs.StringVar(&o.version, "version", "", "what the programs call themselves; the commit when not given")
	fs.StringVar(&o.root, "root", ".", "top `folder` of the clone")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if fs.NArg() > 0 {
		o.what = fs.Arg(0)
	}
	if fs.NArg() > 1 || !slices.Contains([]string{"all", "build", "package"}, o.what) {
		fs.Usage()
		return 2
	}
	err := setUp(ctx, o, progress.For(stdout))
	if err == nil {
		return 0
	}
	if ctx.Err() != nil {
		err = progress.WrapFault(errInterrupted, "Nothing is broken: run the same command again and it goes on where it stopped.", "setup")
		fmt.Fprintln(stderr)
	}
	progress.PrintFault(stderr, "setup", err)
	return 1
}

// setUp does all that is not done yet.
func setUp(ctx context.Context, o options, p *progress.Reporter) error {
	began := time.Now()
	s, err := newSite(o, p)
	if err != nil {
		return err
	}
	release, err := cachedir.Lock(ctx, s.cache, func(pid string) {
		p.Say("Another set-up (process %s) is at work; waiting for it.", pid)
	})
	if err != nil {
		return progress.WrapFault(err, "The cache folder must be writable; XDG_CACHE_HOME names another.", "lock cache folder %s", s.cache)
	}
	defer release()
	if err := s.preflight(ctx); err != nil {
		return err
	}
	prefix, err := s.builder().Build(ctx, s.target)
	if err != nil {
		return err
	}
	if o.what == "all" {
		if err := s.lib.Fetch(ctx, s.fetcher(), s.lib.Defaults()...); err != nil {
			return err
		}
		if err := s.addLicences(ctx, prefix); err != nil {
			return err
		}
	}
	if o.what == "package" {
		return s.writePackage(ctx, prefix)
	}
	if err := s.writeEnvironment(prefix); err != nil {
		return err
	}
	scripts, err := s.writeAssets(ctx)
	if err != nil {
		return err
	}
	if err := s.writeLicences(ctx, prefix, scripts); err != nil {
		return err
	}
	if err := s.buildPrograms(ctx, prefix); err != nil {
		return err
	}
	p.Say("Ready in %.1f s: %s", time.Since(began).Seconds(), filepath.Join(s.bin(), "frontdesk"))
	return nil
}

// site is one clone, the cache it uses and what is built in it.
type site struct {
	root   string
	cache  string
	target native.Target
	lib    *models.Library
	p      *progress.Reporter
	all    bool
	// packaged is whether a package's files are made, in a folder of their own.
	packaged bool
	stamp    string // version that was given
}

func newSite(o options, p *progress.Reporter) (*site, error) {
	root, err := filepath.Abs(o.root)
	if err != nil {
		return nil, fmt.Errorf("find clone: %w", err)
	}
	if _, err := os.Stat(filepath.Join(root, "models", "manifest.toml")); err != nil {
		return nil, progress.NewFault("Run make setup in the top folder of the clone.", "%s is not a clone of Frontdesk", root)
	}
	cache, err := cachedir.Default()
	if err != nil {
		return nil, progress.WrapFault(err, "Set HOME, or XDG_CACHE_HOME to a folder with room.", "set up")
	}
	target, err := native.NewTarget(o.arch, o.release || o.what == "package")
	if err != nil {
		return nil, err
	}
	lib, err := models.OpenFor(models.WeightsDir(cache), target.Arch)
	if err != nil {
		return nil, err
	}
	return &site{
		root: root, cache: cache, target: target, lib: lib, p: p, all: o.what == "all", packaged: o.what == "package", stamp: o.version,
	}, nil
}

func (s *site) builder() *native.Builder { return &native.Builder{Cache: s.cache, Progress: s.p} }

func (s *site) fetcher() models.Fetcher {
	return models.Fetcher{Trees: native.SourcesDir(s.cache), Progress: s.p}
}

// bin is the folder of the programs.
func (s *site) bin() string {
	if s.packaged {
		return filepath.Join(s.root, "build", "package", s.target.Arch)
	}
	if s.target.Cross() {
		return filepath.Join(s.root, "bin", s.target.Arch)
	}
	return filepath.Join(s.root, "bin")
}

// addLicences puts the licence texts that came with ONNX Runtime beside those of the engines.
func (s *site) addLicences(ctx context.Context, prefix native.Prefix) error {
	for _, m := range s.lib.Role(models.OnnxRuntime) {
		for _, f := range m.Files {
			name, ok := map[string]string{
				"onnxruntime-LICENSE.txt":           "onnxruntime/LICENSE",
				"onnxruntime-ThirdPartyNotices.txt": "onnxruntime/ThirdPartyNotices.txt",
			}[f.Name]
			if !ok {
				continue
			}
			if err := prefix.AddLicence(ctx, s.lib.Path(m, f), name); err != nil {
				return fmt.Errorf("keep licence: %w", err)
			}
		}
	}
	return nil
}
