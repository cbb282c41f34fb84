package service

import "errors"

// Errors of the contract itself.
var (
	// ErrRefused says that who asked may not do that.
	ErrRefused = errors.New("only the owner may do this")
	// ErrNoRecords says that there are no records here.
	ErrNoRecords = errors.New("there are no records here")
	// ErrNotRunning says that only the running appliance can do what was asked for.
	ErrNotRunning = errors.New("the appliance does not run: start it with frontdesk serve, or the service with systemctl start frontdesk")
	// ErrNoDocuments says that files cannot be read here.
	ErrNoDocuments = errors.New("documents cannot be dealt with here")
)
