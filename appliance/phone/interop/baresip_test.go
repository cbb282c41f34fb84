//go:build pbx

package interop_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/wav"
)

// telephone is a baresip in the peers' end of a world that sounds in one pitch and keeps what it hears.
type telephone struct {
	dir  string
	log  lockedBuffer
	port int // of its console
	conn net.Conn
	r    *bufio.Reader
}

// telephoneOptions say what a telephone is.
type telephoneOptions struct {
	account string // line of its accounts file
	addr    string // it is bound to, peerAddr by default
	port    int    // SIP, the next one SIP over TLS; the console is 1000 above
	hz      float64
}

const baresipConfig = `sip_listen %s
audio_player aubridge,nil
audio_source aufile,%s
audio_alert aubridge,nil
rtp_ports %d-%d
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module aufile.so
module sndfile.so
module g722.so
module srtp.so
module dtls_srtp.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen %s
snd_path %s
`

// newTelephone starts a telephone.
func newTelephone(ctx context.Context, t *testing.T, w *world, o telephoneOptions) *telephone {
	t.Helper()
	if _, err := exec.LookPath("baresip"); err != nil {
		t.Skip("baresip is not installed: apt-get install baresip-core")
	}
	p := &telephone{dir: t.TempDir(), port: o.port + 1000}
	tone := filepath.Join(p.dir, "tone.wav")
	rate := 8000 // of the codec: it plays no other
	if strings.Contains(o.account, "/16000/") {
		rate = 16000
	}
	f, err := os.Create(tone)
	if err == nil {
		err = errors.Join(wav.Write(f, rate, audiotest.Tone(rate, o.hz, 8000, 0, 30*rate)), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if o.addr == "" {
		o.addr = peerAddr
	}
	for name, text := range map[string]string{
		"config": fmt.Sprintf(baresipConfig, net.JoinHostPort(o.addr, strconv.Itoa(o.port)), tone, o.port*4, o.port*4+100,
			net.JoinHostPort(o.addr, strconv.Itoa(p.port)), p.dir),
		"accounts": o.account + "\n", "contacts": "",
	} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-f", p.dir}
	if strings.Contains(o.addr, ":") {
		args = append(args, "-6")
	}
	cmd := w.command(context.WithoutCancel(ctx), w.peers, "baresip", args...)
	cmd.Stdout, cmd.Stderr = &p.log, &p.log
	in, err := cmd.StdinPipe() // it ends when its standard input does
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("baresip said:\n%s", tail(p.log.String(), 40))
		}
	})
	err = until(ctx, "baresip's console", func() (bool, string) {
		err := inside(w.peers, func() (err error) {
			p.conn, err = net.DialTimeout("tcp", net.JoinHostPort(o.addr, strconv.Itoa(p.port)), time.Second)
			return err
		})
		return err == nil, p.log.String()
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.conn.Close() })
	p.r = bufio.NewReader(p.conn)
	return p
}

// message is what the console of a baresip says: an event or the answer to a command.
type message struct {
	Event    bool   `json:"event"`
	Response bool   `json:"response"`
	OK       bool   `json:"ok"`
	Type     string `json:"type"`
	Param    string `json:"param"`
	Data     string `json:"data"`
}

// next reads one message.
func (p *telephone) next(ctx context.Context) (message, error) {
	deadline, _ := ctx.Deadline()
	_ = p.conn.SetReadDeadline(deadline)
	length, err := p.r.ReadString(':')
	if err != nil {
		return message{}, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil || n < 0 || n > 1<<20 {
		return message{}, fmt.Errorf("no netstring: %q", length)
	}
	b := make([]byte, n+1)
	if _, err := io.ReadFull(p.r, b); err != nil {
		return message{}, err
	}
	var m message
	return m, json.Unmarshal(b[:n], &m)
}

// do gives a command and waits for its answer; events before it are dropped.
func (p *telephone) do(ctx context.Context, command, params string) error {
	b, err := json.Marshal(map[string]string{"command": command, "params": params, "token": "lab"})
	if err == nil {
		_, err = fmt.Fprintf(p.conn, "%d:%s,", len(b), b)
	}
	if err != nil {
		return err
	}
	for {
		m, err := p.next(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("baresip %s: %w", command, err)
		case m.Response && !m.OK:
			return fmt.Errorf("baresip %s: %s", command, m.Data)
		case m.Response:
			return nil
		}
	}
}

// event waits for one of these events and returns it.
func (p *telephone) event(ctx context.Context, types ...string) (message, error) {
	for {
		m, err := p.next(ctx)
		if err != nil {
			return m, fmt.Errorf("wait for %s: %w", strings.Join(types, " or "), err)
		}
		for _, want := range types {
			if m.Event && m.Type == want {
				return m, nil
			}
		}
	}
}

// sound is the file with what the telephone heard on its only call.
func (p *telephone) sound() (string, error) {
	files, err := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	if err == nil && len(files) == 0 {
		err = errors.New("the telephone kept no sound")
	}
	if err != nil {
		return "", err
	}
	return files[len(files)-1], nil
}
