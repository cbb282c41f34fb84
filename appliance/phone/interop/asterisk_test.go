//go:build pbx

package interop_test

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// asterisk is an Asterisk in the peers' end of a world. It is registrar, telephone system and callers in one.
type asterisk struct {
	w     *world
	house *house
	cmd   *exec.Cmd
	log   lockedBuffer
	ended chan struct{}
}

//go:embed testdata/pjsip.conf
var pjsipConf string

//go:embed testdata/extensions.conf
var extensionsConf string

// asteriskFiles are the settings beside the two large ones.
func asteriskFiles() map[string]string {
	return map[string]string{
		"asterisk.conf": `[directories]
astetcdir => /lab/etc
astmoddir => /usr/lib/x86_64-linux-gnu/asterisk/modules
astvarlibdir => /usr/share/asterisk
astdbdir => /lab/var
astkeydir => /lab/var
astdatadir => /usr/share/asterisk
astagidir => /lab/var
astspooldir => /lab/var
astrundir => /lab/run
astlogdir => /lab/log
[options]
verbose = 3
`,
		"modules.conf": "[modules]\nautoload = yes\nnoload = chan_iax2.so\nnoload = pbx_dundi.so\nnoload = cdr_csv.so\nnoload = " +
			"cdr_custom.so\nnoload = cdr_manager.so\nnoload = res_hep.so\n",
		"logger.conf":     "[general]\n[logfiles]\nfull => notice,warning,error,verbose(3)\n",
		"rtp.conf":        "[general]\nrtpstart=20000\nrtpend=20399\nstrictrtp=yes\n",
		"pjsip.conf":      pjsipConf,
		"extensions.conf": extensionsConf,
		"indications.conf": "[general]\ncountry=us\n[us]\ndescription=US\nringcadence=2000,4000\n" +
			"dial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\ncongestion=480+620/250,0/250\n",
	}
}

// newAsterisk starts an Asterisk.
func newAsterisk(ctx context.Context, t *testing.T, w *world) *asterisk {
	t.Helper()
	h, err := openHouse(ctx, "forky", "sid", "asterisk", "asterisk-modules", "asterisk-config")
	if err != nil {
		t.Fatal(err)
	}
	a := &asterisk{w: w, house: h}
	for _, dir := range []string{"etc", "var", "run", "log"} {
		if err := os.Mkdir(filepath.Join(w.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	certify(t, w)
	for name, text := range asteriskFiles() {
		if err := os.WriteFile(filepath.Join(w.dir, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		a.kill()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(w.dir, "log", "full"))
			t.Logf("Asterisk said:\n%s\n%s", tail(a.log.String(), 10), tail(string(log), 60))
		}
	})
	if err := a.start(ctx); err != nil {
		t.Fatal(err)
	}
	return a
}

// start starts it and waits until it takes calls.
func (a *asterisk) start(ctx context.Context) error {
	cmd := a.house.command(context.WithoutCancel(ctx), a.w, "asterisk", "-f", "-C", lab+"/etc/asterisk.conf")
	cmd.Stdout, cmd.Stderr = &a.log, &a.log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	a.cmd, a.ended = cmd, ended
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	return until(ctx, "Asterisk's readiness", func() (bool, string) {
		out := a.cli(ctx, "core waitfullybooted")
		return strings.Contains(out, "fully booted"), out
	})
}

// kill ends it as a power cut would, and waits for its end.
func (a *asterisk) kill() {
	_ = a.cmd.Process.Kill() // sh was replaced by chroot, and chroot by Asterisk
	<-a.ended
}

// cli gives a command and returns what Asterisk says.
func (a *asterisk) cli(ctx context.Context, command string) string {
	out, _ := a.house.command(ctx, a.w, "asterisk", "-C", lab+"/etc/asterisk.conf", "-rx", command).CombinedOutput()
	return string(out)
}

// logged waits until the log has a line that contains all words.
func (a *asterisk) logged(ctx context.Context, words ...string) error {
	return until(ctx, "a line with "+strings.Join(words, " "), func() (bool, string) {
		b, err := os.ReadFile(filepath.Join(a.w.dir, "log", "full"))
		if err != nil {
			return false, err.Error()
		}
	lines:
		for line := range strings.Lines(string(b)) {
			for _, w := range words {
				if !strings.Contains(line, w) {
					continue lines
				}
			}
			return true, ""
		}
		return false, tail(string(b), 5)
	})
}

// cable implements system.
func (a *asterisk) cable() *world { return a.w }

// contact says whether an extension is registered.
func (a *asterisk) contact(ctx context.Context, extension string) bool {
	return strings.Contains(a.cli(ctx, "pjsip show contacts"), extension+"/sip:")
}

// ring lets a caller dial extension and do what the dialplan says for act; id names what the caller leaves behind.
func (a *asterisk) ring(ctx context.Context, extension, act, id, more string) error {
	out := a.cli(ctx, fmt.Sprintf("channel originate Local/%s@dial/n extension %s_%s_%s@lab", extension, act, id, more))
	if strings.Contains(out, "No such") {
		return fmt.Errorf("originate: %s", out)
	}
	return nil
}

// sound is the file with what the caller heard.
func (a *asterisk) sound(id string) string { return filepath.Join(a.w.dir, "heard-"+id+".wav") }
