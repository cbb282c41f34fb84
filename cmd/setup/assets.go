package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"frontdesk.internal/cmd/internal/notice"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// asset is a file of others that the page embeds, in a package of npm.
type asset struct {
	Package, Version string
	Sum              string // SHA-256 of the package as npm packs it
	File             string // in the package
	Name             string // in appliance/web/ui/theirs
	Licence          string // SPDX
	Text             string // the licence's file in the package
}

// assets are all of them. A new version is a new line with its own sum.
func assets() []asset {
	return []asset{{
		Package: "htmx.org", Version: "4.0.1", Sum: "5fba65616ca148a86d377e9771bcada7f35faee3558651feb929eea425e13b3c",
		File: "dist/htmx.min.js", Name: "htmx.js", Licence: "0BSD", Text: "LICENSE",
	}}
}

// maxAsset bounds what is read of a package, in bytes.
const maxAsset = 16 << 20

// writeAssets puts the page's scripts of others where the page's package embeds them, and returns whose works they are.
func (s *site) writeAssets(ctx context.Context) ([]notice.Work, error) {
	var works []notice.Work
	for _, a := range assets() {
		data, err := s.pack(ctx, a)
		if err != nil {
			return nil, err
		}
		code, err := member(data, a.File)
		if err != nil {
			return nil, err
		}
		text, err := member(data, a.Text)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(s.root, "appliance", "web", "ui", "theirs", a.Name)
		if old, err := os.ReadFile(path); err != nil || !bytes.Equal(old, code) { // else Go builds nothing anew
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return nil, fmt.Errorf("make folder for the page's scripts: %w", err)
			}
			if err := cachedir.WriteFile(path, code, 0o644); err != nil {
				return nil, err
			}
		}
		works = append(works, notice.Work{
			Name: a.Package, Version: a.Version, Licence: a.Licence, How: notice.Linked, Home: "npm: " + a.Package,
			Texts: []notice.Text{{Name: a.Text, Text: string(text)}},
		})
	}
	return works, nil
}

// pack returns a package as npm packs it, from the cache when it is there.
func (s *site) pack(ctx context.Context, a asset) ([]byte, error) {
	dir := filepath.Join(s.cache, "npm")
	kept := filepath.Join(dir, a.Sum+".tgz")
	if data, err := os.ReadFile(kept); err == nil && sumOf(data) == a.Sum {
		return data, nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read cached package: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make cache folder: %w", err)
	}
	bar := s.p.Start("Fetching "+a.Package+" "+a.Version, progress.Steps, 0, 0)
	defer bar.Stop()
	temp, err := os.MkdirTemp(dir, "pack-")
	if err != nil {
		return nil, fmt.Errorf("make folder to fetch %s: %w", a.Package, err)
	}
	defer func() { _ = os.RemoveAll(temp) }()
	cmd := exec.CommandContext(ctx, "npm", "pack", a.Package+"@"+a.Version, "--ignore-scripts", "--pack-destination", temp)
	cmd.Dir = temp
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, progress.WrapFault(fmt.Errorf("%w\n%s", err, tail(string(out), 10)),
			"npm fetches the page's script: check that npm is installed and the network (npm ping), and run the same command again.", "fetch %s %s",
			a.Package, a.Version)
	}
	found, err := filepath.Glob(filepath.Join(temp, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("fetch %s %s: npm left %d packages", a.Package, a.Version, len(found))
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		return nil, fmt.Errorf("read fetched package: %w", err)
	}
	if got := sumOf(data); got != a.Sum {
		return nil, progress.NewFault("Nothing was kept. The package is not the one that this version was made with: try another network, or "+
			"look "+
			"at cmd/setup/assets.go.",
			"%s %s has the SHA-256 %s, not %s", a.Package, a.Version, got, a.Sum)
	}
	bar.Done()
	return data, cachedir.WriteFile(kept, data, 0o644)
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// member returns one file of a package.
func member(pack []byte, name string) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(pack))
	if err != nil {
		return nil, fmt.Errorf("open package: %w", err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			return nil, fmt.Errorf("find %s in package: %w", name, err)
		}
		if h.Name != "package/"+name {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(r, maxAsset))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		return data, nil
	}
}
