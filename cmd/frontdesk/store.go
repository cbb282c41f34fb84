package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
)

// storeCommand are store check, compact, snapshots and restore.
func storeCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "store", verbs: []verb{
		{name: "check", summary: "open every record and follow every index", run: checkStore},
		{name: "compact", summary: "write the file anew without what is free in it; it is done each night anyway", run: func(ctx context.Context, r *request) error {
			before := sizeOf(r.state)
			if err := service.CompactStore.Act(ctx, r.office, service.None{}); err != nil {
				return err
			}
			after := sizeOf(r.state)
			if r.json {
				r.out.json(map[string]int64{"before": before, "after": after})
				return nil
			}
			r.out.line("The records took %s before and take %s now.", megabytes(before), megabytes(after))
			return nil
		}},
		{name: "snapshots", summary: "copies that were made before the form of the records was changed", run: listSnapshots, folder: true},
		{name: "set-aside", summary: "begin with empty records; what is there stays in a folder beside them", folder: true, run: func(ctx context.Context, r *request) error {
			if err := stopped(ctx, r.state); err != nil {
				return err
			}
			name, err := setAside(r.state)
			if err != nil {
				return err
			}
			if r.json {
				r.out.json(map[string]string{"set_aside": name})
				return nil
			}
			if name == "" {
				r.out.line("There are no records.")
				return nil
			}
			r.out.line("The records are in %s now. The next start makes empty ones.", name)
			return nil
		}},
		{name: "restore", args: "SNAPSHOT", summary: "put a snapshot in the place of the records, for the version that made it", run: restoreSnapshot, folder: true},
	}}
}

// errFaults says that something is wrong with the records, which was printed.
var errFaults = errors.New("see above")

func checkStore(ctx context.Context, r *request) error {
	rep, err := service.CheckStore.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(rep)
	} else {
		r.out.line("%d records could be opened.", rep.Values)
		if rep.Erased > 0 {
			r.out.line("%d of erased callers wait to be removed.", rep.Erased)
		}
		for _, f := range rep.Faults {
			r.out.line("  %s: %s (%d times)", f.Where, f.What, f.Count)
		}
	}
	if len(rep.Faults) > 0 {
		medium := ""
		if s, err := service.ListBackups.Do(ctx, r.office, ""); err == nil {
			medium = s.Dir
		}
		return offerRestore(&store.DamagedError{Path: r.state, Err: errFaults}, r.state, medium)
	}
	return nil
}

func sizeOf(state string) int64 {
	info, err := os.Stat(filepath.Join(state, "frontdesk.db"))
	if err != nil {
		return 0
	}
	return info.Size()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// snapshot is a copy of the records.
type snapshot struct {
	Name  string    `json:"name"`
	Made  time.Time `json:"made"`
	Bytes int64     `json:"bytes"`
}

// snapshotMark is what names of snapshots have after that of the records.
const snapshotMark = ".before-schema-"

func snapshots(state string) ([]snapshot, error) {
	paths, err := filepath.Glob(filepath.Join(state, "frontdesk.db"+snapshotMark+"*"))
	if err != nil {
		return nil, fmt.Errorf("look for snapshots: %w", err)
	}
	list := []snapshot{}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("look for snapshots: %w", err)
		}
		list = append(list, snapshot{filepath.Base(p), info.ModTime(), info.Size()})
	}
	return list, nil
}

func listSnapshots(_ context.Context, r *request) error {
	list, err := snapshots(r.state)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(list)
		return nil
	}
	var rows [][]string
	for _, s := range list {
		rows = append(rows, []string{s.Name, when(s.Made), megabytes(s.Bytes)})
	}
	r.out.table("There are no snapshots.", []string{"SNAPSHOT", "MADE", "SIZE"}, rows)
	return nil
}

// stopped fails while the appliance runs.
func stopped(ctx context.Context, state string) error {
	if client, err := remote.Dial(ctx, remote.Socket(state)); err == nil {
		return errors.Join(errors.New("the appliance is running: stop it first (systemctl stop frontdesk)"), client.Close())
	}
	return nil
}

// restoreSnapshot swaps the records for a snapshot. The records that were there stay beside it, so that it can be taken back.
func restoreSnapshot(ctx context.Context, r *request) error {
	if err := stopped(ctx, r.state); err != nil {
		return err
	}
	if filepath.Base(r.arg) != r.arg || !strings.Contains(r.arg, snapshotMark) {
		return fmt.Errorf("%q is no snapshot: frontdesk store snapshots lists them", r.arg)
	}
	from, to := filepath.Join(r.state, r.arg), filepath.Join(r.state, "frontdesk.db")
	aside := to + ".set-aside-" + time.Now().Format("20060102-150405")
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.Link(to, aside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("restore: %w", err)
	}
	if err := copyFile(from, to); err != nil {
		return fmt.Errorf("restore: %w; nothing was changed", err)
	}
	if r.json {
		r.out.json(map[string]string{"restored": r.arg, "set_aside": filepath.Base(aside)})
		return nil
	}
	r.out.line("The records are those of %s. What was there is in %s. Erased callers stay erased: their keys are gone.", r.arg, filepath.Base(aside))
	return nil
}

// copyFile puts a copy of a file in the place of another: whole or not at all.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(to), ".restore-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(out.Name())
		}
	}()
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

// keysCommand are keys show, lock and rotate.
func keysCommand(stdin io.Reader, stdout, stderr io.Writer) *officeCommand {
	var kind, file, from string
	return &officeCommand{stdout: stdout, stderr: stderr, name: "keys", verbs: []verb{
		{name: "show", summary: "how the keys of the records are locked", run: func(ctx context.Context, r *request) error {
			l, err := service.ReadKeyLock.Get(ctx, r.office)
			return r.lock(l, err)
		}},
		{name: "lock", summary: "lock them in another way, with another key file or another passphrase", flags: func(fs *flag.FlagSet, _ *request) {
			fs.StringVar(&kind, "with", string(keyring.KeyFile), "`file`, credential (of the service manager) or passphrase")
			fs.StringVar(&file, "file", "", "where the new key `file` is; frontdesk.key beside the records when it is not said")
			fs.StringVar(&from, "passphrase-file", "", "`file` with the new passphrase in its first line; - reads it from standard input. Without it somebody is asked")
		}, run: func(ctx context.Context, r *request) error {
			var phrase string
			var err error
			if kind == string(keyring.Passphrase) {
				if from != "" {
					phrase, err = readPassword(from, stdin)
				} else {
					phrase, err = askTerminal(ctx, true)
				}
				if err != nil {
					return err
				}
			}
			l, err := service.ChangeLock.Do(ctx, r.office, service.LockChange{Kind: keyring.Kind(kind), File: file, Phrase: service.Password(phrase)})
			return r.lock(l, err)
		}},
		{name: "rotate", summary: "put another root key in the place of the present one", run: func(ctx context.Context, r *request) error {
			l, err := service.RotateKeys.Get(ctx, r.office)
			return r.lock(l, err)
		}},
	}}
}

func (r *request) lock(l keyring.Lock, err error) error {
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(l)
		return nil
	}
	r.out.fields("Locked with", string(l.Kind), "Key file", l.File, "Cipher", l.Suite, "Root key", fmt.Sprintf("generation %d", l.Generation),
		"Keys", fmt.Sprint(l.Keys), "Destroyed", fmt.Sprint(l.Destroyed))
	return nil
}
