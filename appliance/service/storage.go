package service

import (
	"context"

	"frontdesk.internal/appliance/progress"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
)

// Storage is the file of the records and its keys; *store.Store is the real one.
type Storage interface {
	CheckAll() (store.Report, error)
	Compact() error
	Keys() *keyring.Ring
}

var _ Storage = (*store.Store)(nil)

// CheckStore opens every value and follows every index.
func (d *Service) CheckStore(ctx context.Context) (store.Report, error) {
	if d.storage == nil {
		return store.Report{}, ErrNoRights
	}
	progress.Tell(ctx, progress.Step{What: "Opening every record"})
	return d.storage.CheckAll()
}

// CompactStore writes the file anew, without what is free in it. Calls go on.
func (d *Service) CompactStore(ctx context.Context) error {
	if d.storage == nil {
		return ErrNoRights
	}
	progress.Tell(ctx, progress.Step{What: "Writing the records anew"})
	return d.did(ctx, "compact records", "", d.storage.Compact())
}

// KeyLock tells how the keys of the records are locked.
func (d *Service) KeyLock(context.Context) (keyring.Lock, error) {
	if d.storage == nil {
		return keyring.Lock{}, ErrNoRights
	}
	return d.storage.Keys().Lock()
}

// ChangeLock locks the keys in another way, or in the same way with another key. An interruption leaves one lock or the other.
// phrase is for a passphrase.
func (d *Service) ChangeLock(ctx context.Context, kind keyring.Kind, file string, phrase Password) (keyring.Lock, error) {
	if d.storage == nil {
		return keyring.Lock{}, ErrNoRights
	}
	var err error
	if kind == keyring.Passphrase {
		err = d.storage.Keys().ChangePassphrase(string(phrase))
	} else {
		err = d.storage.Keys().Change(kind, file)
	}
	if err := d.did(ctx, "change the lock of the keys: "+string(kind), "", err); err != nil {
		return keyring.Lock{}, err
	}
	return d.KeyLock(ctx)
}

// RotateKeys puts another root key in the place of the present one. What is interrupted goes on after the next start.
func (d *Service) RotateKeys(ctx context.Context) (keyring.Lock, error) {
	if d.storage == nil {
		return keyring.Lock{}, ErrNoRights
	}
	if err := d.did(ctx, "rotate the root key", "", d.storage.Keys().Rotate(ctx)); err != nil {
		return keyring.Lock{}, err
	}
	return d.KeyLock(ctx)
}
