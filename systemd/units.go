// Package systemd is how Frontdesk is a service of a Debian machine: the units that the package installs, and what the running
// program tells the service manager.
//
// [Unit] returns the files. [FromEnvironment] opens the manager's socket, [Notifier.Follow] reports the start, feeds the watchdog only
// while the program says that it makes progress, and keeps the status line true. Without a service manager all of it does
// nothing. The package starts no goroutines; Follow runs on the caller's.
package systemd

import (
	"embed"
	"fmt"
)

//go:embed units
var units embed.FS

// Unit returns the file of that name, one of [Installed].
func Unit(name string) ([]byte, error) {
	text, err := units.ReadFile("units/" + name)
	if err != nil {
		return nil, fmt.Errorf("read unit: %w", err)
	}
	return text, nil
}

// Installed returns where the package puts each [Unit].
func Installed() map[string]string {
	return map[string]string{
		"frontdesk.service":          "/lib/systemd/system/frontdesk.service",
		"frontdesk-console@.service": "/lib/systemd/system/frontdesk-console@.service",
		"frontdesk-rescue@.service":  "/lib/systemd/system/frontdesk-rescue@.service",
		"sysusers.conf":              "/usr/lib/sysusers.d/frontdesk.conf",
		"tmpfiles.conf":              "/usr/lib/tmpfiles.d/frontdesk.conf",
	}
}
