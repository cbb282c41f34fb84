// Package store keeps the records of the appliance in one bbolt file. It is the only importer of bbolt.
//
// Every method that writes returns when its data is on the disk: a message that was confirmed aloud survives a power cut. A call is
// kept turn by turn. Values are JSON behind one seam ([encode], [decode]), keys sort by time. No transaction outlives a
// method, so no reader can hold up a writer for long.
//
// A [Store] is safe for concurrent use and starts no goroutine. One process holds the file; a second gets [InUseError].
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrNotFound says that there is no such record.
var ErrNotFound = errors.New("no such record")

// InUseError says that another process holds the file.
type InUseError struct {
	Path string
	PID  int // 0 when it is not known
}

// Error says who and what to do.
func (e *InUseError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("the records in %s are in use by %s: if that is frontdesk serve, its commands work while it runs; else stop it first", e.Path, who)
}

// Options for Open. The zero value is right for the appliance.
type Options struct {
	// MaxSize bounds the file in bytes; 0 = no bound.
	MaxSize int
	// Now is the clock; nil = time.Now.
	Now func() time.Time

	steps []migration // nil = migrations; tests put their own here
}

// The mapping is made this large at once: growing it would wait for every reader.
const initialMmap = 1 << 30

// lockWait is how long Open waits for another process to let go of the file.
const lockWait = time.Second

// Buckets. Keys are named in the comments; "|" joins their parts.
var (
	bMeta       = []byte("meta")           // name → value
	bCallers    = []byte("callers")        // caller ID → Caller
	bByNumber   = []byte("caller_numbers") // digits → caller ID
	bCalls      = []byte("calls")          // call ID → Call
	bByTime     = []byte("call_times")     // start time | call ID → nil
	bByCaller   = []byte("caller_calls")   // caller ID | start time | call ID → nil
	bRunning    = []byte("running")        // call ID → nil, while it goes on
	bTurns      = []byte("turns")          // call ID | index → Turn
	bMessages   = []byte("messages")       // message ID → Message
	bUnanswered = []byte("unanswered")     // normalised question → Unanswered
	bProfiles   = []byte("profiles")       // version → Edition
	bDrafts     = []byte("drafts")         // "profile" → Draft
	bTokens     = []byte("tokens")         // token ID → Token
	bOpen       = []byte("messages_open")  // message ID → nil, while it is not done
	bOfCall     = []byte("call_messages")  // call ID | message ID → nil
	bSeen       = []byte("callers_seen")   // time of the last call | caller ID → nil
	bAccounts   = []byte("accounts")       // account ID → Account
	bSessions   = []byte("sessions")       // hash of the secret → Session
	bSettings   = []byte("settings")       // name → what the owner set
	bExtensions = []byte("extensions")     // version → account at the telephone system, with its password
	bTests      = []byte("self_tests")     // start time | call ID → nil, of calls of the box to itself
	buckets     = [][]byte{
		bTests,
		bMeta, bCallers, bByNumber, bCalls, bByTime, bByCaller, bRunning, bTurns, bMessages, bUnanswered, bProfiles,
		bAccounts, bSessions, bDrafts, bTokens, bExtensions, bOpen, bOfCall, bSeen, bSettings,
	}
	keySchema = []byte("schema")
)

// Store is the open file.
type Store struct {
	db   *bolt.DB
	path string
	now  func() time.Time

	watching atomic.Pointer[func(Change)]
}

// Open opens the file at path and makes it when it is not there. Calls that were going on when the last process ended are
// marked as interrupted.
func Open(path string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.steps == nil {
		o.steps = migrations
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make folder for the records: %w", err)
	}
	if err := create(path, len(o.steps)); err != nil {
		return nil, err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: lockWait, FreelistType: bolt.FreelistMapType, InitialMmapSize: initialMmap, MaxSize: o.MaxSize,
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, &InUseError{Path: path, PID: holder(path)}
	}
	if err != nil {
		return nil, fmt.Errorf("open records %s: %w: if the disk is sound, restore the newest backup", path, err)
	}
	s := &Store{db: db, path: path, now: o.Now}
	if err := s.prepare(o.steps); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// prepare brings the file up to date and closes what was left open.
func (s *Store) prepare(steps []migration) error {
	if err := os.WriteFile(pidFile(s.path), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return fmt.Errorf("note who uses the records: %w", err)
	}
	if err := s.migrate(steps); err != nil {
		return err
	}
	return s.recover()
}

// Close closes the file.
func (s *Store) Close() error {
	_ = os.Remove(pidFile(s.path)) // a stale one does no harm: the lock decides
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close records: %w", err)
	}
	return nil
}

// Check verifies the structure of the whole file.
func (s *Store) Check() error {
	err := s.db.View(func(tx *bolt.Tx) error {
		var errs []error
		for err := range tx.Check() {
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return fmt.Errorf("check records: %w", err)
	}
	return nil
}

// create makes a new file whole before it has its name: a power cut during the first start leaves nothing that cannot be opened.
func create(path string, version int) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for records: %w", err)
	}
	temp := path + ".new"
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make records: %w", err)
	}
	db, err := bolt.Open(temp, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return fmt.Errorf("make records: %w", err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, b := range buckets {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return tx.Bucket(bMeta).Put(keySchema, []byte(strconv.Itoa(version)))
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("make records: %w", err)
	}
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) { // never over a file that appeared meanwhile
		return fmt.Errorf("make records: %w", err)
	}
	if err := os.Remove(temp); err != nil {
		return fmt.Errorf("make records: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

func pidFile(path string) string { return path + ".pid" }

// holder reads who said last that it uses the file.
func holder(path string) int {
	b, err := os.ReadFile(pidFile(path))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return pid
}
