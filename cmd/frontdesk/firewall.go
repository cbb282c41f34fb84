package main

import (
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/firewall"
	"frontdesk.internal/appliance/machine"
)

// firewallCommand prints what may come in; the box's start-up gives it to nftables.
func firewallCommand() *cobra.Command {
	var file string
	cmd := command("firewall", "what may come into the box by the settings, for nftables", func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(configPath(file))
		if err != nil {
			return err
		}
		network, err := machine.LookNetwork()
		if err != nil {
			return err
		}
		var own []netip.Prefix
		for _, i := range network.Interfaces {
			own = append(own, i.Addresses...)
		}
		out := &printer{w: cmd.OutOrStdout()}
		out.line("%s", strings.TrimRight(firewall.Rules(cfg, own), "\n"))
		return out.err
	})
	configFlag(cmd.Flags(), &file)
	return described(cmd, `Prints the inward firewall of a machine that is nothing but Frontdesk: the
page, SSH where it is on, and calls with their sound come in, from the office
and its telephone system, and nothing else. The box puts it into force by
itself, at each start and when the settings change.`, "  frontdesk firewall | sudo nft -f -")
}
