//go:build !native

package handset

import "frontdesk.internal/audio"

// none stands in for the driver in builds without it.
type none struct{}

func native() driver { return none{} }

func (none) devices() (Devices, error) { return Devices{}, ErrNotBuilt }

func (none) capture(string, func(audio.PCM)) (func(), error) { return nil, ErrNotBuilt }

func (none) playback(string, func(audio.PCM)) (func(), error) { return nil, ErrNotBuilt }
