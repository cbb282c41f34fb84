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

// places are where the unit box-restart.path looks, and where the start-up notes what it has decided (firmware/image).
const (
	asksFolder = "/run/frontdesk-box"
	ownFolder  = "/var/lib/box"
)

// RAUC's names on the bus.
const (
	raucName      = "de.pengutronix.rauc"
	raucInstaller = raucName + ".Installer"
)

// Rauc is RAUC on the bus of the system, reached anew for each thing that is asked: it is asked seldom, and may end in between.
type Rauc struct{}

// Open returns the updater of this box; nil where this machine is none.
func Open() (*Updater, error) {
	text, err := os.ReadFile(versionFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil //nolint:nilnil // no box is no error, and nil says so
	}
	if err != nil {
		return nil, fmt.Errorf("read the box's version: %w", err)
	}
	return New(Rauc{}, strings.TrimSpace(string(text)), Places{Asks: asksFolder, Own: ownFolder}), nil
}

// rauc is RAUC, connected.
type rauc struct {
	conn *dbus.Conn
	it   dbus.BusObject
}

func connect() (*rauc, error) {
	conn, err := dbus.ConnectSystemBus()
	if err != nil {
		return nil, fmt.Errorf("reach the bus of the system: %w", err)
	}
	return &rauc{conn, conn.Object(raucName, "/")}, nil
}

// close ends the connection; nothing is sent any more.
func (r *rauc) close() { _ = r.conn.Close() }

// Read implements Installer.
func (Rauc) Read(ctx context.Context, file string) (b Bundle, err error) {
	r, err := connect()
	if err != nil {
		return b, err
	}
	defer r.close()
	err = r.it.CallWithContext(ctx, raucInstaller+".Info", 0, file).Store(&b.Compatible, &b.Version)
	return b, err
}

// Install implements Installer.
func (Rauc) Install(ctx context.Context, file string, told func(percent int)) error {
	r, err := connect()
	if err != nil {
		return err
	}
	defer r.close()
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
		now, err := r.doing(ctx)
		if err != nil {
			return err
		}
		told(now.Percent)
		if !now.Busy {
			return r.ended(ctx)
		}
	}
}

// ended is how the last installation ended.
func (r *rauc) ended(ctx context.Context) error {
	s, err := r.doing(ctx)
	if err == nil && s.Problem != "" {
		return errors.New(s.Problem)
	}
	return err
}

// Status implements Installer.
func (Rauc) Status(ctx context.Context) (s Versions, err error) {
	r, err := connect()
	if err != nil {
		return s, err
	}
	defer r.close()
	return r.status(ctx)
}

// doing is what RAUC does at present, without the slots: while it installs it refuses to speak of them.
func (r *rauc) doing(ctx context.Context) (s Versions, err error) {
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
	return s, nil
}

func (r *rauc) status(ctx context.Context) (s Versions, err error) {
	if s, err = r.doing(ctx); err != nil || s.Busy {
		return s, err
	}
	var list []struct {
		Name  string
		Facts map[string]dbus.Variant
	}
	if err := r.it.CallWithContext(ctx, raucInstaller+".GetSlotStatus", 0).Store(&list); err != nil {
		return s, err
	}
	// Until a start is confirmed the boot loader's counts stand, and RAUC sees nothing that it could start next.
	var primary string
	_ = r.it.CallWithContext(ctx, raucInstaller+".GetPrimary", 0).Store(&primary)
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
func (Rauc) Mark(ctx context.Context, state, slot string) error {
	r, err := connect()
	if err != nil {
		return err
	}
	defer r.close()
	var name, message string
	return r.it.CallWithContext(ctx, raucInstaller+".Mark", 0, state, slot).Store(&name, &message)
}
