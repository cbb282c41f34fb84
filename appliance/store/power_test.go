package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// powerEnv names the records of a writer that does so many acts as powerActs says, and ends.
const (
	powerEnv  = "FRONTDESK_STORE_POWER_WRITER"
	powerActs = 150
)

// powerWriter acts from the first start on, and prints what was acknowledged.
func powerWriter(path string) {
	say := func(line string) { fmt.Println(line) }
	s, err := store.Open(path, store.Options{})
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 5))
	for i := 0; err == nil && i < powerActs; i++ {
		if i%50 == 25 {
			err = imported(s, i, say)
			continue
		}
		err = act(s, r, say)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// imported takes calls over from elsewhere.
func imported(s *store.Store, i int, say func(string)) error {
	var all []store.Full
	for k := range 20 {
		c := record.Caller{ID: fmt.Sprintf("imported-%d-%d", i, k), Number: record.PhoneNumber(fmt.Sprintf("+1415%03d%04d", i, k))}
		all = append(all, store.Full{Caller: c, Call: record.Call{
			ID: fmt.Sprintf("import-call-%d-%d", i, k), CallerID: c.ID, From: c.Number, Started: time.Now(),
		}})
	}
	if err := s.Import(all); err != nil {
		return err
	}
	for _, f := range all {
		say("call " + f.Call.ID + " " + f.Call.CallerID)
	}
	return nil
}

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
}

// file is one file, whatever its names are.
type file struct{ _ byte } // two of them are never the same

// handle is an open file of the writer.
type handle struct {
	file *file // nil: a folder
	at   int64
}

// trace makes changes of what strace wrote of a writer.
type trace struct {
	t       *testing.T
	dir     string
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
			tr.add(change{file: h.file, at: h.at, data: data})
			h.at += tr.number(result)
		}
	case "pwrite64":
		if h != nil && h.file != nil {
			tr.add(change{file: h.file, at: tr.number(args[3]), data: tr.unhex(args[1])})
		}
	case "ftruncate":
		if h != nil && h.file != nil {
			tr.add(change{file: h.file, at: tr.number(args[1]), length: true})
		}
	case "fsync", "fdatasync":
		if h != nil {
			tr.add(change{file: h.file, sync: true})
		}
	case "renameat", "renameat2", "linkat":
		from, to := string(tr.unhex(args[1])), string(tr.unhex(args[3]))
		if f := tr.names[from]; f != nil {
			c := change{isName: true, name: to, file: f}
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
			tr.add(change{isName: true, name: path})
		}
	default:
		if h != nil {
			tr.t.Fatalf("the writer calls %s, which is not understood here", name)
		}
	}
}

func (tr *trace) opened(path, flags, fd string) {
	if path != tr.dir && !strings.HasPrefix(path, tr.dir+"/") {
		return
	}
	info, err := os.Stat(path)
	if path == tr.dir || err == nil && info.IsDir() {
		tr.open[fd] = &handle{}
		return
	}
	f := tr.names[path]
	if f == nil {
		f = &file{}
		tr.names[path] = f
		tr.add(change{isName: true, name: path, file: f})
	}
	if strings.Contains(flags, "O_TRUNC") {
		tr.add(change{file: f, length: true})
	}
	if strings.Contains(flags, "O_APPEND") {
		tr.t.Fatalf("%s is appended to, which is not understood here", path)
	}
	tr.open[fd] = &handle{file: f}
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

// cut is what a disk holds whose power goes after so many changes. What was waited for is there. Of the rest, each sector may be there or
// not; names, which file systems keep in order, are there up to one of them.
func cut(r *rand.Rand, changes []change) map[string][]byte {
	pending := map[*file][]change{}
	var named []change
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
			name(named)
			named = nil
		case c.sync:
			for _, p := range pending[c.file] {
				disk[c.file] = apply(disk[c.file], p, all)
			}
			delete(pending, c.file)
		case c.isName:
			named = append(named, c)
		default:
			pending[c.file] = append(pending[c.file], c)
		}
	}
	name(named[:r.IntN(len(named)+1)])
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

// traced has a writer act under strace, and returns what it asked the disk for.
func traced(t *testing.T) []change {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("there is no strace here")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, log := filepath.Join(t.TempDir(), "state"), filepath.Join(t.TempDir(), "trace")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-qq", "-xx", "-s", "100000000", "-o", log, "-e", "signal=none", "-e",
		"trace=openat,close,lseek,write,writev,pwrite64,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,renameat,"+
			"renameat2,linkat,unlinkat,copy_file_range,sendfile,splice,dup,dup3", exe)
	cmd.Env = append(os.Environ(), powerEnv+"="+filepath.Join(dir, "frontdesk.db"))
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
	tr := &trace{t: t, dir: dir, names: map[string]*file{}, open: map[string]*handle{}, begun: map[string]string{}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		tr.line(lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return tr.changes
}

// powerCuts is how often the power goes: 50 times, or as often as FRONTDESK_POWER_CUTS says.
func powerCuts() int {
	if n, err := strconv.Atoi(os.Getenv("FRONTDESK_POWER_CUTS")); err == nil {
		return n
	}
	return 50
}

// The power goes at any moment: in the first start, an erasure, a rotation of the root key, a compaction, an import. The disk has what was
// waited for, and any part of the rest. All that was acknowledged is there, nothing erased is, and no file is damaged.
func TestPowerCuts(t *testing.T) {
	changes := traced(t)
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 6))
	acknowledged := 0
	for _, c := range changes {
		if c.said != "" {
			acknowledged++
		}
	}
	if acknowledged < powerActs/2 {
		t.Fatalf("the writer acknowledged %d times", acknowledged)
	}
	began := time.Now()
	for n := range powerCuts() {
		at := r.IntN(len(changes) + 1)
		if n%10 == 0 { // in the first start
			at = r.IntN(min(len(changes), 150))
		}
		afterCut(t, r, changes[:at])
		if t.Failed() {
			t.Fatalf("cut %d, after %d of %d changes", n, at, len(changes))
		}
	}
	t.Logf("%d power cuts among %d changes, %d of them acknowledgements: none lost, in %v", powerCuts(), len(changes), acknowledged,
		time.Since(began).Round(time.Millisecond))
}

// afterCut opens what a cut leaves, as the appliance does.
func afterCut(t *testing.T, r *rand.Rand, changes []change) {
	t.Helper()
	l, begun := newLedger(), ""
	for _, c := range changes {
		for line := range strings.Lines(c.said) {
			line = strings.TrimSpace(line)
			if who, ok := strings.CutPrefix(line, "begin "); ok {
				begun = who
				continue
			}
			if strings.HasPrefix(line, "erased ") {
				begun = ""
			}
			l.enter(t, line)
		}
	}
	dir := t.TempDir()
	for name, b := range cut(r, changes) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Errorf("open after the cut: %v", err)
		return
	}
	complete(t, s, l)
	l.compare(t, s, begun)
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if err := errors.Join(s.Close(), os.RemoveAll(dir)); err != nil {
		t.Error(err)
	}
}
