package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// siegeAddrs is where a besieged office is: the loopback interface, or a network of its own, with private addresses as in an office:
// the page vouches for no others.
type siegeAddrs struct {
	box, pbx    netip.Addr // by the protocol of the telephone
	page, page6 netip.Addr // page6 is zero where there is no IPv6
	strangers   []netip.Addr
	strangers6  []netip.Addr
	doors       string // where page and SSH listen
}

// The office's addresses in a network of its own. Attackers by IPv6 are of many networks, as who holds an IPv6 connection is.
const (
	siegeBox, siegePBX   = "192.168.77.10", "192.168.77.2"
	siegeBox6, siegePBX6 = "fdfd:5e:9e::10", "fdfd:5e:9e::2"
	siegeStrangers       = 100 // of each protocol
)

// addrs are the addresses of the besieged office.
func (b siegeBench) addrs() siegeAddrs {
	if b.outside == "" {
		lo := netip.AddrFrom4([4]byte{127, 0, 0, 1})
		return siegeAddrs{box: lo, pbx: lo, page: lo, doors: "127.0.0.1:0"}
	}
	a := siegeAddrs{
		box: netip.MustParseAddr(siegeBox), pbx: netip.MustParseAddr(siegePBX), page: netip.MustParseAddr(siegeBox),
		page6: netip.MustParseAddr(siegeBox6), doors: "[::]:0",
	}
	if b.ipv6 {
		a.box, a.pbx = netip.MustParseAddr(siegeBox6), netip.MustParseAddr(siegePBX6)
	}
	for i := range siegeStrangers {
		a.strangers = append(a.strangers, netip.AddrFrom4([4]byte{192, 168, 77, byte(100 + i)}))
		a.strangers6 = append(a.strangers6, netip.MustParseAddr(fmt.Sprintf("fdfd:5e:9e:%x::66", 1+i)))
	}
	return a
}

// anyPort is an address with a port that is free.
func anyPort(a netip.Addr) string { return netip.AddrPortFrom(a, 0).String() }

// inNetwork measures in network namespaces of its own: one has the box, its telephone system and its callers, the other one the attackers,
// and a cable lies between them. They are gone at the end.
func (b siegeBench) inNetwork(ctx context.Context, asJSON bool, out, log io.Writer) (err error) {
	if os.Geteuid() != 0 {
		return errors.New("network namespaces are made by root only: without --own-network everything is on the loopback interface")
	}
	name := "fd-siege-" + strings.ToLower(rand.Text()[:6])
	office, outside := name+"-in", name+"-out"
	defer func() {
		for _, space := range []string{office, outside} {
			err = errors.Join(err, ipCommand(context.WithoutCancel(ctx), "netns", "del", space))
		}
	}()
	var lines []string
	for _, space := range []string{office, outside} {
		lines = append(lines, "netns add "+space, "-n "+space+" link set lo up")
	}
	lines = append(lines, "link add name cable netns "+office+" type veth peer name cable netns "+outside)
	a := siegeBench{outside: outside}.addrs()
	for _, in := range []string{siegeBox, siegePBX} {
		lines = append(lines, "-n "+office+" addr add "+in+"/24 dev cable")
	}
	for _, in := range []string{siegeBox6, siegePBX6} {
		lines = append(lines, "-n "+office+" addr add "+in+"/48 dev cable nodad")
	}
	for _, at := range a.strangers {
		lines = append(lines, "-n "+outside+" addr add "+at.String()+"/24 dev cable")
	}
	for _, at := range a.strangers6 {
		lines = append(lines, "-n "+outside+" addr add "+at.String()+"/48 dev cable nodad")
	}
	lines = append(lines, "-n "+office+" link set cable up", "-n "+outside+" link set cable up")
	for _, line := range lines {
		if err := ipCommand(ctx, strings.Fields(line)...); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	cmd := exec.CommandContext(ctx, "nsenter", "--net=/run/netns/"+office, self, "bench", "siege", "--outside", outside,
		"--calls", strconv.Itoa(b.calls), "--attackers", strconv.Itoa(b.attackers), "--for", b.lasting.String(), "--dir", b.dir,
		"--ipv6="+strconv.FormatBool(b.ipv6), "--json="+strconv.FormatBool(asJSON))
	cmd.Stdout, cmd.Stderr = out, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = childEndsWithin
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("measure in %s: %w", office, err)
	}
	return nil
}

// ipCommand runs ip of iproute2.
func ipCommand(ctx context.Context, args ...string) error {
	if out, err := exec.CommandContext(ctx, "ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// loadNow is how many programs wanted a processor at once within the last minute; 0 = unknown.
func loadNow() float64 {
	b, _ := os.ReadFile("/proc/loadavg") // 0 is said where there is none
	load, _ := strconv.ParseFloat(cmp.Or(strings.Fields(string(b)+" 0")...), 64)
	return load
}
