package service

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Backups are those of the box.
type Backups struct {
	State string // folder of the records
	Dir   string // on the medium; "" = none is set
	Keep  int
}

// BackupKey is a recovery key, shown once.
type BackupKey struct {
	Words string `json:"words"`
	QR    string `json:"qr"`
}

// BackupState is how backups stand.
type BackupState struct {
	Dir     string        `json:"dir"`
	HasKey  bool          `json:"has_key"`
	Backups []backup.Info `json:"backups"`           // the newest first
	Problem string        `json:"problem,omitempty"` // why there are none to be seen
}

// SetUpBackup makes the recovery key. It is shown this once.
var SetUpBackup = define(Op[None, BackupKey]{
	Name: "set-up-backup", Role: Owner, Audit: Changes("make recovery key"),
	Run: get((*Service).setUpBackup),
})

func (s *Service) setUpBackup(_ context.Context) (BackupKey, error) {
	k, err := backup.NewKey()
	if err != nil {
		return BackupKey{}, err
	}
	drawn, err := k.QR()
	if err == nil {
		err = k.Keep(s.o.Backups.State)
	}
	if err != nil {
		return BackupKey{}, err
	}
	return BackupKey{Words: k.Words(), QR: drawn}, nil
}

// BackupOptions are those of a backup to dir; "" = where the settings say.
func (s *Service) backupOptions(dir string) (backup.Options, error) {
	if dir == "" {
		dir = s.backupFolder()
	}
	k, err := backup.LoadKey(s.o.Backups.State)
	if errors.Is(err, fs.ErrNotExist) {
		return backup.Options{}, backup.ErrNoKey
	}
	if err != nil {
		return backup.Options{}, err
	}
	if dir == "" {
		return backup.Options{}, backup.ErrNoFolder
	}
	return backup.Options{
		Records: s.o.Records, State: s.o.Backups.State, Dir: dir, Key: k, Keep: s.o.Backups.Keep, Now: s.o.Now, Seen: s.o.Records.SeeMedium,
	}, nil
}

// backupFolder is where backups go: what was chosen, else what the settings say; "" = nowhere.
func (s *Service) backupFolder() string { return backup.Folder(s.o.Backups.State, s.o.Backups.Dir) }

// MakeBackup makes one; dir "" = where the settings say, or what was chosen.
var MakeBackup = define(Op[string, backup.Info]{
	Name: "make-backup", Role: Owner, Long: true, Whole: true, Audit: Changes("make backup"),
	About: func(_ string, i backup.Info) string { return i.Name },
	Run:   (*Service).makeBackup,
})

func (s *Service) makeBackup(ctx context.Context, dir string) (backup.Info, error) {
	o, err := s.backupOptions(dir)
	if err != nil {
		return backup.Info{}, err
	}
	i, err := backup.Make(ctx, o)
	return i, err
}

// BackupName names a backup: the folder "" is that of the settings, the name "" the newest.
type BackupName struct {
	Dir  string `json:"dir"`
	Name string `json:"name"`
}

// VerifyBackup restores a backup into a scratch folder and opens every record of it; name "" = the newest.
var VerifyBackup = define(Op[BackupName, backup.Restored]{
	Name: "verify-backup", Role: Owner, Long: true, Audit: Changes("verify backup"),
	About: func(in BackupName, _ backup.Restored) string { return in.Name },
	Run:   (*Service).verifyBackup,
})

func (s *Service) verifyBackup(ctx context.Context, in BackupName) (backup.Restored, error) {
	o, err := s.backupOptions(in.Dir)
	if err != nil {
		return backup.Restored{}, err
	}
	r, err := backup.Verify(ctx, o.Dir, in.Name, o.Key, o.State)
	return r, err
}

// ListBackups tells how backups stand.
var ListBackups = define(Op[string, BackupState]{
	Name: "list-backups", Role: Owner, Audit: NoLine("names and sizes of backups"),
	Run: (*Service).listBackups,
})

func (s *Service) listBackups(_ context.Context, dir string) (BackupState, error) {
	if dir == "" {
		dir = s.backupFolder()
	}
	state := BackupState{Dir: dir, Backups: []backup.Info{}}
	_, err := backup.LoadKey(s.o.Backups.State)
	state.HasKey = err == nil
	if dir == "" {
		state.Problem = "no folder for backups is set"
		return state, nil
	}
	list, err := backup.List(dir)
	if err != nil {
		state.Problem = err.Error()
		return state, nil
	}
	state.Backups = list
	return state, nil
}

// coverErasure writes the keys to the medium, so that backups cover an erasure at once. Without the medium the next backup does it.
func (s *Service) coverErasure() {
	o, err := s.backupOptions("")
	if err != nil {
		return // there are none
	}
	if err := backup.WriteKeys(o); err != nil {
		s.o.Logger.Warn("backups learn of the erasure with the next one: the medium cannot be written", "err", err)
	}
}

// MediumState is a medium of backups, and whether it knows of all erasures.
type MediumState struct {
	record.Medium
	Behind time.Time `json:"behind_since,omitzero"` // of the first erasure that it does not know of; zero = it knows of all
}

// ListMedia lists what backups were written to, with those that still hold keys of erased callers.
var ListMedia = define(Op[None, []MediumState]{
	Name: "list-media", Role: Owner, Audit: NoLine("media and dates"),
	Run: get((*Service).listMedia),
})

func (s *Service) listMedia(context.Context) ([]MediumState, error) {
	ms, err := s.o.Records.Media()
	if err != nil {
		return nil, err
	}
	stones, err := s.o.Records.Tombstones()
	list := []MediumState{}
	for _, m := range ms {
		x := MediumState{Medium: m}
		for _, stone := range stones {
			if behind(m, stone) && (x.Behind.IsZero() || stone.At.Before(x.Behind)) {
				x.Behind = stone.At
			}
		}
		list = append(list, x)
	}
	return list, err
}

// behind reports whether a medium does not know of an erasure. What went because its time was over nobody was promised.
func behind(m record.Medium, stone store.Tombstone) bool {
	return stone.By != privacy.ByRetention && m.Keys.Before(stone.At)
}

// withMedia says in a receipt which media are still to be brought up to date.
func withMedia(stone store.Tombstone, ms []record.Medium) store.Tombstone {
	for _, m := range ms {
		if behind(m, stone) {
			stone.Behind = append(stone.Behind, m)
		}
	}
	return stone
}

// ForgetMedium says that a medium is destroyed: nothing comes back from it any more.
var ForgetMedium = define(Op[string, None]{
	Name: "forget-medium", Role: Owner, Audit: Changes("note that a backup medium is destroyed"),
	About: of[None],
	Run:   act((*Service).forgetMedium),
})

func (s *Service) forgetMedium(_ context.Context, id string) error { return s.o.Records.DropMedium(id) }

// ReadRestoration tells from what the records were restored, and whether it was said who may have come back with that;
// store.ErrNotFound when they never were.
var ReadRestoration = define(Op[None, record.Restoration]{
	Name: "read-restoration", Role: Owner, Audit: NoLine("dates of a backup"),
	Run: get(func(s *Service, _ context.Context) (record.Restoration, error) { return s.o.Records.Restoration() }),
})

// EraseAgain erases again who has come back with a backup: those whose destroyed keys the receipts name. None at all says that
// nobody was erased since. It returns how many came back.
var EraseAgain = define(Op[[]string, int]{
	Name: "erase-again", Role: Owner, Long: true, Whole: true, Audit: Changes("erase again after a restore"),
	About: func(_ []string, n int) string { return strconv.Itoa(n) },
	Run:   (*Service).eraseAgain,
})

func (s *Service) eraseAgain(ctx context.Context, keys []string) (n int, err error) {
	r, err := s.o.Records.Restoration()
	if err != nil {
		return 0, err
	}
	for _, id := range keys {
		_, err := s.o.Privacy.Erase(ctx, id, "erased before, and restored", ActorOf(ctx).By())
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	if n > 0 {
		s.coverErasure()
	}
	r.Confirmed = s.o.Now()
	return n, s.o.Records.SetRestoration(r)
}
