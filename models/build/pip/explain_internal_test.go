package pip

import (
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/models/progress"
)

func TestExplain(t *testing.T) {
	p := Package{Name: "mine", Version: "1.0"}
	status := errors.New("exit status 1")
	for _, tt := range []struct {
		name, said string
		is         error
		text, do   string
	}{
		{"no network", "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError: [Errno 101] Network is " +
			"unreachable'\n" +
			"ERROR: Could not find a version\nERROR: No matching distribution found for mine==1.0\n", ErrNetwork, "(Network is unreachable)",
			"models import FOLDER"},
		{"proxy", "WARNING: Retrying after ProxyError('Cannot connect to proxy.')\nERROR: No matching distribution found for mine==1.0",
			ErrNetwork, "Cannot connect to proxy", "pip config list"},
		{
			"full disk", "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", ErrDiskFull, "disk is full",
			progress.DiskFull,
		},
		{"hash", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", ErrHash, "hash", "nothing of it was kept"},
		{"not offered", "ERROR: No matching distribution found for mine==1.0", nil, "No matching distribution", "mirror of the public one"},
		{"anything else", "Traceback\nValueError: boom", status, "boom", "pip download --no-deps mine==1.0"},
	} {
		err := explain(p, tt.said, status)
		if tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: %v is not %v", tt.name, err, tt.is)
		}
		if !strings.Contains(err.Error(), tt.text) || !strings.Contains(err.Error(), p.String()) ||
			!strings.Contains(progress.AdviceOf(err), tt.do) {
			t.Errorf("%s: got %q with advice %q", tt.name, err, progress.AdviceOf(err))
		}
	}
}
