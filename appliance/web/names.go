package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// names are what this box is called by.
type names struct {
	hosts []string // lower case, without a dot at the end
	ips   []netip.Addr
}

// namesOf returns what the box is called by, from the machine's name and the address listened on.
func namesOf(hostname, listen string) names {
	n := names{hosts: []string{"localhost"}, ips: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}}
	add := func(h string) {
		if h = plainHost(h); isHostname(h) && !slices.Contains(n.hosts, h) {
			n.hosts = append(n.hosts, h)
		}
	}
	add(hostname)
	short, _, _ := strings.Cut(plainHost(hostname), ".")
	if add(short); isHostname(short) && short != "localhost" {
		add(short + ".local")
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return n // opening the port says what is wrong
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		add(host)
		return n
	}
	if ip = ip.Unmap().WithZone(""); !ip.IsUnspecified() && !slices.Contains(n.ips, ip) {
		n.ips = append(n.ips, ip)
	}
	return n
}

// add makes the names of a certificate the box's own; one with a star stands for no name.
func (n *names) add(hosts ...string) {
	for _, h := range hosts {
		if h = plainHost(h); isHostname(h) && !slices.Contains(n.hosts, h) {
			n.hosts = append(n.hosts, h)
		}
	}
}

func plainHost(h string) string { return strings.ToLower(strings.TrimSuffix(h, ".")) }

// isHostname reports whether h can stand in a certificate as a DNS name (RFC 1123 section 2.1).
func isHostname(h string) bool {
	if h == "" || len(h) > 253 {
		return false
	}
	for label := range strings.SplitSeq(h, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return true
}

// isOurs reports whether a request was meant for this box. A page elsewhere can make a browser in the office resolve a
// name of its own to our address (DNS rebinding) and read our answers; the Host header gives it away.
func (n names) isOurs(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return slices.Contains(n.hosts, plainHost(host))
	}
	ip = ip.Unmap().WithZone("")
	if ip.IsLoopback() || slices.Contains(n.ips, ip) {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && ip == addrOf(local)
}
