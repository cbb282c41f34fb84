package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/update"
)

// failure is an error on its way through the socket.
type failure struct {
	Text string          `json:"text"`
	Kind string          `json:"kind,omitempty"` // of kinds; "" = none of them
	Data json.RawMessage `json:"data,omitempty"` // what is known of an error with a type
}

// kind is an error that is the same on both sides.
type kind struct {
	pack   func(err error) (data any, ok bool)
	unpack func(data json.RawMessage) (error, error)
}

// one is the kind of an error that is a value.
func one(value error) kind {
	return kind{
		pack:   func(err error) (any, bool) { return nil, errors.Is(err, value) },
		unpack: func(json.RawMessage) (error, error) { return value, nil },
	}
}

// typed is the kind of errors of type *T.
func typed[T any, E interface {
	*T
	error
}]() kind {
	return kind{
		pack: func(err error) (any, bool) {
			var e E
			ok := errors.As(err, &e)
			return e, ok
		},
		unpack: func(data json.RawMessage) (error, error) {
			e := E(new(T))
			return e, json.Unmarshal(data, e)
		},
	}
}

// kinds are the errors that doors tell apart.
func kinds() map[string]kind {
	return map[string]kind{
		"not_found":     one(store.ErrNotFound),
		"refused":       one(service.ErrRefused),
		"no_records":    one(service.ErrNoRecords),
		"not_running":   one(service.ErrNotRunning),
		"unchanged":     one(service.ErrUnchanged),
		"bad_token":     one(service.ErrBadToken),
		"too_many":      one(service.ErrTooMany),
		"no_box":        one(update.ErrNoBox),
		"no_documents":  one(service.ErrNoDocuments),
		"sound_busy":    one(service.ErrSoundBusy),
		"no_medium":     one(backup.ErrNoMedium),
		"not_writable":  one(backup.ErrNotWritable),
		"no_key":        one(backup.ErrNoKey),
		"no_folder":     one(backup.ErrNoFolder),
		"no_backup":     one(backup.ErrNoBackup),
		"wrong":         one(access.ErrWrong),
		"wrong_code":    one(access.ErrCode),
		"bad_name":      one(access.ErrName),
		"owner_exists":  one(access.ErrOwnerExists),
		"owner_stays":   one(access.ErrNotAllowed),
		"invalid":       typed[service.InvalidError](),
		"conflict":      typed[service.ConflictError](),
		"not_connected": typed[service.CallError](),
		"held":          typed[store.HeldError](),
		"taken":         typed[store.TakenError](),
		"damaged":       {pack: packDamaged, unpack: unpackDamaged},
		"weak":          typed[access.WeakError](),
		"wait":          typed[access.WaitError](),
	}
}

// damaged is a store.DamagedError, whose cause is told by its text.
type damaged struct{ Path, Cause string }

func packDamaged(err error) (any, bool) {
	var e *store.DamagedError
	if !errors.As(err, &e) {
		return nil, false
	}
	return damaged{e.Path, fmt.Sprint(e.Err)}, true
}

func unpackDamaged(data json.RawMessage) (error, error) {
	var d damaged
	err := json.Unmarshal(data, &d)
	return &store.DamagedError{Path: d.Path, Err: errors.New(d.Cause)}, err
}

// failed packs an error.
func failed(err error) *failure {
	f := &failure{Text: err.Error()}
	all := kinds()
	for _, name := range slices.Sorted(maps.Keys(all)) { // in one order: an error may be of two kinds
		data, ok := all[name].pack(err)
		if !ok {
			continue
		}
		f.Kind = name
		if data != nil {
			if f.Data, err = json.Marshal(data); err != nil {
				f.Kind = ""
			}
		}
		break
	}
	return f
}

// told is an error of the other side: its text, and what it is.
type told struct {
	text string
	is   error
}

// Error implements error.
func (t *told) Error() string { return t.text }

// Unwrap gives what it is.
func (t *told) Unwrap() error { return t.is }

// err unpacks the error; nil is none.
func (f *failure) err() error {
	if f == nil {
		return nil
	}
	k, ok := kinds()[f.Kind]
	if !ok {
		return fmt.Errorf("the appliance says: %s", f.Text)
	}
	is, err := k.unpack(f.Data)
	if err != nil {
		return fmt.Errorf("the appliance says: %s", f.Text)
	}
	return &told{f.Text, is}
}
