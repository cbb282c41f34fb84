// Package powertest cuts the power under a program that writes: it runs this very test as a writer below strace, notes what that asks its
// disks for, and leaves what they may hold when the power goes after so many changes. What was waited for is there. Of the rest, each
// sector may be there or not; names, which file systems keep in order, are there up to one of them.
//
// The writer is the test's own program, started with a variable of the environment that its TestMain looks for. What it prints counts as
// acknowledged from when it was printed.
package powertest

import (
	"bufio"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sector is the least that a disk writes whole, in bytes.
const sector = 512

// change is what the disk was asked for: bytes of a file, its length, a name.
type change struct {
	file   *file
	at     int64
	data   []byte
	length bool   // the file is as long as at
	name   string // gets file, or nothing when file is nil
	from   string // a name that is gone with it
	isName bool
	said   string // a line of the writer
	sync   bool   // of file; nil = of names
	disk   int    // of names: which of the disks has them
}

// file is one file, whatever its names are.
type file struct{ length int64 }

// handle is an open file of the writer.
type handle struct {
	file   *file // nil: a folder
	disk   int
	at     int64
	append bool
}

// trace makes changes of what strace wrote of a writer.
type trace struct {
	t       *testing.T
	dirs    []string
	names   map[string]*file
	open    map[string]*handle
	begun   map[string]string // thread → the part of its call that was written
	changes []change
}

// unhex undoes strace -xx.
func (tr *trace) unhex(s string) []byte {
	s = strings.Trim(s, `"`)
	out := make([]byte, 0, len(s)/4)
	for i := 0; i+4 <= len(s); i += 4 {
		n, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
		if err != nil {
			tr.t.Fatalf("strace wrote %.80q", s)
		}
		out = append(out, byte(n))
	}
	return out
}

func (tr *trace) number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 0, 64)
	if err != nil {
		tr.t.Fatalf("strace wrote %.80q for a number", s)
	}
	return n
}

// line takes one line of strace -f: "1234 pwrite64(7, "\x00", 1, 0) = 1".
func (tr *trace) line(text string) {
	thread, text, _ := strings.Cut(text, " ")
	text = strings.TrimSpace(text)
	if head, ok := strings.CutSuffix(text, " <unfinished ...>"); ok {
		tr.begun[thread] = head
		return
	}
	if strings.HasPrefix(text, "<... ") {
		_, rest, _ := strings.Cut(text, "resumed>")
		text = tr.begun[thread] + rest
	}
	i, j := strings.Index(text, "("), strings.LastIndex(text, ") ")
	if i < 0 || j < i {
		return // a signal, an end
	}
	result := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text[j+2:]), "= "))
	if result, _, _ = strings.Cut(result, " "); strings.HasPrefix(result, "-") || result == "?" {
		return // it did nothing
	}
	args := strings.Split(text[i+1:j], ", ")
	for k := range args {
		args[k] = strings.TrimSpace(args[k])
	}
	tr.call(text[:i], args, result)
}

func (tr *trace) call(name string, args []string, result string) {
	h := tr.open[args[0]]
	switch name {
	case "openat":
		tr.opened(string(tr.unhex(args[1])), args[2], result)
	case "close":
		delete(tr.open, args[0])
	case "lseek":
		if h != nil {
			h.at = tr.number(result)
		}
	case "write":
		data := tr.unhex(args[1])
		if args[0] == "1" {
			tr.add(change{said: strings.TrimSpace(string(data))})
		} else if h != nil && h.file != nil {
			if h.append {
				h.at = h.file.length
			}
			tr.add(change{file: h.file, at: h.at, data: data})
			h.at += tr.number(result)
			h.file.length = max(h.file.length, h.at)
		}
	case "pwrite64":
		if h != nil && h.file != nil {
			at := tr.number(args[3])
			tr.add(change{file: h.file, at: at, data: tr.unhex(args[1])})
			h.file.length = max(h.file.length, at+tr.number(result))
		}
	case "ftruncate":
		if h != nil && h.file != nil {
			h.file.length = tr.number(args[1])
			tr.add(change{file: h.file, at: h.file.length, length: true})
		}
	case "fsync", "fdatasync":
		if h != nil {
			tr.add(change{file: h.file, sync: true, disk: h.disk})
		}
	case "renameat", "renameat2", "linkat":
		from, to := string(tr.unhex(args[1])), string(tr.unhex(args[3]))
		if f := tr.names[from]; f != nil {
			c := change{isName: true, name: to, file: f, disk: tr.disk(to)}
			if name != "linkat" {
				c.from = from
				delete(tr.names, from)
			}
			tr.names[to] = f
			tr.add(c)
		}
	case "unlinkat":
		if path := string(tr.unhex(args[1])); tr.names[path] != nil {
			delete(tr.names, path)
			tr.add(change{isName: true, name: path, disk: tr.disk(path)})
		}
	default:
		if h != nil {
			tr.t.Fatalf("the writer calls %s, which is not understood here", name)
		}
	}
}

func (tr *trace) opened(path, flags, fd string) {
	disk := tr.disk(path)
	if disk < 0 {
		return
	}
	if info, err := os.Stat(path); path == tr.dirs[disk] || err == nil && info.IsDir() || strings.Contains(flags, "O_DIRECTORY") {
		tr.open[fd] = &handle{disk: disk}
		return
	}
	f := tr.names[path]
	if f == nil {
		f = &file{}
		tr.names[path] = f
		tr.add(change{isName: true, name: path, file: f, disk: disk})
	}
	if strings.Contains(flags, "O_TRUNC") {
		f.length = 0
		tr.add(change{file: f, length: true})
	}
	tr.open[fd] = &handle{file: f, disk: disk, append: strings.Contains(flags, "O_APPEND")}
}

// disk is the one that has a path; -1 = none of them.
func (tr *trace) disk(path string) int {
	for i, dir := range tr.dirs {
		if path == dir || strings.HasPrefix(path, dir+"/") {
			return i
		}
	}
	return -1
}

func (tr *trace) add(c change) { tr.changes = append(tr.changes, c) }

// apply does a change of a file's bytes; a torn one is done in some of its sectors.
func apply(b []byte, c change, tear func() bool) []byte {
	if c.length {
		if int64(len(b)) > c.at {
			return b[:c.at:c.at]
		}
		return append(b, make([]byte, c.at-int64(len(b)))...)
	}
	if end := c.at + int64(len(c.data)); int64(len(b)) < end {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	for at := 0; at < len(c.data); at += sector {
		if !tear() {
			copy(b[c.at+int64(at):], c.data[at:min(len(c.data), at+sector)])
		}
	}
	return b
}

// cut is what the disks hold whose power goes after so many changes, by path.
func cut(r *rand.Rand, disks int, changes []change) map[string][]byte {
	pending := map[*file][]change{}
	named := make([][]change, disks)
	disk, names := map[*file][]byte{}, map[string]*file{}
	all := func() bool { return false }
	name := func(cs []change) {
		for _, c := range cs {
			delete(names, c.from)
			if c.file == nil {
				delete(names, c.name)
			} else {
				names[c.name] = c.file
			}
		}
	}
	for _, c := range changes {
		switch {
		case c.said != "":
		case c.sync && c.file == nil:
			name(named[c.disk])
			named[c.disk] = nil
		case c.sync:
			for _, p := range pending[c.file] {
				disk[c.file] = apply(disk[c.file], p, all)
			}
			delete(pending, c.file)
		case c.isName:
			named[c.disk] = append(named[c.disk], c)
		default:
			pending[c.file] = append(pending[c.file], c)
		}
	}
	for _, cs := range named {
		name(cs[:r.IntN(len(cs)+1)])
	}
	share := r.Float64() * 1.2 // of what is lost; now and then all is
	for f, ps := range pending {
		for _, p := range ps {
			if p.length && r.Float64() < share {
				continue
			}
			disk[f] = apply(disk[f], p, func() bool { return r.Float64() < share })
		}
	}
	out := map[string][]byte{}
	for n, f := range maps.All(names) {
		out[n] = disk[f]
	}
	return out
}

// Disks are what a writer has asked its disks for.
type Disks struct {
	dirs    []string
	changes []change
}

// Run has this test's own program write below strace, with a variable of the environment ("NAME=value"), and returns what it asked the
// disks for whose folders are dirs; it makes them. The test is skipped where nobody may be traced.
func Run(t *testing.T, environ string, dirs ...string) *Disks {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("there is no strace here")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(t.TempDir(), "trace")
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-qq", "-xx", "-s", "100000000", "-o", log, "-e", "signal=none", "-e",
		"trace=openat,close,lseek,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,renameat,"+
			"renameat2,linkat,unlinkat,copy_file_range,sendfile,splice,dup,dup3", exe)
	cmd.Env = append(os.Environ(), environ)
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "not permitted") {
			t.Skip("nobody may be traced here")
		}
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr := &trace{t: t, dirs: dirs, names: map[string]*file{}, open: map[string]*handle{}, begun: map[string]string{}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		tr.line(lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return &Disks{dirs, tr.changes}
}

// Changes is how many there are: writes, names, syncs, lines of the writer.
func (d *Disks) Changes() int { return len(d.changes) }

// Moments are the numbers of changes after each of which a line that begins so was just said: what it promises must hold from then on.
func (d *Disks) Moments(line string) (after []int) {
	for i, c := range d.changes {
		if c.said != "" && strings.HasPrefix(c.said, line) {
			after = append(after, i+1)
		}
	}
	return after
}

// Said are the lines that the writer had printed within the first so many changes.
func (d *Disks) Said(changes int) (lines []string) {
	for _, c := range d.changes[:changes] {
		for line := range strings.Lines(c.said) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// Cut leaves what the disks hold when the power goes after so many changes, each in a folder of into.
func (d *Disks) Cut(t *testing.T, r *rand.Rand, changes int, into ...string) {
	t.Helper()
	for _, dir := range into {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for path, b := range cut(r, len(d.dirs), d.changes[:changes]) {
		for i, dir := range d.dirs {
			name, below := strings.CutPrefix(path, dir+"/")
			if !below {
				continue
			}
			at := filepath.Join(into[i], name)
			if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Rand is what a test draws from: the same numbers each time, or others when FRONTDESK_POWER_CUTS asks for many cuts.
func Rand(seed uint64) *rand.Rand {
	if os.Getenv("FRONTDESK_POWER_CUTS") != "" {
		return rand.New(rand.NewPCG(rand.Uint64(), seed))
	}
	return rand.New(rand.NewPCG(1, seed))
}

// Cuts is how often the power goes: 50 times, or as often as FRONTDESK_POWER_CUTS says.
func Cuts() int {
	if n, err := strconv.Atoi(os.Getenv("FRONTDESK_POWER_CUTS")); err == nil {
		return n
	}
	return 50
}
