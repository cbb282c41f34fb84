//go:build pbx

package interop_test

import (
	"context"
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// kamailio is a Kamailio in the peers' end of a world: registrar and proxy with record-routing. Telephones call through it.
type kamailio struct {
	w     *world
	house *house
	cmd   *exec.Cmd
	log   lockedBuffer
	ended chan struct{}
}

//go:embed testdata/kamailio.cfg
var kamailioConf string

// newKamailio starts a Kamailio.
func newKamailio(ctx context.Context, t *testing.T, w *world) *kamailio {
	t.Helper()
	h, err := openHouse(ctx, "bookworm", "bookworm", "kamailio", "kamailio-tls-modules")
	if err != nil {
		t.Fatal(err)
	}
	k := &kamailio{w: w, house: h}
	certify(t, w)
	if err := os.WriteFile(filepath.Join(w.dir, "kamailio.cfg"), []byte(kamailioConf), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		k.kill()
		if t.Failed() {
			t.Logf("Kamailio said:\n%s", tail(k.log.String(), 40))
		}
	})
	if err := k.start(ctx); err != nil {
		t.Fatal(err)
	}
	return k
}

// cable implements system.
func (k *kamailio) cable() *world { return k.w }

// start starts it and waits until it answers its console.
func (k *kamailio) start(ctx context.Context) error {
	cmd := k.house.command(context.WithoutCancel(ctx), k.w, "kamailio", "-DD", "-E", "-f", lab+"/kamailio.cfg", "-m", "32", "-M", "8", "-Y",
		lab)
	cmd.Stdout, cmd.Stderr = &k.log, &k.log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	k.cmd, k.ended = cmd, ended
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	return until(ctx, "Kamailio's readiness", func() (bool, string) {
		out := k.console(ctx, "core.uptime")
		return strings.Contains(out, "uptime"), out + k.log.String()
	})
}

// kill ends it, and waits for its end: what it knew is forgotten.
func (k *kamailio) kill() {
	_ = k.cmd.Process.Signal(os.Interrupt) // ends its children too
	<-k.ended
}

// console gives a command and returns what Kamailio says.
func (k *kamailio) console(ctx context.Context, command ...string) string {
	out, _ := k.house.command(ctx, k.w, "kamcmd", append([]string{"-s", "unixs:" + lab + "/ctl"}, command...)...).CombinedOutput()
	return string(out)
}

// contact implements system.
func (k *kamailio) contact(ctx context.Context, extension string) bool {
	return strings.Contains(k.console(ctx, "ul.lookup", "location", "s:"+extension), "sip:"+extension)
}
