package appliance

import (
	"errors"
	"path/filepath"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// Records are what the box keeps, without a telephone: what commands work on while no appliance runs, and what [New] builds on.
type Records struct {
	cfg        config.Config
	deps       Deps
	store      *store.Store
	recordings *recordings
	privacy    *privacy.Officer
	audit      *audit.Log
	gate       *access.Guard
	broken     error // what is wrong with the folder of the recordings
}

// Open opens the records below the state folder. Of deps it uses Keys, Models, Documents, Updates and Logger. The error may be a
// [*store.InUseError] or a [*store.DamagedError]. Close them in the end.
func Open(cfg config.Config, deps Deps) (*Records, error) {
	r, err := openRecords(cfg, deps, 0)
	if err != nil {
		return nil, err
	}
	if r.broken != nil { // an erasure could not find what it has to erase
		return nil, errors.Join(r.broken, r.Close())
	}
	return r, nil
}

// openRecords opens them, and waits so long for a command that holds them.
func openRecords(cfg config.Config, deps Deps, wait time.Duration) (*Records, error) {
	s, err := store.Open(filepath.Join(cfg.Storage.Dir, "frontdesk.db"), store.Options{Wait: wait, Keys: deps.Keys})
	if err != nil {
		return nil, err
	}
	r := &Records{cfg: cfg, deps: deps, store: s}
	key, err := s.AuditKey()
	if err = errors.Join(err, backup.Tidy(cfg.Storage.Dir)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	r.recordings, r.broken = openRecordings(cfg.Storage.Dir, s)
	r.audit = audit.New(audit.Options{Records: s, Key: key, Heads: filepath.Join(cfg.Storage.Dir, "audit.heads")})
	o := privacy.Options{Records: s, Dir: cfg.Storage.Dir}
	if r.recordings.Archive != nil {
		o.Recordings = r.recordings
	}
	gate := access.Options{Records: s, Dir: cfg.Storage.Dir, Known: r.known}
	if deps.Logger != nil {
		o.Logger, gate.Logger = deps.Logger.With("part", "privacy"), deps.Logger.With("part", "access")
	}
	r.privacy, r.gate = privacy.New(o), access.New(gate)
	return r, nil
}

// Service is the service over the records; what runs besides them is in o.
func (r *Records) Service(o service.Options) *service.Service {
	o.Records, o.Privacy, o.Audit, o.Guard, o.Recordings = r.store, r.privacy, r.audit, r.gate, r.recordings.kept()
	o.Backups = service.Backups{State: r.cfg.Storage.Dir, Dir: r.cfg.Backup.Dir, Keep: r.cfg.Backup.Keep}
	o.Documents, o.Platform.Dir, o.Platform.Models = r.deps.Documents, r.cfg.Storage.Dir, r.deps.Models
	o.Platform.Updates = r.deps.Updates
	return service.New(o)
}

// Ring is the ID of the keys that the records are sealed with.
func (r *Records) Ring() string { return r.store.Keys().ID() }

// Close closes the records.
func (r *Records) Close() error { return r.store.Close() }

// known are words that everybody who knows the office knows: no password may be made of them.
func (r *Records) known() []string {
	b, _, err := r.store.Profile()
	if err != nil {
		return nil
	}
	words := []string{b.Name, b.Trade, b.Address.City, b.Address.Street, b.Contact.Phone}
	for _, p := range b.Staff {
		words = append(words, p.Name)
	}
	return words
}
