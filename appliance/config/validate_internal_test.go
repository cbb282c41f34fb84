package config

import (
	"fmt"
	"strings"
	"testing"
)

// Ports that the service may not have are said before it starts, with one that it may.
func TestPortsOfTheSystem(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Config)
		key    string
		say    string
	}{
		"SSH":      {func(c *Config) { c.Console.SSH = "0.0.0.0:22" }, "console.ssh", "own SSH server; choose another, such as 2222"},
		"the page": {func(c *Config) { c.Web.Listen = "0.0.0.0:443" }, "web.listen", "choose another, such as 8443"},
		"metrics":  {func(c *Config) { c.Metrics.Listen = "127.0.0.1:80" }, "metrics.listen", "no privileges"},
		"SIP":      {func(c *Config) { c.SIP.Listen = "0.0.0.0:506" }, "sip.listen", "below 1024"},
		"any port": {func(c *Config) { c.SIP.Listen = "0.0.0.0:0" }, "", ""},
		"none":     {func(*Config) {}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := Default()
			tt.change(&c)
			for first, want := range map[int]bool{1024: tt.key != "", 0: false} { // an administrator has let everybody have all ports
				said := ""
				c.validatePorts(first, func(_ bool, key, format string, args ...any) { said += key + ": " + fmt.Sprintf(format, args...) })
				if (said != "") != want || want && (!strings.HasPrefix(said, tt.key+": ") || !strings.Contains(said, tt.say)) {
					t.Errorf("first port %d: %q", first, said)
				}
			}
		})
	}
}

// Traces go to a collector of the office; to one elsewhere only over TLS.
func TestCollectorOfTraces(t *testing.T) {
	for text, want := range map[string]bool{
		"http://collector.lan:4318": true, "http://192.168.1.5:4318": true, "https://collector.example/v1/traces": true,
		"http://collector": true, "http://collector.example:4318": false, "http://203.0.113.5:4318": false, "collector.lan:4318": false,
		"http://u:p@collector.lan": false, "": false,
	} {
		if got := collector(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
