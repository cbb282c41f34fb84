//go:build deb

package firmware_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"frontdesk.internal/systemd"
)

// There is no service manager where these tests run, so the test itself does to the program what the manager would do on behalf
// of the unit's SystemCallFilter, MemoryDenyWriteExecute, RestrictAddressFamilies, RestrictNamespaces, LockPersonality and
// NoNewPrivileges: it copies itself into the Debian as confinePath, which puts a filter on itself and becomes the program. The
// unit answers what is forbidden with an error; here it kills, so that nothing forbidden goes by unseen.
const (
	confinePath = "/confine"
	confineEnv  = "FRONTDESK_TEST_FILTER"
)

// confinement is what the filter is made from.
type confinement struct {
	Arch     uint32            // AUDIT_ARCH_…
	Allowed  []uint32          // numbers of system calls
	Families []uint32          // of sockets
	Numbers  map[string]uint32 // of the calls whose arguments matter
}

func TestMain(m *testing.M) {
	if os.Args[0] == confinePath {
		fmt.Fprintln(os.Stderr, become(os.Args[1:]))
		os.Exit(126)
	}
	os.Exit(m.Run())
}

// become puts the filter on this thread and executes args. It returns only when that fails.
func become(args []string) error {
	var c confinement
	if err := json.Unmarshal([]byte(os.Getenv(confineEnv)), &c); err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := c.filter()
	prog := &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, reflect.ValueOf(prog).Pointer()); errno != 0 {
		return fmt.Errorf("set filter: %w", errno)
	}
	runtime.KeepAlive(prog)
	return syscall.Exec(args[0], args, os.Environ())
}

// Offsets in struct seccomp_data, and answers.
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16
	kill      = 0x80000000
	allow     = 0x7fff0000
	notThere  = 0x00050000 | uint32(syscall.ENOSYS)
)

// filter writes the program for the kernel: first the calls whose arguments matter, then the list.
func (c confinement) filter() []unix.SockFilter {
	var f []unix.SockFilter
	add := func(code uint16, k uint32, jt, jf uint8) {
		f = append(f, unix.SockFilter{Code: code, K: k, Jt: jt, Jf: jf})
	}
	load := func(off uint32) { add(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, off, 0, 0) }
	ret := func(v uint32) { add(unix.BPF_RET|unix.BPF_K, v, 0, 0) }
	const equal, anyBit = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	load(offArch)
	add(equal, c.Arch, 1, 0)
	ret(kill)
	load(offNumber)
	// forbid kills the call name when any bit of all that mask has, or with whole every one of them, is set in an argument.
	forbid := func(name string, arg, mask uint32, whole bool) {
		number, ok := c.Numbers[name]
		if !ok {
			return
		}
		if whole {
			add(equal, number, 0, 5)
			load(offArgs + 8*arg)
			add(unix.BPF_ALU|unix.BPF_AND|unix.BPF_K, mask, 0, 0)
			add(equal, mask, 0, 1)
		} else {
			add(equal, number, 0, 4)
			load(offArgs + 8*arg)
			add(anyBit, mask, 0, 1)
		}
		ret(kill)
		load(offNumber)
	}
	forbid("mmap", 2, unix.PROT_WRITE|unix.PROT_EXEC, true)
	forbid("mprotect", 2, unix.PROT_EXEC, false)
	forbid("pkey_mprotect", 2, unix.PROT_EXEC, false)
	forbid("shmat", 2, 0o100000, false)
	const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWUSER |
		unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWCGROUP
	forbid("clone", 0, namespaces, false)
	forbid("unshare", 0, namespaces, false)
	forbid("setns", 0, 0xffffffff, false)
	forbid("personality", 0, 0xffffffff, false)
	add(equal, c.Numbers["clone3"], 0, 1)
	ret(notThere) // its flags lie in memory, where no filter sees them; glibc then takes clone
	add(equal, c.Numbers["socket"], 0, uint8(3+2*len(c.Families)))
	load(offArgs)
	for _, family := range c.Families {
		add(equal, family, 0, 1)
		ret(allow)
	}
	ret(kill)
	load(offNumber)
	for _, n := range c.Allowed {
		add(equal, n, 0, 1)
		ret(allow)
	}
	ret(kill)
	return f
}

// confinementOf reads the main unit.
func confinementOf(t *testing.T) confinement {
	t.Helper()
	unit, err := systemd.Unit("frontdesk.service")
	if err != nil {
		t.Fatal(err)
	}
	text := string(unit)
	for _, line := range []string{
		"MemoryDenyWriteExecute=yes", "NoNewPrivileges=yes", "RestrictNamespaces=yes", "LockPersonality=yes", "SystemCallArchitectures=native",
		"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("the unit has no %s: make the filter of this test like it", line)
		}
	}
	numbers := callNumbers(t)
	c := confinement{
		Arch: unix.AUDIT_ARCH_X86_64, Families: []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK},
		Numbers: map[string]uint32{},
	}
	if runtime.GOARCH == "arm64" {
		c.Arch = unix.AUDIT_ARCH_AARCH64
	}
	for _, name := range []string{
		"mmap", "mprotect", "pkey_mprotect", "shmat", "clone", "clone3", "unshare", "setns", "personality", "socket",
	} {
		if n, ok := numbers[name]; ok {
			c.Numbers[name] = n
		}
	}
	groups := callGroups(t)
	allowed := slices.Clone(groups["@default"])
	for _, m := range regexp.MustCompile(`(?m)^SystemCallFilter=(~?)(.*)$`).FindAllStringSubmatch(text, -1) {
		for _, word := range strings.Fields(m[2]) {
			names := groups[word]
			if !strings.HasPrefix(word, "@") {
				names = []string{word}
			}
			if len(names) == 0 {
				t.Fatalf("systemd-analyze knows no %s", word)
			}
			if m[1] == "" {
				allowed = append(allowed, names...)
				continue
			}
			allowed = slices.DeleteFunc(allowed, func(n string) bool { return slices.Contains(names, n) })
		}
	}
	for _, name := range allowed {
		if n, ok := numbers[name]; ok && !slices.Contains(c.Allowed, n) && name != "socket" {
			c.Allowed = append(c.Allowed, n)
		}
	}
	return c
}

// callGroups returns the groups of system calls as systemd knows them, down to single calls.
func callGroups(t *testing.T) map[string][]string {
	t.Helper()
	raw, group := map[string][]string{}, ""
	for line := range strings.Lines(shell(t, "systemd-analyze", "syscall-filter", "--no-pager")) {
		word := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "@"):
			group = word
		case group != "" && word != "" && !strings.HasPrefix(word, "#"):
			raw[group] = append(raw[group], word)
		}
	}
	var flat func(word string) []string
	flat = func(word string) []string {
		if !strings.HasPrefix(word, "@") {
			return []string{word}
		}
		var all []string
		for _, w := range raw[word] {
			all = append(all, flat(w)...)
		}
		return all
	}
	groups := make(map[string][]string)
	for g := range raw {
		groups[g] = flat(g)
	}
	return groups
}

// callNumbers returns the numbers of the system calls from the C headers.
func callNumbers(t *testing.T) map[string]uint32 {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "echo '#include <asm/unistd.h>' | gcc -E -dM -").Output()
	if err != nil {
		t.Fatal(err)
	}
	numbers := make(map[string]uint32)
	for _, m := range regexp.MustCompile(`(?m)^#define __NR_(\w+) (\d+)$`).FindAllStringSubmatch(string(out), -1) {
		n, err := strconv.ParseUint(m[2], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		numbers[m[1]] = uint32(n)
	}
	if len(numbers) < 200 {
		t.Fatalf("only %d system calls in the headers", len(numbers))
	}
	return numbers
}

// confined makes cmd run its program under the unit's restrictions; its script must begin with "exec ".
func (d *debian) confined(t *testing.T, user, program string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if !d.has(confinePath) {
		d.copyFile(t, self, confinePath)
		if err := os.Chmod(filepath.Join(d.root, confinePath), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c, err := json.Marshal(confinementOf(t))
	if err != nil {
		t.Fatal(err)
	}
	cmd := d.command(t, user, "exec "+confinePath+" "+program)
	cmd.Env = append(cmd.Env, confineEnv+"="+string(c))
	return cmd
}

// The filter is one: what the unit forbids does not go by.
func (d *debian) testConfined(t *testing.T) {
	t.Helper()
	if out, err := d.confined(t, "frontdesk", "/bin/echo works").CombinedOutput(); err != nil || string(out) != "works\n" {
		t.Errorf("what is allowed: %v\n%s", err, out)
	}
	mmap := strconv.FormatUint(uint64(confinementOf(t).Numbers["mmap"]), 10)
	for _, forbidden := range []string{
		"/usr/bin/unshare --user true", "/bin/mount -t tmpfs none /media", "/usr/bin/setarch --addr-no-randomize true",
		"/usr/bin/chrt --fifo 1 true", "/bin/dmesg",
		"/usr/bin/perl -e 'syscall(" + mmap + ", 0, 4096, 7, 0x22, -1, 0)'", // memory that can be written and executed
	} {
		out, err := d.confined(t, "frontdesk", forbidden).CombinedOutput()
		if status, ok := exitSignal(err); !ok || status != syscall.SIGSYS {
			t.Errorf("%s: %v, want an end by SIGSYS\n%s", forbidden, err, out)
		}
	}
}

// exitSignal returns the signal that ended a program.
func exitSignal(err error) (syscall.Signal, bool) {
	var e *exec.ExitError
	if !errors.As(err, &e) {
		return 0, false
	}
	s, ok := e.Sys().(syscall.WaitStatus)
	if !ok || !s.Signaled() {
		return 0, false
	}
	return s.Signal(), true
}
