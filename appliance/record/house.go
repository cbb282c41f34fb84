package record

import (
	"net/netip"
	"strings"
)

// InHouse reports whether a host, a name or a number, is one of the office's own network, as far as its name tells: what may go there
// without encryption.
func InHouse(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, end := range []string{".lan", ".local", ".internal", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return !strings.Contains(host, ".")
}
