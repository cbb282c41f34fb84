package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
)

// storeCommand is frontdesk store.
func storeCommand() *cobra.Command {
	return group("store", "the file of the records",
		ask("check", "open every record and follow every index", checkStore),
		described(ask("compact", "write the file anew without what is free in it", compactStore),
			"Writes the file anew without what is free in it. It is done each night anyway.", ""),
		described(office(needsFolder, "snapshots", "copies from before changes of the records' form", listSnapshots),
			"Lists copies that were made before the form of the records was changed.", ""),
		described(office(needsFolder, "set-aside", "begin with empty records", setStoreAside),
			"Begins with empty records; what is there stays in a folder beside them.", ""),
		described(office(needsFolder, "restore SNAPSHOT", "put a snapshot in the place of the records", restoreSnapshot),
			"Puts a snapshot in the place of the records, for the version that made it. What\nwas there stays beside it.", ""))
}

func compactStore(ctx context.Context, r *request) error {
	before := sizeOf(r.state)
	if err := service.CompactStore.Act(ctx, r.office, service.None{}); err != nil {
		return err
	}
	after := sizeOf(r.state)
	return r.told(map[string]int64{"before": before, "after": after},
		"The records took %s before and take %s now.", megabytes(before), megabytes(after))
}

func setStoreAside(ctx context.Context, r *request) error {
	if err := stopped(ctx, r.state); err != nil {
		return err
	}
	name, err := setAside(r.state)
	if err != nil {
		return err
	}
	said := "The records are in " + name + " now. The next start makes empty ones."
	if name == "" {
		said = "There are no records."
	}
	return r.told(map[string]string{"set_aside": name}, "%s", said)
}

// errFaults says that something is wrong with the records, which was printed.
var errFaults = errors.New("see above")

func checkStore(ctx context.Context, r *request) error {
	rep, err := service.CheckStore.Get(ctx, r.office)
	if err != nil {
		return err
	}
	r.print(rep, func() {
		r.out.line("%d records could be opened.", rep.Values)
		if rep.Erased > 0 {
			r.out.line("%d of erased callers wait to be removed.", rep.Erased)
		}
		for _, f := range rep.Faults {
			r.out.line("  %s: %s (%d times)", f.Where, f.What, f.Count)
		}
	})
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
	var rows [][]string
	for _, s := range list {
		rows = append(rows, []string{s.Name, when(s.Made), megabytes(s.Bytes)})
	}
	return r.table(list, "There are no snapshots.", []string{"SNAPSHOT", "MADE", "SIZE"}, rows)
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
	return r.told(map[string]string{"restored": r.arg, "set_aside": filepath.Base(aside)},
		"The records are those of %s. What was there is in %s. Erased callers stay erased: their keys are gone.", r.arg, filepath.Base(aside))
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

// keysCommand is frontdesk keys.
func keysCommand() *cobra.Command {
	var kind, file, from string
	lock := ask("lock", "lock them in another way", func(ctx context.Context, r *request) error {
		var phrase string
		if kind == string(keyring.Passphrase) {
			var err error
			if phrase, err = r.passphrase(ctx, from, true); err != nil {
				return err
			}
		}
		l, err := service.ChangeLock.Do(ctx, r.office, service.LockChange{Kind: keyring.Kind(kind), File: file, Phrase: service.Password(phrase)})
		return r.lock(l, err)
	})
	fs := lock.Flags()
	fs.StringVar(&kind, "with", string(keyring.KeyFile), "`what` opens them: file, credential (of the service manager) or passphrase")
	fs.StringVar(&file, "file", "", "where the new key `file` is; frontdesk.key beside the records when it is not said")
	fs.StringVar(&from, "passphrase-file", "", "`file` with the new passphrase in its first line; - reads it from standard input. Without "+
		"it somebody is asked")
	return group("keys", "the keys of the records",
		ask("show", "how the keys of the records are locked", func(ctx context.Context, r *request) error {
			l, err := service.ReadKeyLock.Get(ctx, r.office)
			return r.lock(l, err)
		}),
		described(lock, "Locks them in another way, with another key file or another passphrase.", "  frontdesk keys lock --with passphrase"),
		ask("rotate", "put another root key in the place of the present one", func(ctx context.Context, r *request) error {
			l, err := service.RotateKeys.Get(ctx, r.office)
			return r.lock(l, err)
		}))
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
