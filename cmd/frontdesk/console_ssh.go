package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/sshdoor"
)

// newConsolePassword implements console password.
func newConsolePassword(ctx context.Context, r *request) error {
	p, err := service.MakeConsolePassword.Get(ctx, r.office)
	if err != nil {
		return err
	}
	return r.told(p, "%s\nIt holds once, until %s: ssh -p 2222 console@BOX. The settings name the port ([console] ssh).", p.Password,
		p.Until.Local().Format("15:04"))
}

// consoleKeys are the keys of the appliance that r is about.
func consoleKeys(r *request) *sshdoor.Keys { return sshdoor.NewKeys(filepath.Join(r.state, "console")) }

// listConsoleKeys implements console keys.
func listConsoleKeys(_ context.Context, r *request) error {
	keys, err := consoleKeys(r).List()
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(keys))
	for _, k := range keys {
		rows = append(rows, []string{k.Fingerprint, k.Type, shown(k.Comment)})
	}
	return r.table(keys, "No key lets in. frontdesk console trust FILE adds one.", []string{"FINGERPRINT", "TYPE", "WHOSE"}, rows)
}

// trustKey implements console trust.
func trustKey(_ context.Context, r *request) error {
	in := r.in
	if r.arg != "-" {
		f, err := os.Open(r.arg)
		if err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	line, err := io.ReadAll(io.LimitReader(in, 16<<10))
	if err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	k, err := consoleKeys(r).Add(string(line))
	if err != nil {
		return err
	}
	return r.told(k, "Whoever has the private part of %s gets into the console over SSH.", k.Fingerprint)
}

// distrustKey implements console distrust.
func distrustKey(_ context.Context, r *request) error {
	if err := consoleKeys(r).Remove(r.arg); err != nil {
		return err
	}
	return r.told(map[string]string{"removed": r.arg}, "That key lets in no more. Who is signed in by it stays in until the session is over.")
}
