package sshdoor

import (
	"strings"
	"testing"
	"time"
)

func TestNothingOfYesterday(t *testing.T) {
	c := serverConfig()
	for _, list := range [][]string{c.KeyExchanges, c.Ciphers, c.MACs, c.PublicKeyAuthAlgorithms} {
		if len(list) == 0 {
			t.Fatal("nothing is offered")
		}
		for _, name := range list {
			for _, bad := range []string{"sha1", "md5", "cbc", "arcfour", "3des", "ssh-dss", "ssh-rsa"} {
				if strings.Contains(name, bad) {
					t.Errorf("%s is offered", name)
				}
			}
		}
	}
}

func TestWarningsAreNotWithoutEnd(t *testing.T) {
	var s sometimes
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	said := 0
	for range 1000 {
		if _, ok := s.now(now); ok {
			said++
		}
	}
	if said != warnMost {
		t.Errorf("said %d times", said)
	}
	if unsaid, ok := s.now(now.Add(warnEvery)); !ok || unsaid != 1000-warnMost {
		t.Errorf("later: %d, %v", unsaid, ok)
	}
}
