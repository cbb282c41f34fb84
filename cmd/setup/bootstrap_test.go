package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a fake one: bootstrap.sh in a clone of its own, and a folder of programs that is all of PATH.
type machine struct {
	t    *testing.T
	root string
	bin  string
}

// newMachine has one package whose program is there, and two whose are not. uid is who runs the script.
func newMachine(t *testing.T, uid string) *machine {
	t.Helper()
	m := &machine{t: t, root: t.TempDir(), bin: t.TempDir()}
	script, err := os.ReadFile("bootstrap.sh")
	if err != nil {
		t.Fatal(err)
	}
	m.write(filepath.Join(m.root, "cmd/setup/bootstrap.sh"), string(script))
	m.write(filepath.Join(m.root, "cmd/setup/packages.txt"),
		"# Comment\nbase\thave\there\nbase\tlack-one\tgone\nbase\tlack-two\t/no/such/file\narm64\tcross\tcross-gcc\n")
	for _, name := range []string{"sh", "dirname", "env", "cat"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skip(err)
		}
		if err := os.Symlink(path, filepath.Join(m.bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	m.program("here", "")
	m.program("id", "echo "+uid)
	return m
}

func (m *machine) write(path, text string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// program adds a program that does what the shell script body says.
func (m *machine) program(name, body string) {
	m.write(filepath.Join(m.bin, name), "#!/bin/sh\n"+body+"\n")
}

// log is the body of a program that notes that it was run.
func (m *machine) log(name string) string { return "echo " + name + " \"$@\" >>" + m.root + "/log" }

// logged is what the programs noted.
func (m *machine) logged() string {
	data, err := os.ReadFile(filepath.Join(m.root, "log"))
	if err != nil {
		return ""
	}
	return string(data)
}

// run runs the script without a terminal and without going on to cmd/setup.
func (m *machine) run(env ...string) (said string, ok bool) {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), filepath.Join(m.bin, "sh"), filepath.Join(m.root, "cmd/setup/bootstrap.sh"), "base")
	cmd.Env = append([]string{"PATH=" + m.bin, "HOME=" + m.root}, env...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func TestBootstrapPackages(t *testing.T) {
	const install = "install -y --no-install-recommends lack-one lack-two"
	for _, tt := range []struct {
		name, uid string
		env       []string
		apt       bool   // there is an apt-get
		aptBody   string // what it does besides noting that it was run
		ok        bool
		said      []string
		logged    string // part of what was run, "" for nothing at all
	}{
		{
			"root installs what is missing", "0", nil, true, "", true, []string{"Installing Debian packages: lack-one lack-two"},
			"apt-get " + install,
		},
		{"another user is told when nobody can be asked", "1000", nil, true, "", false,
			[]string{"missing: lack-one lack-two", "As root, run: apt-get " + install, "run the same command again"}, ""},
		{
			"another user has said yes before", "1000", []string{"YES=1"}, true, "", true, nil,
			"sudo env DEBIAN_FRONTEND=noninteractive apt-get " + install,
		},
		{"not a Debian", "0", nil, false, "", false, []string{"missing: lack-one lack-two", "this system's package manager"}, ""},
		{
			"apt-get cannot", "0", nil, true, "exit 100", false, []string{"package lists could not be fetched", "Check the network"},
			"apt-get update",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMachine(t, tt.uid)
			if tt.apt {
				m.program("apt-get", m.log("apt-get")+"\n"+tt.aptBody)
			}
			m.program("sudo", m.log("sudo")+"\n\"$@\"")
			said, ok := m.run(tt.env...)
			if ok != tt.ok {
				t.Errorf("ended well: %v, want %v", ok, tt.ok)
			}
			for _, want := range tt.said {
				if !strings.Contains(said, want) {
					t.Errorf("said %q, want %q", said, want)
				}
			}
			if got := m.logged(); !strings.Contains(got, tt.logged) || tt.logged == "" && got != "" {
				t.Errorf("ran %q, want %q", got, tt.logged)
			}
		})
	}
}

func TestBootstrapNothingMissing(t *testing.T) {
	m := newMachine(t, "1000")
	m.program("gone", "")
	m.write(filepath.Join(m.root, "cmd/setup/packages.txt"), "base\thave\there\nbase\tlack-one\tgone\n")
	m.program("apt-get", m.log("apt-get"))
	m.program("sudo", m.log("sudo"))
	if said, ok := m.run(); !ok || said != "" || m.logged() != "" {
		t.Errorf("ended well: %v, said %q, ran %q", ok, said, m.logged())
	}
}
