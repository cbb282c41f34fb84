package firewall_test

import (
	"net/netip"
	"strings"
	"testing"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/firewall"
)

func TestRules(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		settings func(*config.Config)
		has      []string
		hasNot   []string
	}{
		{
			"by default", func(*config.Config) {},
			[]string{
				"policy drop", "ip saddr 192.168.0.0/16 tcp dport 8443 accept", "ip saddr 198.51.100.0/24 tcp dport 8443 accept",
				"ip saddr 203.0.113.7/32 udp dport 5060 accept", "ip saddr 203.0.113.7/32 udp dport 16384-16483 accept",
				"ip6 saddr fe80::/10 tcp dport 8443 accept",
			},
			[]string{"dport 2222", "9464", "\t\ttcp dport", "\t\tudp dport 5060", "ip saddr 192.168.0.0/16 udp dport 5060"},
		},
		{"SSH is on", func(c *config.Config) { c.Console.SSH = "0.0.0.0:2222" }, []string{"ip saddr 10.0.0.0/8 tcp dport 2222 accept"}, nil},
		{"no page", func(c *config.Config) { c.Web.Listen = "" }, nil, []string{"8443"}},
		{"a page for this machine", func(c *config.Config) { c.Web.Listen = "127.0.0.1:8443" }, nil, []string{"8443"}},
		{
			"a telephone system by name", func(c *config.Config) { c.SIP.Registrar = "pbx.example" },
			[]string{"\t\tudp dport 5060 accept"}, []string{"saddr 203.0.113.7"},
		},
		{
			"two of them, and a proxy", func(c *config.Config) {
				c.SIP.Registrar, c.SIP.Proxy = "203.0.113.7, [2001:db8::7]:5070", "203.0.113.9"
			},
			[]string{"ip6 saddr 2001:db8::7/128 udp dport 5060 accept", "ip saddr 203.0.113.9/32 udp dport 5060 accept"},
			[]string{"\t\tudp dport 5060"},
		},
		{"anybody may call", func(c *config.Config) { c.SIP.Allow = "any" }, []string{"\t\tudp dport 5060 accept"}, nil},
		{"TLS", func(c *config.Config) { c.SIP.Transport, c.SIP.Listen = "tls", "0.0.0.0:5061" },
			[]string{"ip saddr 203.0.113.7/32 tcp dport 5061 accept"}, []string{"udp dport 5061"}},
		{"any audio port", func(c *config.Config) { c.SIP.RTPMin, c.SIP.RTPMax = 0, 0 }, []string{"udp dport 32768-60999 accept"}, nil},
		{"an office behind a router", func(c *config.Config) { c.Egress.Networks = []string{"203.0.113.128/25"} },
			[]string{"ip saddr 203.0.113.128/25 tcp dport 8443 accept"}, nil},
		{
			"a second line", func(c *config.Config) {
				l := config.Line{Listen: "0.0.0.0:5070"}
				l.User, l.Registrar = "101", "203.0.113.20"
				c.Lines = []config.Line{l}
			},
			[]string{"ip saddr 203.0.113.20/32 udp dport 5070 accept", "ip saddr 203.0.113.7/32 udp dport 5060 accept"}, nil,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			cfg := config.Default()
			cfg.SIP.Registrar = "203.0.113.7"
			tc.settings(&cfg)
			rules := firewall.Rules(cfg, []netip.Prefix{netip.MustParsePrefix("198.51.100.23/24")})
			for _, w := range tc.has {
				if !strings.Contains(rules, w) {
					t.Errorf("there is no %q in\n%s", w, rules)
				}
			}
			for _, w := range tc.hasNot {
				if strings.Contains(rules, w) {
					t.Errorf("there is %q in\n%s", w, rules)
				}
			}
		})
	}
}
