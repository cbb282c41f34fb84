package davtest

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Kinds of collections, as their type is written.
const (
	Calendar    = `<calendar xmlns="urn:ietf:params:xml:ns:caldav"/>`
	AddressBook = `<addressbook xmlns="urn:ietf:params:xml:ns:carddav"/>`
)

// Radicale runs the server of that name on this machine until the test is over, and returns the address of a collection of a kind on it, of
// the user fd with the password hunter2. The test is skipped when it is not installed.
func Radicale(t testing.TB, kind string) (address string) {
	t.Helper()
	bin, err := exec.LookPath("radicale")
	if err != nil {
		t.Skip("radicale is not installed: apt-get install radicale")
	}
	dir := t.TempDir()
	conf := "[server]\nhosts = 127.0.0.1:0\n[auth]\ntype = htpasswd\nhtpasswd_filename = " + filepath.Join(dir, "users") +
		"\nhtpasswd_encryption = plain\ndelay = 0\n[rights]\ntype = owner_only\n[storage]\nfilesystem_folder = " + filepath.Join(dir, "data") +
		"\n[logging]\nlevel = info\n"
	for name, text := range map[string]string{"conf": conf, "users": "fd:hunter2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(context.Background(), bin, "--config", filepath.Join(dir, "conf"))
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	listening := regexp.MustCompile(`Listening on '?\[?127\.0\.0\.1\]?:(\d+)`)
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
		}
		close(found)
	}()
	select {
	case at, ok := <-found:
		if !ok {
			t.Fatal("radicale has ended")
		}
		address = "http://127.0.0.1:" + at + Path
	case <-time.After(time.Minute):
		t.Fatal("radicale does not listen")
	}
	Request(t, "MKCOL", address, `<mkcol xmlns="DAV:"><set><prop><resourcetype><collection/>`+kind+
		`</resourcetype><displayname>Office</displayname></prop></set></mkcol>`)
	return address
}

// Request has the user of a server do something.
func Request(t testing.TB, method, address, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("fd", "hunter2")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close() // nothing is in it
	if res.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, address, res.Status)
	}
}
