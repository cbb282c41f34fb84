package phone_test

import (
	"strings"
	"testing"
	"testing/synctest"
)

// rfc5118 are the messages of RFC 5118, IPv6 in SIP, in the words of its sections, and what becomes of each.
var rfc5118 = []struct{ name, text, want string }{
	{"4.1 a valid address", register5118("[2001:db8::10]"), "405 Allow"},
	{"4.2 an address without brackets", register5118("2001:db8::10"), "400"},
	{"4.3 a port that looks like a part of the address", register5118("[2001:db8::10:5070]"), "405 Allow"},
	{"4.4 address and port", register5118("[2001:db8::10]:5070"), "405 Allow"},
	{"4.5 received without brackets", strings.Replace(bye5118, "received=[2001:db8::9:255]", "received=2001:db8::9:255", 1), "481"},
	{"4.5 received with brackets", bye5118, "481"},
	{"4.6 both families in the session description", invite5118(`c=IN IP6 2001:db8::1
t=0 0
m=audio 6000 RTP/AVP 97
a=rtpmap:97 G726-32/8000
m=audio 6000 RTP/AVP 0
c=IN IP4 127.0.0.2
`), "call, 480"},
	{
		"4.7 both families in Contact", strings.Replace(register5118("[2001:db8::10]"), "Contact: <sip:caller@[2001:db8::1]>",
			"Contact: <sip:caller@[2001:db8::1]>, <sip:caller@192.0.2.1>", 1), "405 Allow",
	},
	{"4.8 an IPv4 address as IPv6", invite5118(`c=IN IP6 ::FFFF:192.0.2.10
t=0 0
m=audio 55000 RTP/AVP 0
`), "call, 480"},
	{
		"4.9 an IPv4 address as IPv6, in every header",
		strings.NewReplacer("[2001:db8::10]", "[::ffff:192.0.2.2]", "[2001:db8::1]",
			"[::ffff:192.0.2.10]").Replace(register5118("[2001:db8::10]")), "405 Allow",
	},
	{"4.10 an address with one colon too many", register5118("[2001:db8:::192.0.2.1]"), "405 Allow"}, // as some RFC 2373 grammars let through
}

// register5118 is a REGISTER to host: the RFC's requests are for a registrar, which we are not, but are read all the same.
func register5118(host string) string {
	return `REGISTER sip:` + host + ` SIP/2.0
Via: SIP/2.0/UDP [2001:db8::9:1];rport;branch=z9hG4bKas3-111
Max-Forwards: 70
From: <sip:user@example.com>;tag=81x2
To: <sip:user@example.com>
Call-ID: SSG9559905523997077@hlau_4100
CSeq: 98176 REGISTER
Contact: <sip:caller@[2001:db8::1]>
`
}

const bye5118 = `BYE sip:[2001:db8::10] SIP/2.0
Via: SIP/2.0/UDP [2001:db8::9:1];rport;received=[2001:db8::9:255];branch=z9hG4bKas3-111
Max-Forwards: 70
From: <sip:user@example.com>;tag=81x2
To: <sip:user@example.com>;tag=bd76ya
Call-ID: SSG9559905523997077@hlau_4100
CSeq: 321 BYE
`

func invite5118(body string) string {
	return `INVITE sip:user@[2001:db8::10] SIP/2.0
Via: SIP/2.0/UDP [2001:db8::20];rport;branch=z9hG4bKas3-111
Max-Forwards: 70
From: Bob <sip:user@example.com>;tag=81x2
To: Alice <sip:user@example.com>
Call-ID: SSG9559905523997077@hlau_4100
CSeq: 8612 INVITE
Contact: <sip:caller@[2001:db8::1]>
Content-Type: application/sdp

v=0
o=assistant 971731711378798081 0 IN IP6 2001:db8::20
s=Live video feed for today's meeting
` + body
}

func TestRFC5118(t *testing.T) {
	for _, tt := range rfc5118 {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := tortureBench(t)
				defer p.finish()
				if got := strings.Join(p.torture(wireText(tt.text)), ", "); got != tt.want {
					t.Errorf("answered by %q, want %q; %+v", got, tt.want, counts(p.phone.Status()))
				}
				p.alive()
			})
		})
	}
}
