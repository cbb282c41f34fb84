package pip

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"frontdesk.internal/models/progress"
)

// ErrHash is wrapped by errors about a file that is not the pinned one.
var ErrHash = errors.New("hash does not match")

// ErrNetwork is wrapped by errors about an index that cannot be reached.
var ErrNetwork = errors.New("the package index cannot be reached")

// ErrDiskFull is wrapped by errors about a full disk.
var ErrDiskFull = errors.New("the disk is full")

// complaints maps what pip says to what it means; the first that fits counts, so the particular stand before the general.
var complaints = []struct {
	say string
	is  error
}{
	{"do not match the hashes", ErrHash},
	{"no space left on device", ErrDiskFull},
	{"disk quota exceeded", ErrDiskFull},
	{"temporary failure in name resolution", ErrNetwork},
	{"name or service not known", ErrNetwork},
	{"newconnectionerror", ErrNetwork},
	{"connection refused", ErrNetwork},
	{"connection broken", ErrNetwork},
	{"connection reset", ErrNetwork},
	{"connection aborted", ErrNetwork},
	{"network is unreachable", ErrNetwork},
	{"max retries exceeded", ErrNetwork},
	{"read timed out", ErrNetwork},
	{"connecttimeout", ErrNetwork},
	{"incompleteread", ErrNetwork},
	{"proxyerror", ErrNetwork},
	{"sslerror", ErrNetwork},
	{"certificate_verify_failed", ErrNetwork},
}

// explain turns pip's complaint into an error that says what to do.
func explain(p Package, said string, err error) error {
	lower := strings.ToLower(said)
	for _, c := range complaints {
		if !strings.Contains(lower, c.say) {
			continue
		}
		switch {
		case errors.Is(c.is, ErrHash):
			return badHash(p, ErrHash)
		case errors.Is(c.is, ErrDiskFull):
			return progress.WrapFault(c.is, progress.DiskFull, "fetch package %s", p)
		}
		return progress.WrapFault(fmt.Errorf("%w (%s)", c.is, lineWith(said, c.say)),
			"Check the network and pip's own settings (pip config list), then run the same command again: it goes on where "+
				"it stopped. Without any network, bring the files on a stick: frontdesk models import FOLDER.",
			"fetch package %s", p)
	}
	if strings.Contains(lower, "no matching distribution") {
		return progress.WrapFault(errors.New(lastLine(said)),
			"pip's index does not offer this package. Is it a mirror of the public one (pip config list)?", "fetch package %s", p)
	}
	return progress.WrapFault(fmt.Errorf("%w: %s", err, lastLine(said)),
		"Run the same command again. If it stays, try pip by hand: pip download --no-deps "+p.String(), "fetch package %s", p)
}

func badHash(p Package, err error) error {
	if !errors.Is(err, ErrHash) {
		err = fmt.Errorf("%w: %w", ErrHash, err)
	}
	return progress.WrapFault(err, "What was delivered is not the file that was pinned; nothing of it was kept. Try again; if it "+
		"stays, a mirror or proxy on the way changes files.", "fetch package %s", p)
}

// lineWith returns the last line of s that holds sub, which is in lower case, at most 300 bytes of it: pip's very last line
// about an index that it cannot reach is that the index lacks the package. What the system said in it is enough.
func lineWith(s, sub string) string {
	found := ""
	for line := range strings.Lines(s) {
		if strings.Contains(strings.ToLower(line), sub) {
			found = line
		}
	}
	if m := errnoForm.FindStringSubmatch(found); m != nil {
		return m[1]
	}
	return lastLine(found)
}

// errnoForm finds what the system said in one of Python's errors.
var errnoForm = regexp.MustCompile(`\[Errno -?\d+\] ([^'")]+)`)

// lastLine returns the last line that says anything, at most 300 bytes of it.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	for i := len(lines) - 1; i >= 0; i-- {
		if l := strings.TrimSpace(lines[i]); strings.HasPrefix(l, "ERROR") {
			last = l
			break
		}
	}
	if len(last) > 300 {
		last = last[:300]
	}
	return last
}
