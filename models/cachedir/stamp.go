package cachedir

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// State is what is known of a file without reading it.
type State int

// States of a file.
const (
	// Missing: there is no such file, or one of another size.
	Missing State = iota
	// Unverified: the size is right, but nobody has hashed this very file, or it was touched since.
	Unverified
	// Verified: the file was hashed, found right and not touched since.
	Verified
)

// stamp records that a file was hashed.
type stamp struct {
	Bytes  int64  `json:"bytes"`
	Time   int64  `json:"mtime_ns"`
	SHA256 string `json:"sha256"`
}

func stampPath(path string) string {
	dir, name := filepath.Split(path)
	return filepath.Join(dir, "."+name+".verified")
}

// Check says what is known of the file at path, which should have bytes and the SHA-256 sum, without reading it.
func Check(path string, bytes int64, sum string) State {
	st, err := os.Stat(path)
	if err != nil || !st.Mode().IsRegular() || st.Size() != bytes {
		return Missing
	}
	data, err := os.ReadFile(stampPath(path))
	if err != nil {
		return Unverified
	}
	var s stamp
	if json.Unmarshal(data, &s) != nil || s != (stamp{Bytes: bytes, Time: st.ModTime().UnixNano(), SHA256: sum}) {
		return Unverified
	}
	return Verified
}

// Mark records that the file at path was hashed and has sum.
func Mark(path, sum string) error {
	st, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("stamp %s: %w", filepath.Base(path), err)
	}
	data, err := json.Marshal(stamp{Bytes: st.Size(), Time: st.ModTime().UnixNano(), SHA256: sum})
	if err != nil {
		return fmt.Errorf("stamp %s: %w", filepath.Base(path), err)
	}
	return WriteFile(stampPath(path), data, 0o644)
}

// Unmark forgets that the file at path was hashed.
func Unmark(path string) error {
	if err := os.Remove(stampPath(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove stamp: %w", err)
	}
	return nil
}

// Hash returns the SHA-256 of the file at path in hexadecimal, calling read with the number of bytes of each piece read.
func Hash(ctx context.Context, path string, read func(n int64)) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := Copy(ctx, h, f, read); err != nil {
		return "", fmt.Errorf("hash %s: %w", filepath.Base(path), err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Copy copies r to w until its end or the end of ctx, calling moved with the number of bytes of each piece.
func Copy(ctx context.Context, w io.Writer, r io.Reader, moved func(n int64)) (int64, error) {
	buf := make([]byte, 1<<20)
	var total int64
	for {
		if err := context.Cause(ctx); err != nil {
			return total, err
		}
		n, err := r.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return total, err
			}
			total += int64(n)
			if moved != nil {
				moved(int64(n))
			}
		}
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}
