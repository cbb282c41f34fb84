package update

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// versionFile says which version a box's root is; where it is missing, this is no box.
const versionFile = "/usr/lib/frontdesk-box/version"

// RAUC's names on the bus.
const (
	raucName      = "de.pengutronix.rauc"
	raucInstaller = raucName + ".Installer"
)

// Rauc is RAUC on the bus of the system. Create it with [Open].
type Rauc struct {
	conn *dbus.Conn
	it   dbus.BusObject
}

// Open returns the updater of this box, and what ends it; [ErrNoBox] where there is none.
func Open() (*Updater, func() error, error) {
	text, err := os.ReadFile(versionFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, ErrNoBox
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the box's version: %w", err)
	}
	conn, err := dbus.ConnectSystemBus()
	if err != nil {
		return nil, nil, fmt.Errorf("reach the bus of the system: %w", err)
	}
	return New(&Rauc{conn, conn.Object(raucName, "/")}, strings.TrimSpace(string(text))), conn.Close, nil
}

// Read implements Installer.
func (r *Rauc) Read(ctx context.Context, file string) (b Bundle, err error) {
	err = r.it.CallWithContext(ctx, raucInstaller+".Info", 0, file).Store(&b.Compatible, &b.Version)
	return b, err
}

// Install implements Installer.
func (r *Rauc) Install(ctx context.Context, file string, told func(percent int)) error {
	if err := r.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(raucName), dbus.WithMatchObjectPath("/")); err != nil {
		return err
	}
	said := make(chan *dbus.Signal, 64) // more than come at once; what does not fit is lost to us
	r.conn.Signal(said)
	defer r.conn.RemoveSignal(said)
	if err := r.it.CallWithContext(ctx, raucInstaller+".InstallBundle", 0, file, map[string]dbus.Variant{}).Err; err != nil {
		return err
	}
	// Asked for as well: a signal may be lost, and RAUC may end.
	look := time.NewTicker(5 * time.Second)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s := <-said:
			if s.Name == raucInstaller+".Completed" {
				return r.ended(ctx)
			}
		case <-look.C:
		}
		status, err := r.Status(ctx)
		if err != nil {
			return err
		}
		told(status.Percent)
		if !status.Busy {
			return r.ended(ctx)
		}
	}
}

// ended is how the last installation ended.
func (r *Rauc) ended(ctx context.Context) error {
	s, err := r.Status(ctx)
	if err == nil && s.Problem != "" {
		return errors.New(s.Problem)
	}
	return err
}

// Status implements Installer.
func (r *Rauc) Status(ctx context.Context) (s Status, err error) {
	var operation string
	var progress struct {
		Percent int32
		Text    string
		Depth   int32
	}
	for name, to := range map[string]any{"Operation": &operation, "LastError": &s.Problem, "Progress": &progress} {
		var v dbus.Variant
		if err := r.it.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, raucInstaller, name).Store(&v); err != nil {
			return s, err
		}
		if err := v.Store(to); err != nil {
			return s, err
		}
	}
	s.Busy, s.Percent = operation != "idle", int(progress.Percent)
	var list []struct {
		Name  string
		Facts map[string]dbus.Variant
	}
	if err := r.it.CallWithContext(ctx, raucInstaller+".GetSlotStatus", 0).Store(&list); err != nil {
		return s, err
	}
	var primary string
	if err := r.it.CallWithContext(ctx, raucInstaller+".GetPrimary", 0).Store(&primary); err != nil {
		return s, err
	}
	for _, l := range list {
		fact := func(name string) string {
			text, _ := l.Facts[name].Value().(string) // what is not there is ""
			return text
		}
		installed, _ := time.Parse(time.RFC3339, fact("installed.timestamp")) // nobody has installed anything
		s.Slots = append(s.Slots, Slot{
			Name: fact("bootname"), Version: fact("bundle.version"), Running: fact("state") == "booted", Next: l.Name == primary,
			Good: fact("boot-status") == "good", Installed: installed, rauc: l.Name,
		})
	}
	slices.SortFunc(s.Slots, func(a, b Slot) int { return strings.Compare(a.Name, b.Name) })
	return s, nil
}

// Mark implements Installer.
func (r *Rauc) Mark(ctx context.Context, state, slot string) error {
	var name, message string
	return r.it.CallWithContext(ctx, raucInstaller+".Mark", 0, state, slot).Store(&name, &message)
}
