// Package firewall says, by the settings, what may come into a box that is nothing but Frontdesk: the page, the console over SSH where it
// is on, calls from the telephone system and their sound. Everything else is dropped. It is pure; the box's start-up gives the rules to
// nftables. What may go out is package filter's, below egress.
package firewall

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"frontdesk.internal/appliance/config"
)

// house are the networks that offices use inside. A page or a telephone on any other one is named in [egress] networks.
func house() []string {
	return []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"}
}

// opening is a door: a protocol's ports, and from where.
type opening struct {
	why, protocol, ports string
	from                 []netip.Prefix // nil = from everywhere
}

// Rules are the rules for nft -f. own are the networks that the machine has an address in: whoever is on its cable is of the house.
func Rules(cfg config.Config, own []netip.Prefix) string {
	near := slices.Clone(own)
	for _, text := range append(house(), cfg.Egress.Networks...) {
		if p, err := netip.ParsePrefix(text); err == nil { // the settings were checked
			near = append(near, p)
		}
	}
	var list []opening
	add := func(why, protocol, listen string, from []netip.Prefix) {
		host, port, err := net.SplitHostPort(listen)
		if a, bad := netip.ParseAddr(host); err != nil || port == "0" || bad == nil && a.IsLoopback() || host == "localhost" {
			return
		}
		list = append(list, opening{why, protocol, port, from})
	}
	add("the page", "tcp", cfg.Web.Listen, near)
	add("the console over SSH", "tcp", cfg.Console.SSH, near)
	add("numbers for Prometheus", "tcp", cfg.Metrics.Listen, near)
	sound := slices.Clone(near)
	for _, account := range accounts(cfg) {
		pbx := hosts(account)
		sound = append(sound, pbx...)
		if account.Allow == "any" {
			pbx = nil
		}
		protocol := "tcp"
		if account.Transport == "udp" {
			protocol = "udp"
		}
		add("calls from the telephone system", protocol, account.Listen, pbx)
	}
	// Telephones may send their sound past the telephone system. Without a range of its own a port is any that the system gives.
	ports := "32768-60999"
	if cfg.SIP.RTPMax > 0 {
		ports = fmt.Sprintf("%d-%d", cfg.SIP.RTPMin, cfg.SIP.RTPMax)
	}
	return write(append(list, opening{"the sound of calls", "udp", ports, sound}))
}

func accounts(cfg config.Config) []config.SIP {
	list := []config.SIP{cfg.SIP}
	for _, l := range cfg.Lines {
		list = append(list, l.Over(cfg.SIP))
	}
	return list
}

// hosts are the addresses of an account's telephone system; nil when one of them is a name: who is behind it may change, and the program
// itself refuses who is not.
func hosts(account config.SIP) []netip.Prefix {
	var list []netip.Prefix
	for word := range strings.SplitSeq(account.Registrar+","+account.Proxy, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		if h, _, err := net.SplitHostPort(word); err == nil {
			word = h
		}
		a, err := netip.ParseAddr(strings.Trim(word, "[]"))
		if err != nil {
			return nil
		}
		list = append(list, netip.PrefixFrom(a, a.BitLen()))
	}
	return list
}

func write(list []opening) string {
	var b strings.Builder
	b.WriteString("# By the settings of Frontdesk. Replaces what held before them in one step.\n" +
		"table inet box\ndelete table inet box\ntable inet box {\n\tchain input {\n" +
		"\t\ttype filter hook input priority filter; policy drop;\n\t\tiif lo accept\n" +
		"\t\tct state established,related accept\n\t\tct state invalid drop\n" +
		"\t\tmeta l4proto { 1, 58 } limit rate 50/second accept\n" +
		"\t\tudp dport 68 accept\n\t\tip6 saddr fe80::/10 udp dport 546 accept\n\t\tudp dport 5353 accept # found as NAME.local\n")
	for _, o := range list {
		if o.from == nil {
			fmt.Fprintf(&b, "\t\t%s dport %s accept # %s\n", o.protocol, o.ports, o.why)
			continue
		}
		for _, p := range sorted(o.from) {
			family := "ip"
			if p.Addr().Is6() {
				family = "ip6"
			}
			fmt.Fprintf(&b, "\t\t%s saddr %s %s dport %s accept # %s\n", family, p, o.protocol, o.ports, o.why)
		}
	}
	b.WriteString("\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n")
	return b.String()
}

// sorted are the prefixes, each once.
func sorted(list []netip.Prefix) []netip.Prefix {
	list = slices.Clone(list)
	for i := range list {
		list[i] = list[i].Masked()
	}
	slices.SortFunc(list, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	return slices.Compact(list)
}
