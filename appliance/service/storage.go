package service

import (
	"context"

	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/models/progress"
)

// CheckStore opens every value and follows every index.
var CheckStore = define(Op[None, store.CheckResult]{
	Name: "check-store", Role: Operator, Long: true, Audit: NoLine("it says where records are damaged, not what they hold"),
	Run: get((*Service).checkStore),
})

func (s *Service) checkStore(ctx context.Context) (store.CheckResult, error) {
	progress.Tell(ctx, progress.Step{What: "Opening every record"})
	return s.o.Records.CheckAll()
}

// CompactStore writes the file anew, without what is free in it. Calls go on.
var CompactStore = define(Op[None, None]{
	Name: "compact-store", Role: Operator, Long: true, Whole: true, Audit: Changes("compact records"),
	Run: alone((*Service).compactStore),
})

func (s *Service) compactStore(ctx context.Context) error {
	progress.Tell(ctx, progress.Step{What: "Writing the records anew"})
	return s.o.Records.Compact()
}

// ReadKeyLock tells how the keys of the records are locked.
var ReadKeyLock = define(Op[None, keyring.Lock]{
	Name: "read-key-lock", Role: Operator, Audit: NoLine("how the keys are locked, not the keys"),
	Run: get((*Service).readKeyLock),
})

func (s *Service) readKeyLock(context.Context) (keyring.Lock, error) {
	return s.o.Records.Keys().Lock()
}

// LockChange says how the keys are to be locked; the phrase is for a passphrase.
type LockChange struct {
	Kind   keyring.Kind `json:"kind"`
	File   string       `json:"file"`
	Phrase Password     `json:"phrase"`
}

// ChangeLock locks the keys in another way, or in the same way with another key. An interruption leaves one lock or the other.
// phrase is for a passphrase.
var ChangeLock = define(Op[LockChange, keyring.Lock]{
	Name: "change-lock", Role: Operator, Long: true, Audit: Changes("change the lock of the keys"),
	Doing: func(in LockChange) string { return "change the lock of the keys: " + string(in.Kind) },
	Run:   (*Service).changeLock,
})

func (s *Service) changeLock(ctx context.Context, in LockChange) (keyring.Lock, error) {
	var err error
	if in.Kind == keyring.Passphrase {
		err = s.o.Records.Keys().ChangePassphrase(string(in.Phrase))
	} else {
		err = s.o.Records.Keys().Change(in.Kind, in.File)
	}
	if err != nil {
		return keyring.Lock{}, err
	}
	return s.readKeyLock(ctx)
}

// RotateKeys puts another root key in the place of the present one. What is interrupted goes on after the next start.
var RotateKeys = define(Op[None, keyring.Lock]{
	Name: "rotate-keys", Role: Operator, Long: true, Audit: Changes("rotate the root key"),
	Run: get((*Service).rotateKeys),
})

func (s *Service) rotateKeys(ctx context.Context) (keyring.Lock, error) {
	if err := s.o.Records.Keys().Rotate(ctx); err != nil {
		return keyring.Lock{}, err
	}
	return s.readKeyLock(ctx)
}
