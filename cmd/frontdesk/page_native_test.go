//go:build native

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/audio/wav"
)

// pageTools are the programs that TestPage needs beside those of the build.
func pageTools() []string { return []string{"node", "npm", "chromium"} }

// TestPage lets a real browser use the page of the real program while a real caller rings: testdata/page/page.mjs says what is
// done and seen. The pictures it takes are in build/page.
func TestPage(t *testing.T) {
	for _, tool := range pageTools() {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"frontdesk", "ringer"} {
		if _, err := os.Stat(builtProgram(t, program)); err != nil {
			t.Skipf("%s is not built: %v", program, err)
		}
	}
	out := filepath.Join(root, "build", "page")
	script := preparePageScript(t, out)
	box := startBox(t, root)

	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Dir = out
	cmd.Env = append(os.Environ(),
		"FRONTDESK_URL="+box.url, "FRONTDESK_STATE="+box.state, "FRONTDESK_PBX="+box.pbx.Addr(),
		"FRONTDESK_EXTENSION="+stageExtension, "FRONTDESK_RINGER="+builtProgram(t, "ringer"), "FRONTDESK_OUT="+out,
	)
	cmd.Stderr = cmd.Stdout
	lines, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(lines); s.Scan(); {
		t.Log(s.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the page was not as it should be: %v", err)
	}
	if !t.Failed() {
		hearPublished(t, out)
	}
}

// hearPublished listens to what the caller was told after the owner had published another price.
func hearPublished(t *testing.T, out string) {
	t.Helper()
	model, err := asrModel()
	if err != nil {
		t.Fatal(err)
	}
	ears, err := newListener(model, checkBeam)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ears.close(); err != nil {
			t.Error(err)
		}
	}()
	f, err := os.Open(filepath.Join(out, "after-office.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pcm, _, err := wav.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := ears.hear(t.Context(), pcm)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("heard in the next call: %s", strings.TrimSpace(text))
	if !says(text, "135|one hundred and thirty five|one hundred thirty five") {
		t.Errorf("the published price is not in what the next caller heard: %q", text)
	}
}

// preparePageScript puts the script and what it imports into dir.
func preparePageScript(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "script.new"), os.DirFS("testdata/page")); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "script")
	entries, err := os.ReadDir(filepath.Join(dir, "script.new"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(script, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(dir, "script.new", e.Name()), filepath.Join(script, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "script.new")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", script)
	if text, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, text)
	}
	return filepath.Join(script, "page.mjs")
}

// box is the real program, registered at a practice PBX.
type box struct {
	url, state string
	pbx        *phonetest.PBX
}

// startBox starts bin/frontdesk serve on a fresh state, with environ added to its environment, and returns when it answers calls.
// The test's end stops it.
func startBox(t *testing.T, root string, environ ...string) box {
	t.Helper()
	state, err := os.MkdirTemp("", "fd") // short: it holds a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(state) })
	pbx, err := phonetest.NewPBX(phonetest.Options{
		Users: map[string]string{stageExtension: "a good password", "101": "another"}, Algorithms: []string{"MD5", "SHA-256"},
		Persons: map[string]phonetest.Answer{"200": phonetest.PersonAnswers},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pbx.Close(); err != nil {
			t.Error(err)
		}
	})
	b := box{state: state, pbx: pbx}
	listen := freeAddress(t)
	b.url = "https://localhost:" + listen[strings.LastIndexByte(listen, ':')+1:]
	settings, medium := filepath.Join(state, "frontdesk.toml"), t.TempDir()
	text := fmt.Sprintf(`[storage]
dir = %q
[sip]
listen = "127.0.0.1:0"
media_ip = "127.0.0.1"
registrar = %q
user = %q
password = "a good password"
rtp_min = 0
rtp_max = 0
[web]
listen = %q
[metrics]
listen = ""
[backup]
dir = %q
[business]
profile = %q
`, state, pbx.Addr(), stageExtension, listen, medium, officeProfile(t))
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	logFile, err := os.Create(filepath.Join(root, "build", "page", "serve.log"))
	if err != nil {
		t.Fatal(err)
	}
	serve := exec.CommandContext(context.WithoutCancel(t.Context()), builtProgram(t, "frontdesk"), "serve", "--config", settings)
	serve.Stdout, serve.Stderr = logFile, logFile
	serve.Env = append(os.Environ(), environ...)
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := errors.Join(serve.Process.Signal(syscall.SIGTERM), serve.Wait(), logFile.Close())
		if err != nil {
			t.Errorf("frontdesk serve: %v; see build/page/serve.log", err)
		}
	})
	waitForBox(t, state)
	return b
}

// freeAddress is a port of the loopback interface that nobody uses.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// waitForBox returns when the box is registered and its engines are up.
func waitForBox(t *testing.T, state string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last := "it does not listen yet"
	for {
		if c, err := remote.Dial(ctx, remote.Socket(state)); err == nil {
			s, err := service.ReadStatus.Get(ctx, c)
			_ = c.Close()
			if err == nil && s.Answering && s.Engines.State == "up" && s.Engines.Mouth.State == "ready" && s.Engines.Ears.State == "ready" &&
				s.Engines.Mind.State == "ready" {
				return
			}
			last = fmt.Sprintf("%s (%v)", s.Text, err)
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the box does not answer: %s; see build/page/serve.log", last)
		case <-tick.C:
		}
	}
}
