package mqtt_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/mqtt"
	"frontdesk.internal/appliance/record"
)

// mosquitto runs a broker of others on this machine and returns where it listens, and its log, line by line, until the test is over.
func mosquitto(t *testing.T) (addr string, log *bufio.Scanner) {
	t.Helper()
	bin, err := exec.LookPath("mosquitto")
	if err != nil {
		if bin, err = exec.LookPath("/usr/sbin/mosquitto"); err != nil {
			t.Skip("mosquitto is not installed: apt-get install mosquitto")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	// The password is hunter2, as mosquitto_passwd writes it: PBKDF2 with SHA-512, 101 rounds.
	const hash = "XE0+CMGG9u+e2d3OaGl+QECBbyPjQS3sOcMMLE2GgglR4+OiNaG2i3hj37jWC/uyHBSgAV7S+OoOH+ZNTDSwig=="
	files := map[string]string{
		"conf": fmt.Sprintf("listener %s 127.0.0.1\nallow_anonymous false\npassword_file %s\nlog_dest stderr\nlog_type all\n", port,
			filepath.Join(dir, "users")),
		"users": "fd:$7$101$ZmRmZGZkZmRmZGZk$" + hash + "\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), bin, "-c", filepath.Join(dir, "conf"))
	if os.Getuid() == 0 { // it would become another user, who may not read the folder
		f, err := os.OpenFile(filepath.Join(dir, "conf"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("user root\n"); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
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
	log = bufio.NewScanner(out)
	until(t, log, " running")
	return addr, log
}

// until reads the broker's log until a line holds text.
func until(t *testing.T, log *bufio.Scanner, text string) string {
	t.Helper()
	var seen []string
	for log.Scan() {
		seen = append(seen, log.Text())
		if strings.Contains(log.Text(), text) {
			return log.Text()
		}
	}
	t.Fatalf("the broker never said %q:\n%s", text, strings.Join(seen, "\n"))
	return ""
}

// TestMosquitto has letters taken by a broker that others have written, and refused with a wrong password.
func TestMosquitto(t *testing.T) {
	addr, log := mosquitto(t)
	gate := egress.New(nil, egress.MQTT)
	s := &mqtt.Sender{Gate: gate}
	to := notify.Target{
		Recipient: record.Recipient{
			ID: "r1", Via: record.ViaMQTT, Server: addr, Security: record.SecurityNone, To: "office/frontdesk", User: "fd",
		},
		Secret: "hunter2",
	}
	item := notify.Item{Kind: record.OccasionMessage, Text: "A caller has left a message."}
	l := notify.Letter{Key: "k1", At: time.Now(), Subject: "new message", Items: []notify.Item{item}}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for range 2 {
		if err := s.Send(ctx, to, l); err != nil {
			t.Fatal(err)
		}
		until(t, log, "'homeassistant/sensor/frontdesk_r1/config'")
		until(t, log, "Received PUBLISH from frontdesk-r1 (d0, q1, r0, m2, 'office/frontdesk'")
		until(t, log, "disconnected")
	}
	to.Secret = "hunter3"
	err := s.Send(ctx, to, l)
	if fault := notify.Explain(err); err == nil || fault.Fault != notify.FaultCredentials {
		t.Errorf("a wrong password: %v", err)
	}
	if counted := gate.Take(); len(counted) != 1 || counted[0].Purpose != "mqtt" || counted[0].Connections != 3 {
		b, _ := json.Marshal(counted)
		t.Errorf("the ledger says %s", b)
	}
}
