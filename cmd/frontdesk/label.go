package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/label"
	"frontdesk.internal/appliance/service"
)

// labelCommand draws the label of this box.
func labelCommand() *cobra.Command {
	var out, page string
	cmd := office(needsBox, "label", "draw the label to stick on the box: name, page, QR code", func(ctx context.Context, r *request) error {
		return r.label(ctx, page, out)
	})
	cmd.Flags().StringVar(&page, "page", "", "`address` of the page; made from name and port of this machine without it")
	cmd.Flags().StringVar(&out, "out", "", "the `file` to write; standard output without it")
	return described(cmd, `Draws the label that is stuck on the box as SVG: what it is called, where its
page is, the same as a QR code that leads a phone there, its network cards, and
the code for the owner's account as long as nobody has it. Whoever reads that
code can become the owner: print it for who unpacks the box.`,
		"  frontdesk label --out label.svg")
}

func (r *request) label(ctx context.Context, page, out string) error {
	m, err := service.ReadMachine.Get(ctx, r.office)
	if err != nil {
		return err
	}
	n, err := service.ReadNetwork.Get(ctx, r.office)
	if err != nil {
		return err
	}
	f := label.Facts{Name: m.Name, Page: page, MACs: []string{}}
	for _, i := range n.Interfaces {
		if i.MAC != "" {
			f.MACs = append(f.MACs, i.MAC)
		}
	}
	if f.Page == "" {
		f.Page = n.Page
	}
	if f.Page == "" {
		file, _ := r.flags.GetString("config") // every such command has it
		f.Page = pageAddress(configPath(file), m.Name)
	}
	if a, err := service.ReadOwnerCode.Get(ctx, r.office); err == nil { // without records there is none yet
		f.Code = a.Code
	}
	if r.json {
		return r.told(f, "")
	}
	var drawn bytes.Buffer
	if err := label.Draw(&drawn, f); err != nil {
		return err
	}
	if out == "" {
		r.out.line("%s", strings.TrimSpace(drawn.String()))
		return nil
	}
	if err := os.WriteFile(out, drawn.Bytes(), 0o600); err != nil { // the code is in it
		return fmt.Errorf("write label: %w", err)
	}
	return r.told(nil, "Written: %s.", out)
}

// pageAddress is where a phone in the same network finds the page of a machine: by mDNS (RFC 6762) under its name.
func pageAddress(file, machine string) string {
	listen := config.Default().Web.Listen
	if b, err := os.ReadFile(file); err == nil {
		cfg, _ := config.Parse(b) // the rest may be wrong
		listen = cfg.Web.Listen
	}
	name, _, _ := strings.Cut(strings.ToLower(machine), ".")
	_, port, err := net.SplitHostPort(listen)
	if err != nil || port == "443" {
		return "https://" + name + ".local"
	}
	return "https://" + name + ".local:" + port
}
