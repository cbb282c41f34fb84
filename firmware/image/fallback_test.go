//go:build image

package image_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// fallLimit is how long a broken version may take to be given up. On a quiet machine that is half a minute.
const fallLimit = 25 * time.Minute

// small is a machine of the box's image, with roots of the test.
type small struct{ machine }

// newSmall makes a machine with two roots, whose boot partition tells the first one which fault it is to have.
func newSmall(t *testing.T, first, second, fault string) *small {
	t.Helper()
	s := &small{machine{dir: t.TempDir()}}
	s.disk, s.vars = filepath.Join(s.dir, "disk"), filepath.Join(s.dir, "vars")
	shell(t, "cp", "/usr/share/OVMF/OVMF_VARS_4M.fd", s.vars)
	shell(t, "cp", "--sparse=always", filepath.Join(built(t), "frontdesk-"+runtime.GOARCH+".img"), s.disk)
	shell(t, "truncate", "-s", "4G", s.disk)
	// The second root is there already; the machine makes its data partition itself.
	_, old, _ := strings.Cut(shell(t, "sfdisk", "--dump", s.disk), "label:") // it warns that the table is not that of a disk so long
	old = "label:" + old
	kind := regexp.MustCompile(`type=([0-9A-F-]+),[^\n]*name="frontdesk-root-a"`).FindStringSubmatch(old)
	if kind == nil {
		t.Fatalf("the image has no first root: %s", old)
	}
	table := exec.CommandContext(t.Context(), "sfdisk", "--quiet", s.disk)
	table.Stdin = strings.NewReader(regexp.MustCompile(`(?m)^last-lba.*\n`).ReplaceAllString(old, "") +
		"start=1GiB, size=512MiB, name=frontdesk-root-b, type=" + kind[1] + "\n")
	if out, err := table.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for at, root := range map[int]string{65: first, 1024: second} {
		shell(t, "dd", "if="+root, "of="+s.disk, "bs=1M", fmt.Sprintf("seek=%d", at), "conv=notrunc", "status=none")
	}
	env, how := filepath.Join(s.dir, "grubenv"), filepath.Join(s.dir, "fault")
	shell(t, "mcopy", "-i", s.disk+"@@1M", "::grub/grubenv", env)
	shell(t, "grub-editenv", env, "set", "B_OK=1")
	if err := os.WriteFile(how, []byte(fault), 0o600); err != nil {
		t.Fatal(err)
	}
	shell(t, "mcopy", "-o", "-i", s.disk+"@@1M", env, "::grub/grubenv")
	shell(t, "mcopy", "-i", s.disk+"@@1M", how, "::frontdesk/fault")
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the serial line:\n%s", tail(s.serial(), 3000))
		}
		s.pull()
	})
	return s
}

// boots has the machine begin with the kernel of a root, as the boot loader does, and end where it would begin anew.
func (s *small) boots(t *testing.T, root string) {
	t.Helper()
	dir := filepath.Join(s.dir, "boot")
	shell(t, "unsquashfs", "-quiet", "-no-progress", "-d", dir, root, "boot/vmlinuz", "boot/initrd.img")
	cfg, err := os.ReadFile("esp/grub.cfg")
	if err != nil {
		t.Fatal(err)
	}
	line := ""
	for _, m := range regexp.MustCompile(`(?m)^set line="(?:\$line )?(.*)"$`).FindAllStringSubmatch(string(cfg), -1) {
		line += " " + m[1]
	}
	line = strings.NewReplacer("$label", "frontdesk-root-a", "$slot", "A", "$id", "", "@CONSOLE@", "console=ttyS0,115200").Replace(line)
	s.starts(t, "-no-reboot", "-kernel", dir+"/boot/vmlinuz", "-initrd", dir+"/boot/initrd.img", "-append", line)
}

// starts switches the machine on. Its clock goes by the work of its processor and leaps over what it waits for: no time runs out on a host
// that is busy, and none is waited for.
func (s *small) starts(t *testing.T, args ...string) {
	t.Helper()
	s.emulate(t, append([]string{
		"-machine", "q35", "-cpu", "max", "-m", "768", "-display", "none", "-nodefaults",
		"-accel", "tcg", "-smp", "1", "-icount", "shift=3,sleep=off",
		"-drive", "if=virtio,format=raw,file=" + s.disk, "-serial", "file:" + s.dir + "/serial.log", "-device", "virtio-rng-pci",
	}, args...)...)
}

// ends waits until the machine is off, and tells what it said.
func (s *small) ends(t *testing.T) string {
	t.Helper()
	began := time.Now()
	select {
	case <-s.ended:
		s.cmd = nil
	case <-time.After(fallLimit):
		t.Fatalf("it goes on after %v", fallLimit)
	}
	t.Logf("%.0f s, of which the processor worked %.0f s:\n%s", time.Since(began).Seconds(), s.worked.Seconds(), lines(s.serial()))
	return s.serial()
}

// packRoot packs a root that has the kernel and the initramfs of another and, beyond folders, what change puts there.
func packRoot(t *testing.T, of string, change func(dir string)) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "root")
	shell(t, "unsquashfs", "-quiet", "-no-progress", "-d", dir, of, "boot/vmlinuz", "boot/initrd.img")
	for _, name := range []string{"dev", "proc", "sys", "run", "sbin"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	change(dir)
	file := dir + ".squashfs"
	shell(t, "mksquashfs", dir, file, "-quiet", "-no-progress", "-all-root", "-comp", "gzip", "-Xcompression-level", "1",
		"-action", "uncompressed@name(vmlinuz)||name(initrd.img)")
	return file
}

// noise writes over the beginning of a file.
func noise(t *testing.T, file string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4<<20)
	_, _ = rand.Read(b) // never fails
	if _, err := f.WriteAt(b, 0); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
}

// wellRoot is a root that is well.
func wellRoot(t *testing.T, of string) string {
	t.Helper()
	well := filepath.Join(t.TempDir(), "well")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", well, "./testdata/well")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return packRoot(t, of, func(dir string) { shell(t, "cp", well, filepath.Join(dir, "sbin", "init")) })
}

// A version that the boot loader cannot read, and one that starts and whose service does not come up, are tried three times each; then the
// version before runs, with nobody at a keyboard.
func TestFallsBack(t *testing.T) {
	rootOf := func(name string) string { return filepath.Join(built(t), name, "frontdesk-"+runtime.GOARCH+".root") }
	unread := filepath.Join(t.TempDir(), "root")
	noise(t, unread)
	second := wellRoot(t, rootOf("faulty"))
	for name, first := range map[string]string{"nothing that can be read": unread, "no answer": rootOf("noanswer")} {
		t.Run(name, func(t *testing.T) {
			s := newSmall(t, first, second, "")
			s.starts(t, "-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
				"-drive", "if=pflash,format=raw,file="+s.vars)
			said := s.ends(t)
			if n := strings.Count(said, "Frontdesk starts (slot A)"); n != 3 {
				t.Errorf("it was tried %d times", n)
			}
			if !strings.Contains(said, "The version before runs.") {
				t.Error("the version before does not run")
			}
		})
	}
}

// Whatever keeps a version from starting once the boot loader has started its kernel ends in a new start, which uses up a try: whether it
// is the kernel or the initramfs that sees it, or the service manager that breaks.
func TestStartsAnew(t *testing.T) {
	whole := filepath.Join(built(t), "faulty", "frontdesk-"+runtime.GOARCH+".root")
	for _, tc := range []struct {
		name   string
		change func(t *testing.T, dir string) // nil: the whole root, with a fault
		fault  string
		says   string // on the serial line
	}{
		{name: "no initramfs", change: func(t *testing.T, dir string) {
			t.Helper()
			noise(t, filepath.Join(dir, "boot", "initrd.img"))
		}, says: "Kernel panic"},
		{name: "no init", change: func(*testing.T, string) {}, says: "No init found"},
		{name: "an init that ends", change: func(t *testing.T, dir string) {
			t.Helper()
			// A program that the kernel takes and that cannot run: its libraries are not there.
			shell(t, "cp", "/bin/true", filepath.Join(dir, "sbin", "init"))
		}, says: "Kernel panic"},
		{name: "a service manager that breaks", fault: "breaks", says: "Caught <SEGV>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := whole
			if tc.change != nil {
				root = packRoot(t, whole, func(dir string) { tc.change(t, dir) })
			}
			s := newSmall(t, root, os.DevNull, tc.fault)
			s.boots(t, root)
			said := s.ends(t)
			if !strings.Contains(said, tc.says) {
				t.Errorf("there is no %q", tc.says)
			}
		})
	}
}

// anew is what a container ends with that wants to start anew.
const anew = 133

// The same for what its service manager and its own start-up see, in a container, where that takes no emulation: nobody is at a terminal,
// and there is none.
func TestStartsAnewWithoutTerminal(t *testing.T) {
	root := filepath.Join(t.TempDir(), "root")
	shell(t, "unsquashfs", "-quiet", "-no-progress", "-d", root, filepath.Join(built(t), "faulty", "frontdesk-"+runtime.GOARCH+".root"))
	put := func(name, text string) {
		t.Helper()
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A container waits for no partition: the file systems want the unit that makes them.
	const wanted = "etc/systemd/system/local-fs.target.d/wanted.conf"
	put(wanted, "[Unit]\nRequires=box-disk.service\nAfter=box-disk.service\n")
	for _, tc := range []struct {
		name, fault string
		before      func()
		why         string // that it is given up for
	}{
		{"no data partition", "fails", func() {}, ""},
		{"a start without an end", "stands", func() {}, ""},
		{"a service that does not come up", "", func() {
			shell(t, "rm", filepath.Join(root, wanted))
			shell(t, "cp", "-R", "testdata/noanswer/.", root)
			put("var/lib/box/standing", "{}")
			put("efi/grub/none", "")
			env := filepath.Join(root, "efi/grub/grubenv")
			shell(t, "grub-editenv", env, "create")
			shell(t, "grub-editenv", env, "set", "A_OK=1", "A_TRY=1", "B_OK=1", "B_TRY=0")
		}, "A 90.2\nthe service did not come up\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.before()
			put("efi/frontdesk/fault", tc.fault)
			ctx, cancel := context.WithTimeout(t.Context(), fallLimit)
			defer cancel()
			began := time.Now()
			cmd := exec.CommandContext(ctx, "systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe",
				"--private-network", "--directory="+root, "systemd.show_status=no")
			cmd.WaitDelay = 20 * time.Second
			out, _ := cmd.CombinedOutput() // how it ended is asked below
			t.Logf("%.0f s", time.Since(began).Seconds())
			if got := cmd.ProcessState.ExitCode(); got != anew {
				t.Errorf("it ended with %d: %s", got, out)
			}
			if given, _ := os.ReadFile(filepath.Join(root, "var/lib/box/given-up")); string(given) != tc.why { // none is ""
				t.Errorf("given up: %q, want %q", given, tc.why)
			}
		})
	}
}

// lines are those of a serial line that tell what became of a start.
func lines(said string) string {
	var list []string
	for line := range strings.SplitSeq(said, "\n") {
		for _, word := range []string{"Frontdesk", "error", "panic", "ALERT", "init found", "Rebooting", "before runs", "Caught", "!!!"} {
			if strings.Contains(line, word) {
				list = append(list, "\t"+strings.TrimSpace(line))
				break
			}
		}
	}
	return strings.Join(list, "\n")
}
