package sshdoor

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	gossh "golang.org/x/crypto/ssh"

	"frontdesk.internal/appliance/statefile"
)

const (
	hostFile = "ssh_host_ed25519_key"
	keysFile = "authorized_keys"
	maxKeys  = 64 << 10 // bytes of the file
)

// Key is a public key that lets in.
type Key struct {
	Fingerprint string `json:"fingerprint"` // "SHA256:…", as ssh shows it
	Type        string `json:"type"`        // "ssh-ed25519"
	Comment     string `json:"comment,omitempty"`
}

var (
	// ErrNoKey says that a text is no public key.
	ErrNoKey = errors.New("this is no public key: give the one line of a file such as id_ed25519.pub, without options before it")
	// ErrKeyMissing says that there is no such key.
	ErrKeyMissing = errors.New("there is no such key; keys list shows what there is")
)

// Keys are the public keys that let in: lines as in OpenSSH's authorized_keys. It is safe for concurrent use within one process.
type Keys struct {
	dir string
	mu  sync.Mutex // one change at a time
}

// NewKeys returns the keys in dir, which need not exist.
func NewKeys(dir string) *Keys { return &Keys{dir: dir} }

// List returns the keys.
func (k *Keys) List() ([]Key, error) {
	out := []Key{}
	err := k.each(func(_ []byte, p gossh.PublicKey, comment string) { out = append(out, keyOf(p, comment)) })
	return out, err
}

func keyOf(p gossh.PublicKey, comment string) Key {
	return Key{Fingerprint: gossh.FingerprintSHA256(p), Type: p.Type(), Comment: comment}
}

// Known returns p as it is among the keys; known is false when it is not.
func (k *Keys) Known(p gossh.PublicKey) (key Key, known bool, err error) {
	want := p.Marshal()
	err = k.each(func(_ []byte, got gossh.PublicKey, comment string) {
		if !known && bytes.Equal(got.Marshal(), want) {
			key, known = keyOf(got, comment), true
		}
	})
	return key, known, err
}

// maxWho bounds the comment in the name of who has a key, in runes: the fingerprint, which nobody can choose, has to stay whole.
const maxWho = 28

// Who names who has the key: the comment, which may say anything, and the fingerprint.
func (k Key) Who() string {
	c := []rune(k.Comment)
	return strings.TrimSpace(string(c[:min(len(c), maxWho)]) + " " + k.Fingerprint)
}

// Add adds the key of one line and returns it. One that is there already stays as it is.
func (k *Keys) Add(line string) (Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p, comment, err := parseKey([]byte(line))
	if err != nil {
		return Key{}, err
	}
	lines, there := []string{}, false
	if err := k.each(func(line []byte, got gossh.PublicKey, _ string) {
		lines, there = append(lines, string(line)), there || bytes.Equal(got.Marshal(), p.Marshal())
	}); err != nil {
		return Key{}, err
	}
	if there {
		return keyOf(p, comment), nil
	}
	plain := strings.TrimSpace(string(gossh.MarshalAuthorizedKey(p)))
	if comment != "" {
		plain += " " + comment
	}
	return keyOf(p, comment), k.write(append(lines, plain))
}

// Remove removes the key with that fingerprint, or ErrKeyMissing. Who is signed in by it stays in.
func (k *Keys) Remove(fingerprint string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	lines, found := []string{}, false
	if err := k.each(func(line []byte, p gossh.PublicKey, _ string) {
		if gossh.FingerprintSHA256(p) == fingerprint {
			found = true
			return
		}
		lines = append(lines, string(line))
	}); err != nil {
		return err
	}
	if !found {
		return ErrKeyMissing
	}
	return k.write(lines)
}

// each calls f with every good line of the file. Other lines let nobody in. A file that others may write lets nobody in either.
func (k *Keys) each(f func(line []byte, p gossh.PublicKey, comment string)) error {
	path := filepath.Join(k.dir, keysFile)
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	if st.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("read keys: others may write %s: chmod 600 it", path)
	}
	if st.Size() > maxKeys {
		return fmt.Errorf("read keys: %s is larger than %d bytes", path, maxKeys)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	for line := range bytes.Lines(text) {
		if p, comment, err := parseKey(line); err == nil {
			f(bytes.TrimSpace(line), p, comment)
		}
	}
	return nil
}

// parseKey reads one line. Options before a key would promise restrictions that are not kept here, so that such a line is refused;
// so are certificates and kinds of keys that are not safe any more.
func parseKey(line []byte) (gossh.PublicKey, string, error) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] == '#' || bytes.ContainsAny(line, "\r\n\x00") {
		return nil, "", ErrNoKey
	}
	p, comment, options, rest, err := gossh.ParseAuthorizedKey(line)
	if err != nil || len(options) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return nil, "", ErrNoKey
	}
	switch p.Type() {
	case gossh.KeyAlgoED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521, gossh.KeyAlgoRSA,
		gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256:
	default:
		return nil, "", ErrNoKey
	}
	return p, cleanComment(comment), nil
}

// cleanComment leaves what can be shown.
func cleanComment(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0xfffd {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80])
	}
	return strings.TrimSpace(s)
}

func (k *Keys) write(lines []string) error {
	text := strings.Join(lines, "\n")
	if text != "" {
		text += "\n"
	}
	return statefile.Write(filepath.Join(k.dir, keysFile), []byte(text))
}

// hostKey reads the host's key, or makes it at the first start.
func hostKey(dir string) (gossh.Signer, error) {
	path := filepath.Join(dir, hostFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make the host's key: %w", err)
		}
		block, err := gossh.MarshalPrivateKey(private, "frontdesk")
		if err != nil {
			return nil, fmt.Errorf("make the host's key: %w", err)
		}
		text = pem.EncodeToMemory(block)
		if err := statefile.Write(path, text); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, fmt.Errorf("read the host's key: %w", err)
	}
	s, err := gossh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("read the host's key: %s is damaged: remove it, a new one is made at the next start; technicians are asked "+
			"to trust it: %w", path, err)
	}
	return s, nil
}
