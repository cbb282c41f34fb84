// Package filter is the outward filter: what the settings mean, written down for the service manager and for nftables, and compared with
// what is in force. The gate of package egress keeps the program from speaking to others; the filter keeps whatever runs in its place from
// it.
//
// It is pure: who calls it knows the settings, finds the addresses and reads the files.
package filter

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Where the filter stands on a Debian machine. Both are put there by root: frontdesk egress filter --write.
const (
	DropIn  = "/etc/systemd/system/frontdesk.service.d/egress.conf"
	Table   = "/etc/nftables.d/frontdesk.nft"
	InForce = "/run/frontdesk/filter" // what the service manager said at the last start
)

// How the filter is made, and how it comes into force.
const (
	Make  = "sudo frontdesk egress filter --write"
	Apply = "sudo systemctl daemon-reload && sudo systemctl restart frontdesk"
)

// Opening is whom the settings mean.
type Opening struct {
	Prefix netip.Prefix `json:"prefix"`
	For    string       `json:"for"`
}

// Own are the addresses of the machine itself.
func Own() []Opening {
	return []Opening{
		{netip.MustParsePrefix("127.0.0.0/8"), "this machine itself"}, {netip.MustParsePrefix("::1/128"), "this machine itself"},
	}
}

// Host is a destination of one address.
func Host(a netip.Addr, why string) Opening {
	a = a.Unmap().WithZone("")
	return Opening{netip.PrefixFrom(a, a.BitLen()), why}
}

// Sorted returns each destination once, in order. One that lies within another is that other's, as the service manager sees it, too; its
// reason is kept there.
func Sorted(list []Opening) []Opening {
	list = slices.Clone(list)
	for i := range list {
		list[i].Prefix = list[i].Prefix.Masked()
	}
	slices.SortStableFunc(list, func(a, b Opening) int { // the wider ones first
		return cmp.Or(a.Prefix.Addr().BitLen()-b.Prefix.Addr().BitLen(), a.Prefix.Bits()-b.Prefix.Bits())
	})
	var out []Opening
	for _, d := range list {
		i := slices.IndexFunc(out, func(o Opening) bool { return covers(o.Prefix, d.Prefix) })
		switch {
		case i < 0:
			out = append(out, d)
		case !slices.Contains(strings.Split(out[i].For, "; "), d.For):
			out[i].For += "; " + d.For
		}
	}
	slices.SortFunc(out, func(a, b Opening) int { return byAddress(a.Prefix, b.Prefix) })
	return out
}

func byAddress(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// Unit is the drop-in of the service's unit. It holds for both directions: who is not named here does not reach the box's page either.
func Unit(list []Opening) string {
	var b strings.Builder
	b.WriteString("# Written by: " + Make + "\n# In force after: " + Apply + "\n[Service]\nIPAddressDeny=any\n")
	for _, d := range Sorted(list) {
		fmt.Fprintf(&b, "# %s\nIPAddressAllow=%s\n", comment(d.For), d.Prefix)
	}
	return b.String()
}

// Rules are the same for nftables, for what the service's user sends.
func Rules(list []Opening) string {
	var b strings.Builder
	b.WriteString("# Written by: " + Make + "\n# In force after: sudo nft -f " + Table + "\n" +
		"table inet frontdesk\ndelete table inet frontdesk\ntable inet frontdesk {\n\tchain output {\n" +
		"\t\ttype filter hook output priority filter; policy accept;\n\t\tmeta skuid != \"frontdesk\" accept\n" +
		"\t\tct state established,related accept\n")
	for _, d := range Sorted(list) {
		family := "ip"
		if d.Prefix.Addr().Is6() {
			family = "ip6"
		}
		fmt.Fprintf(&b, "\t\t%s daddr %s accept # %s\n", family, d.Prefix, comment(d.For))
	}
	b.WriteString("\t\tcounter reject with icmpx admin-prohibited\n\t}\n}\n")
	return b.String()
}

// comment keeps a reason on its line.
func comment(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}

// Standing is what a filter lets through.
type Standing struct {
	Denies bool           `json:"denies"` // everything that is not allowed
	Allows []netip.Prefix `json:"allows"`
}

// Read reads a drop-in, or what systemctl show prints of both properties.
func Read(text string) Standing {
	s := Standing{Allows: []netip.Prefix{}}
	var denied []netip.Prefix
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		for _, word := range strings.Fields(value) {
			switch key {
			case "IPAddressAllow":
				s.Allows = append(s.Allows, prefixes(word)...)
			case "IPAddressDeny":
				denied = append(denied, prefixes(word)...)
			}
		}
	}
	s.Denies = !slices.ContainsFunc(prefixes("any"), func(p netip.Prefix) bool { return !slices.Contains(denied, p) })
	slices.SortFunc(s.Allows, byAddress)
	s.Allows = slices.Compact(s.Allows)
	return s
}

// prefixes are what a word of systemd.resource-control(5) means.
func prefixes(word string) []netip.Prefix {
	names := map[string]string{
		"any": "0.0.0.0/0 ::/0", "localhost": "127.0.0.0/8 ::1/128", "link-local": "169.254.0.0/16 fe80::/64",
		"multicast": "224.0.0.0/4 ff00::/8",
	}
	if all := names[word]; all != "" {
		word = all
	}
	var out []netip.Prefix
	for w := range strings.FieldsSeq(word) {
		if p, err := netip.ParsePrefix(w); err == nil {
			out = append(out, p.Masked())
		} else if a, err := netip.ParseAddr(w); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}

// Judge compares what the settings mean with the filter that was made and with the one in force; nil where there is none. names are
// those that could not be looked up: what is allowed beyond the settings may be theirs. The answer is what is wrong and what to do; ""
// when nothing is, or no filter was ever made.
func Judge(wanted []Opening, names []string, made, force *Standing) string {
	if made == nil && (force == nil || !force.Denies) {
		return ""
	}
	switch {
	case made == nil:
		return "The outward filter was taken away and is still in force. Make it again: " + Make + ", or end it: " + Apply + "."
	case !made.Denies:
		return "The outward filter denies nothing. Make it anew: " + Make + "."
	}
	for _, d := range Sorted(wanted) {
		if !slices.ContainsFunc(made.Allows, func(p netip.Prefix) bool { return covers(p, d.Prefix) }) {
			return fmt.Sprintf("The outward filter keeps the box from %s (%s), which the settings name. Make it anew: %s.", d.Prefix, d.For, Make)
		}
	}
	for _, p := range made.Allows {
		if len(names) == 0 && !slices.ContainsFunc(wanted, func(d Opening) bool { return covers(d.Prefix, p) }) {
			return fmt.Sprintf("The outward filter lets the box speak to %s, which no setting names any more. Make it anew: %s.", p, Make)
		}
	}
	if force == nil || !force.Denies || !slices.Equal(force.Allows, made.Allows) {
		return "The outward filter was made and is not in force yet: " + Apply + "."
	}
	return ""
}

func covers(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}
