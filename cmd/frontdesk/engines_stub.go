//go:build !native

package main

import (
	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

// nativeEngines has nothing to offer in a build without native code.
func nativeEngines(*engines.ServeConfig, engineFiles) error { return errNoEngines }

// openBenchEmbedder has nothing to offer either.
func openBenchEmbedder(engineFiles, ...embed.Model) (benchEmbedder, error) { return nil, errNoEngines }
