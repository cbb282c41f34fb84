package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/statefile"
)

// Files of the state folder by which a PIN is known when the records cannot be opened: its hash, and how many wrong ones were typed.
const (
	pinFile   = "console/pin"
	triesFile = "console/pin.tries"
)

// keepAside keeps the hash of the PIN beside the records.
func (g *Guard) keepAside(hash string) error {
	if g.dir == "" {
		return nil
	}
	file := filepath.Join(g.dir, pinFile)
	if b, err := os.ReadFile(file); err == nil && strings.TrimSpace(string(b)) == hash {
		return nil
	}
	return statefile.Write(file, []byte(hash+"\n"))
}

// Rescue lets somebody in by the PIN of the console while the records cannot be asked for it: the box does not run. Wrong ones are
// counted on the disk, so that a line that is plugged out and in makes nobody's guessing faster. It is for one process at a time.
type Rescue struct {
	Dir string           // state folder
	Now func() time.Time // nil = time.Now
}

// HasPIN reports whether a PIN was ever chosen.
func (r Rescue) HasPIN() bool {
	_, err := os.Stat(filepath.Join(r.Dir, pinFile))
	return err == nil
}

// Pass lets in who knows the PIN. The error is ErrNoPIN, ErrPIN or a *WaitError.
func (r Rescue) Pass(pin string) error {
	b, err := os.ReadFile(filepath.Join(r.Dir, pinFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNoPIN
	}
	if err != nil {
		return fmt.Errorf("read PIN: %w", err)
	}
	now, wrong, last := r.now(), 0, int64(0)
	if t, err := os.ReadFile(filepath.Join(r.Dir, triesFile)); err == nil {
		if _, err := fmt.Sscan(string(t), &wrong, &last); err != nil || wrong < 0 {
			wrong, last = freePINs, now.Unix() // a file that cannot be read frees no guesses
		}
	}
	// A clock that was set back, as without a battery, has nobody wait longer than once.
	if wait := min(rescueWait(wrong)-now.Sub(time.Unix(last, 0)), rescueWait(wrong)); wait > 0 {
		return &WaitError{For: wait}
	}
	// Counted before it is looked at, and taken back when it was right.
	if err := statefile.Write(filepath.Join(r.Dir, triesFile), fmt.Appendf(nil, "%d %d\n", min(wrong+1, 1000), now.Unix())); err != nil {
		return err
	}
	if len(pin) > MaxPIN {
		return ErrPIN
	}
	right, err := Verify(strings.TrimSpace(string(b)), pin)
	if err != nil {
		return err
	}
	if !right {
		return ErrPIN
	}
	if err := os.Remove(filepath.Join(r.Dir, triesFile)); err != nil {
		return fmt.Errorf("forget wrong PINs: %w", err)
	}
	return nil
}

// rescueWait is how long to wait after so many wrong ones.
func rescueWait(wrong int) time.Duration {
	if wrong < freePINs {
		return 0
	}
	return min(pinWait, 5*time.Second<<min(wrong-freePINs, 10))
}

func (r Rescue) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}
