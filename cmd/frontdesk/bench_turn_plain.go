//go:build !native

package main

import "context"

func hostSpeed(context.Context) (map[string]any, error) { return nil, errNoEngines }
