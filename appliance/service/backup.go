package service

import (
	"context"
	"errors"
	"io/fs"

	"frontdesk.internal/appliance/backup"
)

// Backups are those of the box.
type Backups struct {
	Records backup.Records // nil: there can be none
	State   string         // folder of the records
	Dir     string         // on the medium; "" = none is set
	Keep    int
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

// errNoBackups says that nothing can be backed up here.
var errNoBackups = errors.New("backups cannot be made here")

// SetUpBackup makes the recovery key. It is shown this once.
func (d *Service) SetUpBackup(ctx context.Context) (BackupKey, error) {
	if d.backups.Records == nil {
		return BackupKey{}, errNoBackups
	}
	k, err := backup.NewKey()
	if err != nil {
		return BackupKey{}, err
	}
	drawn, err := k.QR()
	if err == nil {
		err = k.Keep(d.backups.State)
	}
	if err := d.did(ctx, "make recovery key", "", err); err != nil {
		return BackupKey{}, err
	}
	return BackupKey{Words: k.Words(), QR: drawn}, nil
}

// BackupOptions are those of a backup to dir; "" = where the settings say.
func (d *Service) backupOptions(dir string) (backup.Options, error) {
	if d.backups.Records == nil {
		return backup.Options{}, errNoBackups
	}
	if dir == "" {
		dir = d.backups.Dir
	}
	k, err := backup.LoadKey(d.backups.State)
	if errors.Is(err, fs.ErrNotExist) {
		return backup.Options{}, errors.New("there is no recovery key yet: frontdesk backup setup makes one")
	}
	if err != nil {
		return backup.Options{}, err
	}
	if dir == "" {
		return backup.Options{}, errors.New("say where to: [backup] dir in the settings, or --to FOLDER")
	}
	return backup.Options{Records: d.backups.Records, State: d.backups.State, Dir: dir, Key: k, Keep: d.backups.Keep, Now: d.now}, nil
}

// MakeBackup makes one; dir "" = where the settings say.
func (d *Service) MakeBackup(ctx context.Context, dir string) (backup.Info, error) {
	o, err := d.backupOptions(dir)
	if err != nil {
		return backup.Info{}, err
	}
	i, err := backup.Make(ctx, o)
	return i, d.did(ctx, "make backup", i.Name, err)
}

// VerifyBackup restores a backup into a scratch folder and opens every record of it; name "" = the newest.
func (d *Service) VerifyBackup(ctx context.Context, dir, name string) (backup.Restored, error) {
	o, err := d.backupOptions(dir)
	if err != nil {
		return backup.Restored{}, err
	}
	r, err := backup.Verify(ctx, o.Dir, name, o.Key, o.State)
	return r, d.did(ctx, "verify backup", r.Backup.Name, err)
}

// Backups tells how backups stand.
func (d *Service) Backups(_ context.Context, dir string) (BackupState, error) {
	if dir == "" {
		dir = d.backups.Dir
	}
	s := BackupState{Dir: dir, Backups: []backup.Info{}}
	_, err := backup.LoadKey(d.backups.State)
	s.HasKey = err == nil
	if dir == "" {
		s.Problem = "no folder for backups is set"
		return s, nil
	}
	list, err := backup.List(dir)
	if err != nil {
		s.Problem = err.Error()
		return s, nil
	}
	s.Backups = list
	return s, nil
}

// coverErasure writes the keys to the medium, so that backups cover an erasure at once. Without the medium the next backup does it.
func (d *Service) coverErasure() {
	o, err := d.backupOptions("")
	if err != nil {
		return // there are none
	}
	if err := backup.WriteKeys(o); err != nil {
		d.log.Warn("backups learn of the erasure with the next one: the medium cannot be written", "err", err)
	}
}
