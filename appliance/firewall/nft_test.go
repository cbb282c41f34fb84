package firewall_test

import (
	"bytes"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/firewall"
)

// nft gives nft rules in a network of its own, so that nothing of this machine's firewall is touched. Who is not root becomes it there.
func nft(t *testing.T, rules string) error {
	t.Helper()
	path, err := exec.LookPath("nft")
	if err != nil {
		path = "/usr/sbin/nft" // not in the PATH of everybody
		if _, err := os.Stat(path); err != nil {
			t.Skip("nft is not installed: apt-get install nftables")
		}
	}
	cmd := exec.CommandContext(t.Context(), path, "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	if err := cmd.Start(); err != nil {
		t.Skip("a network of one's own cannot be made here:", err)
	}
	err = cmd.Wait()
	if strings.Contains(said.String(), "Operation not permitted") || strings.Contains(said.String(), "Protocol not supported") {
		t.Skip("this kernel takes no rules:", said.String())
	}
	if err != nil {
		t.Logf("nft says %v: %s", err, said.String())
	}
	return err
}

// What is written is what nft takes, and takes twice: the box gives it the rules again when its address changes.
func TestNftTakesTheRules(t *testing.T) {
	t.Parallel()
	line := config.Line{Listen: "0.0.0.0:5070"}
	line.User, line.Registrar = "101", "203.0.113.20"
	for name, settings := range map[string]func(*config.Config){
		"by default": func(*config.Config) {},
		"everything": func(c *config.Config) {
			c.Console.SSH, c.Metrics.Listen, c.Lines = ":2222", "[::]:9464", []config.Line{line}
		},
		"IPv6":        func(c *config.Config) { c.SIP.Registrar, c.SIP.Proxy = "[2001:db8::7]:5070", "203.0.113.9" },
		"by name":     func(c *config.Config) { c.SIP.Registrar = "pbx.example" },
		"TLS":         func(c *config.Config) { c.SIP.Transport, c.SIP.Listen = "tls", "0.0.0.0:5061" },
		"any port":    func(c *config.Config) { c.SIP.RTPMin, c.SIP.RTPMax = 0, 0 },
		"more nets":   func(c *config.Config) { c.Egress.Networks = []string{"203.0.113.128/25", "2001:db8:5::/48"} },
		"nothing set": func(c *config.Config) { *c = config.Config{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config.Default()
			cfg.SIP.Registrar = "203.0.113.7"
			settings(&cfg)
			own := []netip.Prefix{netip.MustParsePrefix("198.51.100.23/24"), netip.MustParsePrefix("2001:db8:1::1/64")}
			rules := firewall.Rules(cfg, own)
			if err := nft(t, rules+rules); err != nil {
				t.Errorf("%v\n%s", err, rules)
			}
			if err := nft(t, rules+"nonsense\n"); err == nil {
				t.Error("nft takes anything")
			}
		})
	}
}

// Until the settings have been read, the box's own first rules hold; the generated ones take their place.
func TestNftTakesTheFirstRules(t *testing.T) {
	t.Parallel()
	first, err := os.ReadFile(filepath.Join("..", "..", "firmware", "image", "root", "etc", "nftables.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := nft(t, string(first)+firewall.Rules(config.Default(), nil)); err != nil {
		t.Error(err)
	}
}
