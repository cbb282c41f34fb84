package phone_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"frontdesk.internal/appliance/phone"
)

// userOf is the user part of the Contact that the phone has registered.
func userOf(contact string) string {
	_, rest, _ := strings.Cut(contact, "sip:")
	user, _, _ := strings.Cut(rest, "@")
	return user
}

// Who writes the PBX's address onto a datagram rings nobody: calls come to the address that the PBX alone was told.
func TestOnlyThePBXKnowsWhereWeAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, nil)
		defer b.finish()
		req := b.register()
		user := userOf(contactOf(req))
		if !strings.HasPrefix(user, "100-") || len(user) < len("100-")+16 {
			t.Fatalf("the Contact's user part is %q", user)
		}
		b.send(granted(req, 100))
		n := 0
		ring := func(to string) string {
			n++
			b.send(invite("INVITE sip:100@", "INVITE sip:"+to+"@", "branch=z9hG4bK-invite", fmt.Sprint("branch=z9hG4bK-", n), "call-1",
				fmt.Sprint("call-", n), "tag=caller", fmt.Sprint("tag=", n)))
			name := ""
			for _, m := range b.got() {
				name = nameOf(m)
			}
			return name
		}
		for _, guess := range []string{"100", "", "100-", user[:len(user)-1], user + "0", "100-" + strings.Repeat("0", len(user)-4)} {
			if got := ring(guess); got != "404 INVITE" {
				t.Errorf("a call to %q gets %s", guess, got)
			}
		}
		if got := b.phone.Status().Forged; got != 6 {
			t.Errorf("%d of 6 are counted", got)
		}
		if got := ring(user); got != "180 INVITE" {
			t.Errorf("the PBX's own call gets %s", got)
		}
		if in := b.next(); in.call.To() != "100" {
			t.Errorf("called %q", in.call.To())
		}
	})
}

// Over UDP calls come from the port that we registered at.
func TestCallsFromAnotherPortOfThePBX(t *testing.T) {
	for _, named := range []bool{false, true} {
		t.Run(fmt.Sprintf("named in the settings=%v", named), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := registering(t, func(c *phone.Config) {
					if named {
						c.AcceptFrom = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
					}
				})
				defer b.finish()
				req := b.register()
				b.send(granted(req, 100))
				home := b.conn
				other, err := b.net.listen("udp", "127.0.0.1:5099")
				if err != nil {
					t.Fatal(err)
				}
				b.conn = other.(*memConn)
				b.send(invite("INVITE sip:100@", "INVITE sip:"+userOf(contactOf(req))+"@"))
				want := "404 INVITE"
				if named {
					want = "100 INVITE"
				}
				b.expect(want)
				b.conn = home
				if got := b.phone.Status().Forged; (got == 0) != named {
					t.Errorf("%d are counted", got)
				}
			})
		})
	}
}

// A program that starts anew renews the binding that is there; another password, user or PBX makes another; nothing can be guessed.
func TestTheContactStays(t *testing.T) {
	contact := func(change func(*phone.Config)) (user string) {
		synctest.Test(t, func(t *testing.T) {
			b := registering(t, change)
			defer b.finish()
			user = userOf(contactOf(b.register()))
		})
		return user
	}
	first := contact(nil)
	if again := contact(nil); again != first {
		t.Errorf("first %s, then %s", first, again)
	}
	none := func(c *phone.Config) { c.Password = "" }
	seen := map[string]string{first: "first"}
	for name, change := range map[string]func(*phone.Config){
		"password": func(c *phone.Config) { c.Password = "other" }, "user": func(c *phone.Config) { c.AuthUser = "box" },
		"PBX": func(c *phone.Config) { c.Domain = "elsewhere" }, "no password": none,
	} {
		if got := contact(change); seen[got] != "" {
			t.Errorf("%s: the same as %s", name, seen[got])
		} else {
			seen[got] = name
		}
	}
	if first, second := contact(none), contact(none); first == second {
		t.Error("without a password the same comes twice")
	}
}
