//go:build !native

package main

import (
	"context"
	"time"

	"frontdesk.internal/audio"
)

// listener hears what callers heard; it needs the engines.
type listener struct{}

func newListener(string, int) (*listener, error) { return nil, errNoEngines }

func (*listener) hear(context.Context, audio.PCM) (string, time.Duration, error) {
	return "", 0, errNoEngines
}

func (*listener) close() error { return nil }
