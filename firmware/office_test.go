//go:build deb

package firmware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
)

const (
	extension = "100"
	password  = "practice-only"
)

// newPBX starts a practice PBX.
func newPBX(t *testing.T) *phonetest.PBX {
	t.Helper()
	pbx, err := phonetest.NewPBX(phonetest.Options{Users: map[string]string{extension: password}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	return pbx
}

// business is the profile of an office: the dental sample under a name of its own, for a sample is never published by itself.
func business(t *testing.T) string {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Name, b.Greeting = "Hillside Dental", ""
	var text strings.Builder
	if err := profile.Encode(&text, profile.TOML, b); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// settings is a file for an appliance at pbx, on ports of its own, with a profile from a file.
func settings(pbx *phonetest.PBX, state, profile string) string {
	return fmt.Sprintf(`[storage]
dir = %q
[sip]
registrar = %q
user = %q
listen = "127.0.0.1:0"
media_ip = "127.0.0.1"
rtp_min = 0
rtp_max = 0
[web]
listen = ""
[metrics]
listen = ""
[business]
profile = %q
`, state, pbx.Addr(), extension, profile)
}

// manager is the service manager's end of the notification socket.
type manager struct {
	conn *net.UnixConn
	mu   sync.Mutex
	said []string
	news chan struct{}
}

func newManager(t *testing.T, path string) *manager {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o777); err != nil {
		t.Fatal(err)
	}
	m := &manager{conn: conn, news: make(chan struct{}, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			m.mu.Lock()
			m.said = append(m.said, strings.Split(string(b[:n]), "\n")...)
			m.mu.Unlock()
			select {
			case m.news <- struct{}{}:
			default:
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return m
}

// until waits for a line that begins with prefix.
func (m *manager) until(t *testing.T, prefix string, limit time.Duration) {
	t.Helper()
	late := time.After(limit)
	for {
		m.mu.Lock()
		for _, l := range m.said {
			if strings.HasPrefix(l, prefix) {
				m.mu.Unlock()
				return
			}
		}
		said := fmt.Sprint(m.said)
		m.mu.Unlock()
		select {
		case <-m.news:
		case <-late:
			t.Fatalf("the service manager was not told %s within %v, only %s", prefix, limit, said)
		}
	}
}

// program is a running appliance.
type program struct {
	cmd *exec.Cmd
	log *bytes.Buffer
	end chan error
}

// start runs a command until the end of the test.
func start(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{cmd: cmd, log: &bytes.Buffer{}, end: make(chan error, 1)}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.end <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // ended long ago when all is well
		if t.Failed() {
			t.Logf("%s said:\n%s", cmd.Path, p.log)
		}
	})
	return p
}

// stop sends SIGTERM and waits for the end.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.end:
		if err != nil {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("did not end within a minute of SIGTERM")
	}
}

// call waits for the registration, then rings and plays a caller who says what and hangs up.
func call(t *testing.T, pbx *phonetest.PBX, say string) scene.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := pbx.WaitRegistered(ctx, extension); err != nil {
		t.Fatalf("not registered: %v", err)
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: pbx.Addr(), User: "2175550147"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, extension)
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	report, err := scene.Play(ctx, scene.Scene{
		Name: "package", Caller: "2175550147", Voice: "flite:slt", SNR: 30, Steps: []scene.Act{{Say: say}, {Hangup: true}},
	}, leg, nil)
	if err != nil {
		t.Fatalf("call: %v", err)
	}
	if report.Greeting.ReplySec < 0.5 || len(report.Turns) == 0 || report.Turns[0].FirstReply.IsZero() {
		t.Errorf("no greeting or no reply: greeting %.1f s, turns %+v", report.Greeting.ReplySec, report.Turns)
	}
	return report
}

// calls are what the appliance kept, as frontdesk calls list --json prints them.
func calls(t *testing.T, out string) []map[string]any {
	t.Helper()
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return list
}

// built returns the folder of what firmware/build made.
func built(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../build")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
