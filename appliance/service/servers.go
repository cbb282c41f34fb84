package service

import (
	"fmt"
	"net/url"
	"strings"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// What is checked of every server that an owner names. check notes what is wrong, by field of the form.

// checkServer checks the address of a server, and reports whether it is one.
func checkServer(u *url.URL, err error, example string, check func(ok bool, path, text string)) bool {
	ok := err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http")
	check(ok, "url", fmt.Sprintf("write the address with https:// in front, such as %s", example))
	check(!ok || u.Scheme == "https" || record.InHouse(u.Hostname()), "url",
		"http is read along by everybody on the way: write https; only a server at an address of the office's own network may go without")
	return ok
}

// checkCA checks the certificates by which a server is known; "" = those of the machine.
func checkCA(ca string, check func(ok bool, path, text string)) {
	check(len(ca) <= maxCA, "ca", "use the certificate of one authority, or a few")
	if ca != "" {
		_, err := notify.Trust(record.Recipient{CA: ca}, "")
		check(err == nil, "ca", "there is no certificate in it: it must be PEM, beginning with -----BEGIN CERTIFICATE-----")
	}
}

// sameServer reports whether what is sent to two addresses goes to the same server, in the same way.
func sameServer(a, b string) bool {
	x, err1 := url.Parse(a)
	y, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && x.Scheme == y.Scheme && strings.EqualFold(x.Host, y.Host)
}
