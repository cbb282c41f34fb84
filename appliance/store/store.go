// Package store keeps the records of the appliance in one bbolt file. It and the key ring below it are the only importers of bbolt.
//
// Every value is sealed with the key of the caller to whom it belongs, or with that of the house ([frontdesk.internal/appliance/seal],
// [frontdesk.internal/appliance/store/keyring]); telephone numbers are found by a keyed hash. What stands in keys says nothing about a
// person: random names and times. A caller is erased by destroying the key, removing the records, and writing the file anew.
//
// Every method that writes returns when its data is on the disk: a message that was confirmed aloud survives a power cut. A call is
// kept turn by turn. Values are JSON behind one seam ([encode], [decode]), keys sort by time. No transaction outlives a
// method, so no reader can hold up a writer for long, and [Store.Compact] lets both go on.
//
// A damaged page costs the records in it and nothing else: reading it is an error ([DamagedError]), and each write judges the pages
// that bbolt will write anew before bbolt sees them ([frontdesk.internal/appliance/store/pages] says why). [Store.Damage] tells whether
// any was come across; the box goes on with the rest until its owner restores a backup.
//
// A [Store] is safe for concurrent use. Its only goroutine writes the newest entry of the audit chain into the key ring and ends
// with that. One process holds the file; a second gets [InUseError].
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/appliance/store/keyring"
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
	return fmt.Sprintf("the records in %s are in use by %s: if that is frontdesk serve, its commands work while it runs; else stop it first",
		e.Path, who)
}

// Options for Open. The zero value is right for the appliance.
type Options struct {
	// MaxSize bounds the file in bytes; 0 = no bound.
	MaxSize int
	// Now is the clock; nil = time.Now.
	Now func() time.Time
	// Wait is how long another process is waited for that holds the file; 0 = a second.
	Wait time.Duration
	// Keys say how the key ring beside the records is opened. The zero value makes and uses a key file there.
	Keys keyring.Options

	steps []migration // nil = migrations; tests put their own here
}

// The mapping is made this large at once: growing it would wait for every reader.
const initialMmap = 1 << 30

// lockWait is how long Open waits for another process to let go of the file, unless it is told otherwise.
const lockWait = time.Second

// Buckets. Keys are named in the comments; "|" joins their parts.
var (
	bMeta          = []byte("meta")           // name → value
	bCallers       = []byte("callers")        // caller ID → Caller
	bByNumber      = []byte("caller_numbers") // hash of the number → caller ID
	bNumbersOf     = []byte("numbers_of")     // caller ID | hash of the number → nil
	bSeen          = []byte("callers_seen")   // time of the last call | caller ID → nil
	bSeenAt        = []byte("seen_at")        // caller ID → time of the last call
	bOwned         = []byte("owned")          // caller ID | bucket | key → nil, of what belongs to a caller and is no call
	bCalls         = []byte("calls")          // call ID → Call
	bByTime        = []byte("call_times")     // start time | call ID → nil
	bByCaller      = []byte("caller_calls")   // caller ID | start time | call ID → nil
	bRunning       = []byte("running")        // call ID → nil, while it goes on
	bTurns         = []byte("turns")          // call ID | index → Turn
	bMessages      = []byte("messages")       // message ID → Message
	bOpen          = []byte("messages_open")  // message ID → nil, while it is not done
	bOfCall        = []byte("call_messages")  // call ID | message ID → nil
	bUnanswered    = []byte("unanswered")     // hash of the question | call ID → Unanswered
	bProfiles      = []byte("profiles")       // version → Edition
	bDrafts        = []byte("drafts")         // "profile" → Draft
	bTokens        = []byte("tokens")         // token ID → Token
	bAccounts      = []byte("accounts")       // account ID → Account
	bSessions      = []byte("sessions")       // hash of the secret → Session
	bSettings      = []byte("settings")       // name → what the owner set
	bExtensions    = []byte("extensions")     // version → account at the telephone system, with its password
	bTests         = []byte("self_tests")     // start time | call ID → nil, of calls of the box to itself
	bJobs          = []byte("jobs")           // job ID → Job, until it is done
	bTombstones    = []byte("tombstones")     // erasure ID → Tombstone
	bHolds         = []byte("holds")          // caller ID → Hold
	bRegistrations = []byte("registrations")  // number → PhoneChange
	bAudit         = []byte("audit")          // number → AuditEntry
	bRequests      = []byte("requests")       // request ID → Request
	bConsents      = []byte("consents")       // consent ID → Consent
	bNotices       = []byte("notices")        // kind | version → Notice
	bEgress        = []byte("egress")         // day | purpose | address → Egress
	bImports       = []byte("imports")        // import ID → ImportBatch
	bImported      = []byte("imported")       // import ID | caller ID → "new" or "merged"
	bDocuments     = []byte("documents")      // document ID → Document
	bExamples      = []byte("examples")       // example ID → Example
	bSecurity      = []byte("security")       // time | number → SecurityEvent
	bRecipients    = []byte("recipients")     // recipient ID → Recipient with its secret
	bOccasions     = []byte("occasions")      // occasion ID → Occasion, until it is deliveries
	bOutbox        = []byte("outbox")         // recipient ID | delivery ID → Delivery, while it waits
	bSent          = []byte("sent")           // likewise, once it was sent
	bDead          = []byte("dead_letters")   // likewise, once it is not tried any more
	bBookCards     = []byte("book_cards")     // directory ID | hash of the path → AddressCard
	bCardFinds     = []byte("card_finds")     // hash of a number or of a caller ID | directory ID | hash of the path → nil
	bVisits        = []byte("visits")         // UID of an appointment → Visit
	buckets        = [][]byte{
		bTests,
		bMeta, bCallers, bByNumber, bCalls, bByTime, bByCaller, bRunning, bTurns, bMessages, bUnanswered, bProfiles,
		bAccounts, bSessions, bDrafts, bTokens, bExtensions, bOpen, bOfCall, bSeen, bSettings,
		bNumbersOf, bSeenAt, bOwned, bJobs, bTombstones, bHolds,
		bRegistrations, bAudit, bRequests, bConsents, bNotices, bEgress, bImports, bImported, bDocuments, bExamples, bSecurity,
		bRecipients, bOccasions, bOutbox, bSent, bDead, bBookCards, bCardFinds, bVisits,
	}
	keySchema = []byte("schema")
	keyPlan   = []byte("number_plan") // the region in which all numbers were read that are kept
	keyRing   = []byte("key_ring")    // the ring that the values are sealed with
)

// KeysFile is the name of the key ring beside the records.
const KeysFile = "keys.db"

// Store is the open file.
type Store struct {
	path string
	now  func() time.Time
	ids  ids
	keys *keyring.Ring

	writing  sync.Mutex // one transaction that writes at a time; guards touched
	touched  map[place]struct{}
	swapping sync.RWMutex // guards file
	file     *handle
	compacts sync.Mutex // one compaction at a time

	occasions chan struct{} // holds one when something was noted

	damage   atomic.Pointer[DamagedError] // the first that was come across
	watching atomic.Pointer[func(Change)]
	region   atomic.Pointer[string] // where the business is; nil = not known yet
	examples atomic.Int64           // how often they were changed
	marker   marker
}

// Open opens the file at path and makes it when it is not there, and the key ring beside it. Calls that were going on when the last process
// ended are marked as interrupted. Errors of the key ring are [keyring.ErrLocked] and [keyring.ErrWrongKey], and a file that is not
// sound is a [*DamagedError]; nothing is changed then.
func Open(path string, o Options) (_ *Store, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.steps == nil {
		o.steps = migrations
	}
	if o.Wait == 0 {
		o.Wait = lockWait
	}
	o.Keys.Wait = o.Wait
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make folder for the records: %w", err)
	}
	s := &Store{path: path, now: o.Now, occasions: make(chan struct{}, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
		}
	}()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if s.keys, err = keyring.Open(s.keysPath(), o.Keys); err != nil {
			return nil, s.keysError(err)
		}
		if err := create(path, schemaOf(o.steps), s.keys.ID()); err != nil {
			return nil, err
		}
	}
	db, err := openFile(path, o.MaxSize, o.Wait)
	if err != nil {
		return nil, err
	}
	s.file = &handle{DB: db}
	return s, guarded(filepath.Dir(path), func() error {
		if err := s.openKeys(o.Keys); err != nil {
			return err
		}
		return s.prepare(o.steps)
	})
}

func (s *Store) keysPath() string { return filepath.Join(filepath.Dir(s.path), KeysFile) }

func (s *Store) keysError(err error) error {
	if errors.Is(err, keyring.ErrInUse) {
		return &InUseError{Path: s.path, PID: holder(s.path)}
	}
	return err
}

func openFile(path string, maxSize int, wait time.Duration) (*keyring.DB, error) {
	for {
		before, _ := os.Stat(path)
		var db *keyring.DB
		err := guarded(path, func() (err error) {
			if db, err = keyring.OpenFile(path, &bolt.Options{
				Timeout: wait, FreelistType: bolt.FreelistMapType, InitialMmapSize: initialMmap, MaxSize: maxSize,
			}); err != nil {
				return err
			}
			if err := keyring.Whole(db); err != nil {
				return errors.Join(err, db.Close())
			}
			return nil
		})
		if errors.Is(err, bolterrors.ErrTimeout) {
			return nil, &InUseError{Path: path, PID: holder(path)}
		}
		var bad *DamagedError
		if errors.As(err, &bad) {
			return nil, err
		}
		if damaged(err) {
			return nil, &DamagedError{path, err}
		}
		if err != nil {
			return nil, fmt.Errorf("open records %s: %w", path, err)
		}
		after, err := os.Stat(path)
		if err == nil && (before == nil || os.SameFile(before, after)) {
			return db, nil
		}
		if err := errors.Join(err, db.Close()); err != nil { // a compaction of who held it has put another in its place
			return nil, fmt.Errorf("open records: %w", err)
		}
	}
}

// openKeys opens the key ring that the records were sealed with.
func (s *Store) openKeys(o keyring.Options) error {
	_, ring, err := s.schema()
	if err != nil {
		return err
	}
	if s.keys == nil {
		if _, err := os.Stat(s.keysPath()); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the records %s cannot be read without their keys: %s is not there; restore it from the newest backup", s.path,
				s.keysPath())
		}
		err := guarded(s.keysPath(), func() (err error) { s.keys, err = keyring.Open(s.keysPath(), o); return err })
		if damaged(err) {
			return &DamagedError{s.keysPath(), err}
		}
		if err != nil {
			return s.keysError(err)
		}
	}
	if ring != s.keys.ID() {
		return fmt.Errorf("the keys in %s belong to other records than those in %s: put the right file there, or restore a backup; "+
			"nothing was changed", s.keysPath(), s.path)
	}
	return nil
}

// prepare brings the file up to date and closes what was left open.
func (s *Store) prepare(steps []migration) error {
	if err := statefile.Write(pidFile(s.path), []byte(strconv.Itoa(os.Getpid()))); err != nil {
		return fmt.Errorf("note who uses the records: %w", err)
	}
	if err := os.Remove(compactFile(s.path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove what a compaction has left: %w", err)
	}
	if err := s.migrate(steps); err != nil {
		return err
	}
	if err := s.markFirst(); err != nil {
		return err
	}
	if err := s.settleNumbers(); err != nil {
		return err
	}
	return s.recover()
}

// Close closes the file and the key ring.
func (s *Store) Close() error {
	_ = os.Remove(pidFile(s.path)) // a stale one does no harm: the lock decides
	return s.release()
}

func (s *Store) release() error {
	errs := []error{s.settle()}
	if s.file != nil {
		errs = append(errs, s.file.Close())
	}
	if s.keys != nil {
		errs = append(errs, s.keys.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close records: %w", err)
	}
	return nil
}

// Keys is the ring of the data keys.
func (s *Store) Keys() *keyring.Ring { return s.keys }

// create makes a new file whole before it has its name: a power cut during the first start leaves nothing that cannot be opened.
func create(path string, version int, ring string) error {
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
		if err := tx.Bucket(bMeta).Put(keyRing, []byte(ring)); err != nil {
			return err
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
