package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// Under every attack at once no call is lost, the owner gets in, and nobody else does. How fast that is, is no matter of a test.
func TestBenchSiege(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	besiege(t)
}

// The same in a network of its own, where calls and every other attacker come by IPv6.
func TestBenchSiegeIPv6(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	if os.Geteuid() != 0 {
		t.Skip("network namespaces are made by root only")
	}
	besiege(t, "--own-network", "--ipv6")
}

// besiege runs the bench and looks at what it says.
func besiege(t *testing.T, more ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), append([]string{
		"bench", "siege", "--json", "--dir", t.TempDir(), "--calls", "3", "--attackers", "2", "--for", "5s",
	}, more...), nil, &out, &errs); code != exitOK {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var got struct {
		Calls  int               `json:"calls"`
		Lost   int               `json:"calls_lost"`
		Why    string            `json:"why_lost"`
		SignIn int               `json:"owner_sign_ins"`
		Out    int               `json:"owner_kept_out"`
		WhyOut string            `json:"why_kept_out"`
		In     int               `json:"let_in"`
		Sent   map[string]uint64 `json:"sent"`
		Memory float64           `json:"mem_peak_mb"`
		Late   *float64          `json:"rtp_late"`
		Greet  *float64          `json:"greeting_p95_ms"`
		Door   *float64          `json:"owner_sign_in_ms"`
		Load   *float64          `json:"load_1m"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if got.Calls == 0 || got.Lost != 0 {
		t.Errorf("%d calls, %d lost: %s", got.Calls, got.Lost, got.Why)
	}
	if got.SignIn == 0 || got.Out != 0 {
		t.Errorf("the owner tried %d times and was kept out %d times: %s", got.SignIn, got.Out, got.WhyOut)
	}
	if got.In != 0 {
		t.Errorf("attackers did %d times what they must not: %s", got.In, out.String())
	}
	for kind, n := range got.Sent {
		if n == 0 {
			t.Errorf("%s: nothing was sent", kind)
		}
	}
	if len(got.Sent) < 15 || got.Memory == 0 || got.Late == nil || got.Greet == nil || got.Door == nil || got.Load == nil {
		t.Errorf("figures are missing: %s", out.String())
	}
}
