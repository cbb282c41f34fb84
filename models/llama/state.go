package llama

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A state file holds the KV data of one prefix, so that it need not be computed again:
//
//	magic, key (32 bytes), length of the data (8 bytes, little endian), CRC-32C of the data (4 bytes), data
//
// The key covers everything that the data depends on. A file whose key, length or sum is wrong is as good as none.
const (
	stateMagic  = "FDKV1\n"
	stateHeader = len(stateMagic) + sha256.Size + 8 + 4
	stateSuffix = ".kv"
	keptStates  = 8 // files kept in the folder, the newest
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// stateKey identifies the KV data of a prefix.
type stateKey [sha256.Size]byte

// newStateKey hashes the identity of the model and the context's settings with the tokens of the prefix.
func newStateKey(model string, tokens []int32) stateKey {
	h := sha256.New()
	_, _ = io.WriteString(h, model) // a hash does not fail
	_ = binary.Write(h, binary.LittleEndian, tokens)
	return stateKey(h.Sum(nil))
}

// file is the name of the key's file in a folder.
func (k stateKey) file(dir string) string {
	return filepath.Join(dir, hex.EncodeToString(k[:16])+stateSuffix)
}

// encodeState puts the header before data.
func encodeState(k stateKey, data []byte) []byte {
	out := make([]byte, 0, stateHeader+len(data))
	out = append(out, stateMagic...)
	out = append(out, k[:]...)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(data)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(data, castagnoli))
	return append(out, data...)
}

var errBadState = errors.New("not the state of this prefix")

// decodeState checks a file's content and returns the data in it, which shares the memory of content.
func decodeState(k stateKey, content []byte) ([]byte, error) {
	if len(content) < stateHeader || string(content[:len(stateMagic)]) != stateMagic {
		return nil, errBadState
	}
	rest := content[len(stateMagic):]
	key, rest := rest[:sha256.Size], rest[sha256.Size:]
	length, sum, data := binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint32(rest[8:]), rest[12:]
	if !bytes.Equal(key, k[:]) || length != uint64(len(data)) || crc32.Checksum(data, castagnoli) != sum {
		return nil, errBadState
	}
	return data, nil
}

// readState returns the saved data of a prefix.
func readState(dir string, k stateKey) ([]byte, error) {
	content, err := os.ReadFile(k.file(dir))
	if err != nil {
		return nil, err
	}
	data, err := decodeState(k, content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", k.file(dir), err)
	}
	return data, nil
}

// writeState saves the data of a prefix under its final name at once or not at all, and removes the oldest files above
// keptStates. It does not wait for the disk: a file that a power cut spoils is recognised by its sum.
func writeState(dir string, k stateKey, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("save prefix: %w", err)
	}
	f, err := os.CreateTemp(dir, "new-*.tmp")
	if err != nil {
		return fmt.Errorf("save prefix: %w", err)
	}
	_, err = f.Write(encodeState(k, data))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), k.file(dir))
	}
	if err != nil {
		return fmt.Errorf("save prefix: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return pruneStates(dir)
}

// pruneStates removes all but the newest state files, and temporary files that a killed process left.
func pruneStates(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("tidy saved prefixes: %w", err)
	}
	type aged struct {
		name string
		time int64
	}
	var states []aged
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		switch {
		case strings.HasSuffix(e.Name(), stateSuffix):
			states = append(states, aged{e.Name(), info.ModTime().UnixNano()})
		case strings.HasPrefix(e.Name(), "new-") && strings.HasSuffix(e.Name(), ".tmp"):
			errs = append(errs, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	slices.SortFunc(states, func(a, b aged) int { return int(min(max(b.time-a.time, -1), 1)) })
	for _, s := range states[min(keptStates, len(states)):] {
		errs = append(errs, os.Remove(filepath.Join(dir, s.name)))
	}
	return errors.Join(errs...)
}

// modelIdentity describes a model file well enough to notice that it was exchanged, without reading all of it.
func modelIdentity(path string) (string, error) {
	const part = 64 << 10
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, part)); err != nil {
		return "", err
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, max(0, info.Size()-part), part)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %d %x", info.Size(), info.ModTime().UnixNano(), h.Sum(nil)), nil
}
