//go:build !native

package main

import "frontdesk.internal/models/engines"

// nativeEngines has nothing to offer in a build without native code.
func nativeEngines(*engines.ServeConfig, engineFiles) error { return errNoEngines }
