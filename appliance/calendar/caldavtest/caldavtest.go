// Package caldavtest is the other end of a calendar's connection, for tests.
package caldavtest

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/egress/dav/davtest"
)

// Server is a calendar server in memory.
type Server = davtest.Server

// Path is where the calendar is.
const Path = davtest.Path

// Radicale runs the server of that name until the test is over, and returns the address of a calendar on it.
func Radicale(t testing.TB) (address string) {
	t.Helper()
	return davtest.Radicale(t, davtest.Calendar)
}

// Request has the user of a server do something.
func Request(t testing.TB, method, address, body string) {
	t.Helper()
	davtest.Request(t, method, address, body)
}

// Event is an object with one entry, as an office's own program writes it.
func Event(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n" +
		strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}
