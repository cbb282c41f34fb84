//go:build pbx

package interop_test

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
)

// business is a profile up to where callers are put through to.
//
//go:embed testdata/business.toml
var business string

// account is what a box is told about its extension.
type account struct {
	user, password string
	registrar      string // peerAddr by default
	more           string // further lines of [sip]
	lines          string // [[lines]]
	calls          string // lines of [call]
	person         string // to whom callers are put through, 210 by default
	announced      bool   // who is told before
}

// box is the program under test, running.
type box struct {
	program, dir, file string
	cmd                *exec.Cmd
	log                lockedBuffer
	ended              chan error
}

// lockedBuffer is written by a program while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what was written.
func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newBox starts the program in its end of w. It is stopped at the test's end, when it still runs.
func newBox(t *testing.T, w *world, a account) *box {
	t.Helper()
	program, err := filepath.Abs("../../../bin/frontdesk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatal("there is no program yet: run make setup first")
	}
	b := &box{program: program, dir: t.TempDir(), ended: make(chan error, 1)}
	b.file = filepath.Join(b.dir, "frontdesk.toml")
	profile := filepath.Join(b.dir, "business.toml")
	if err := os.WriteFile(profile, []byte(business+
		fmt.Sprintf("extension = %q\nalways = true\nannounce = %t\n", cmp.Or(a.person, "210"), a.announced)), 0o600); err != nil {
		t.Fatal(err)
	}
	if a.registrar == "" {
		a.registrar = peerAddr
	}
	if !strings.Contains(a.more, "listen =") {
		a.more += "\nlisten = \"" + boxAddr + ":5060\""
	}
	settings := fmt.Sprintf("[storage]\ndir = %q\n[sip]\nregistrar = %q\nuser = %q\npassword = %q\n%s\n%s\n[web]\nlisten = "+
		"\"\"\n[metrics]\nlisten = \"\"\n[call]\n%s\n[business]\nprofile = %q\n",
		filepath.Join(b.dir, "state"), a.registrar, a.user, a.password, a.more, a.lines, a.calls, profile)
	if err := os.WriteFile(b.file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	b.cmd = w.command(context.Background(), w.box, program, "serve", "--scripted", "--config", b.file)
	b.cmd.Stdout, b.cmd.Stderr = &b.log, &b.log
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		b.ended <- b.cmd.Wait()
		close(gone)
	}()
	t.Cleanup(func() {
		_ = b.cmd.Process.Signal(syscall.SIGTERM) // it takes its registration off, which would be in the next box's way
		select {
		case <-gone:
		case <-time.After(3 * time.Second):
			_ = b.cmd.Process.Kill()
			<-gone
		}
		if t.Failed() {
			t.Logf("the box said:\n%s", tail(b.log.String(), 40))
		}
	})
	return b
}

// stop ends the program as a service manager would, and waits for its end.
func (b *box) stop(ctx context.Context) error {
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-b.ended:
		if err != nil {
			return fmt.Errorf("the program ended: %w", err)
		}
		return nil
	case <-ctx.Done():
		return errors.New("the program did not end")
	}
}

// run runs another command of the program.
func (b *box) run(ctx context.Context, args ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, b.program, append(args, "--config", b.file)...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("frontdesk %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return out, nil
}

// account is the part of "phone show" that is looked at.
type accountNow struct {
	Now struct {
		State   string `json:"state"`
		Failure string `json:"failure"`
		Problem string `json:"problem"`
	} `json:"now"`
}

// state waits for a state of the registration.
func (b *box) state(ctx context.Context, want string) error {
	return until(ctx, "the state "+want, func() (bool, string) {
		out, err := b.run(ctx, "phone", "show", "--json")
		if err != nil {
			return false, err.Error()
		}
		var a accountNow
		if err := json.Unmarshal(out, &a); err != nil {
			return false, err.Error()
		}
		return a.Now.State == want, string(out)
	})
}

// call is what is known of a call.
type call struct {
	record.Call
	TurnList []record.Turn `json:"turn_list"`
}

// keys returns the keys that the box heard.
func (c call) keys() string {
	var s strings.Builder
	for _, t := range c.TurnList {
		if keys, ok := strings.CutPrefix(string(t.Heard), "[keys] "); ok {
			s.WriteString(keys)
		}
	}
	return s.String()
}

// calls lists the calls, newest first.
func (b *box) calls(ctx context.Context) ([]record.Call, error) {
	out, err := b.run(ctx, "calls", "list", "--json")
	if err != nil {
		return nil, err
	}
	var calls []record.Call
	if err := json.Unmarshal(out, &calls); err != nil {
		return nil, fmt.Errorf("read calls: %w", err)
	}
	return calls, nil
}

// quiet waits until the box knows of no call that is not over.
func (b *box) quiet(ctx context.Context) error {
	return until(ctx, "the end of all calls at the box", func() (bool, string) {
		calls, err := b.calls(ctx)
		for _, c := range calls {
			if c.Ended.IsZero() {
				return false, fmt.Sprint(calls)
			}
		}
		return err == nil, fmt.Sprint(calls, err)
	})
}

// over waits until n calls are over and returns the newest.
func (b *box) over(ctx context.Context, n int) (call, error) {
	var id string
	err := until(ctx, fmt.Sprintf("the end of %d calls", n), func() (bool, string) {
		calls, err := b.calls(ctx)
		if err != nil {
			return false, err.Error()
		}
		ended := 0
		for _, c := range calls {
			if !c.Ended.IsZero() {
				ended++
			}
		}
		if len(calls) > 0 {
			id = calls[0].ID
		}
		return ended >= n, fmt.Sprintf("%+v", calls)
	})
	if err != nil {
		return call{}, err
	}
	out, err := b.run(ctx, "calls", "show", id, "--json")
	if err != nil {
		return call{}, err
	}
	var c call
	if err := json.Unmarshal(out, &c); err != nil {
		return call{}, fmt.Errorf("read call: %w", err)
	}
	return c, nil
}

// recorded returns the caller's side of a recording.
func (b *box) recorded(id string) (audio.PCM, int, error) {
	file := filepath.Join(b.dir, id+".wav")
	if _, err := b.run(context.Background(), "calls", "sound", id, "--out", file); err != nil {
		return nil, 0, err
	}
	return readWAV(file, 0)
}

// text waits until the box has kept a text with these words.
func (b *box) text(ctx context.Context, words string) error {
	return until(ctx, "the text", func() (bool, string) {
		out, err := b.run(ctx, "messages", "list", "--json")
		if err != nil {
			return false, err.Error()
		}
		var ms []record.Message
		if err := json.Unmarshal(out, &ms); err != nil {
			return false, err.Error()
		}
		for _, m := range ms {
			if m.Text && string(m.Reason) == words {
				return true, ""
			}
		}
		return false, string(out)
	})
}
