package wipe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"frontdesk.internal/appliance/statefile"
)

// Word is typed by who means it.
const Word = "destroy everything"

const (
	orderFile   = "wipe.order"
	receiptFile = "wiped.json" // of the last one, until the next
)

// Order has the next start destroy everything, before it opens anything: the running box holds its records.
type Order struct {
	Given  time.Time `json:"given"`
	Ring   string    `json:"ring"`
	Beyond []string  `json:"beyond"`
}

// Give leaves an order in a state folder.
func Give(dir string, o Order) error {
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("order a wipe: %w", err)
	}
	return statefile.Write(filepath.Join(dir, orderFile), b)
}

// TakeBack takes an order back that was not carried out.
func TakeBack(dir string) error {
	if err := os.Remove(filepath.Join(dir, orderFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("take an order back: %w", err)
	}
	return nil
}

// Carry carries out the order in a state folder, if there is one, and leaves the receipt there. Cut short anywhere, the next start goes
// on with it.
func Carry(ctx context.Context, dir string, now func() time.Time) (*Receipt, error) {
	b, err := os.ReadFile(filepath.Join(dir, orderFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the order of a wipe: %w", err)
	}
	var o Order
	_ = json.Unmarshal(b, &o) // one that cannot be read was given all the same
	r, err := folder(ctx, dir, o.Ring, o.Beyond, now, orderFile)
	if err != nil && !errors.Is(err, ErrNothing) {
		return &r, err
	}
	if b, err = json.MarshalIndent(r, "", "  "); err != nil {
		return &r, fmt.Errorf("keep the receipt of a wipe: %w", err)
	}
	if err := statefile.Write(filepath.Join(dir, receiptFile), append(b, '\n')); err != nil {
		return &r, err
	}
	return &r, TakeBack(dir)
}

// Last is the receipt of the last wipe that was ordered; [fs.ErrNotExist] when there was none.
func Last(dir string) (r Receipt, err error) {
	b, err := os.ReadFile(filepath.Join(dir, receiptFile))
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read the receipt of the last wipe: %w", err)
	}
	return r, nil
}
