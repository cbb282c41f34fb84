package machine

import (
	"encoding/hex"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Network is how the computer is connected.
type Network struct {
	Interfaces []Interface  `json:"interfaces"`
	Gateways   []Gateway    `json:"gateways"`
	Resolvers  []netip.Addr `json:"resolvers"` // who is asked for names
	Clock      Clock        `json:"clock"`
}

// Interface is one network card; the loop to the machine itself is left out.
type Interface struct {
	Name      string         `json:"name"`
	MAC       string         `json:"mac,omitempty"`
	Up        bool           `json:"up"` // a cable with somebody at its other end
	Addresses []netip.Prefix `json:"addresses"`
}

// Gateway is where packets go that are for elsewhere.
type Gateway struct {
	Interface string     `json:"interface"`
	Address   netip.Addr `json:"address"`
}

// LookNetwork reads how the computer is connected. Nobody is asked over the network.
func LookNetwork() (Network, error) {
	n, err := interfaces()
	if err != nil {
		return Network{}, err
	}
	root := os.DirFS("/")
	return Network{Interfaces: n, Gateways: gateways(root), Resolvers: resolvers(read(root, "etc/resolv.conf")), Clock: LookClock()}, nil
}

func interfaces() ([]Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	out := []Interface{}
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			continue
		}
		one := Interface{Name: i.Name, MAC: i.HardwareAddr.String(), Addresses: []netip.Prefix{}}
		one.Up = i.Flags&net.FlagUp != 0 && i.Flags&net.FlagRunning != 0
		addresses, err := i.Addrs()
		if err != nil {
			return nil, err
		}
		for _, a := range addresses {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				one.Addresses = append(one.Addresses, p)
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// gateways reads the kernel's routes of both families.
func gateways(root fs.FS) []Gateway {
	out := []Gateway{}
	add := func(name string, a netip.Addr, ok bool) {
		if g := (Gateway{name, a}); ok && !a.IsUnspecified() && !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	for line := range strings.Lines(read(root, "proc/net/route")) {
		if f := strings.Fields(line); len(f) > 7 && f[1] == "00000000" && f[7] == "00000000" {
			a, ok := fourOf(f[2])
			add(f[0], a, ok)
		}
	}
	for line := range strings.Lines(read(root, "proc/net/ipv6_route")) {
		if f := strings.Fields(line); len(f) > 9 && strings.Trim(f[0], "0") == "" && f[1] == "00" {
			a, ok := sixOf(f[4])
			add(f[9], a, ok)
		}
	}
	return out
}

// fourOf reads an address as proc/net/route has it: a number in the machine's order, which is the little-endian one on all
// processors that this program is built for.
func fourOf(s string) (netip.Addr, bool) {
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}), true
}

// sixOf reads an address as proc/net/ipv6_route has it: 32 digits.
func sixOf(s string) (netip.Addr, bool) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return netip.AddrFromSlice(b)
}

// resolvers reads resolv.conf(5).
func resolvers(text string) []netip.Addr {
	out := []netip.Addr{}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "nameserver" {
			if a, err := netip.ParseAddr(f[1]); err == nil {
				out = append(out, a)
			}
		}
	}
	return out
}
