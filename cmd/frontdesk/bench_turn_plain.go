//go:build !native

package main

import (
	"context"
	"time"

	"frontdesk.internal/audio"
)

func hostSpeed(context.Context) (map[string]any, error) { return nil, errNoEngines }

func bareEars(context.Context, []audio.PCM, []string) ([]time.Duration, error) {
	return nil, errNoEngines
}
