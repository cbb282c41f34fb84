package phone_test

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"github.com/emiago/sipgo/sip"
)

// rawPeer sends datagrams as they are, and reads whatever comes back to wherever the message said.
type rawPeer struct{ *bench }

// tortureBench is a phone that anybody may call, with a peer at an address of its own.
func tortureBench(t *testing.T) rawPeer {
	t.Helper()
	b := newBench(t, nil)
	conn, err := b.net.listen("udp", "127.0.0.2:5060")
	if err != nil {
		t.Fatal(err)
	}
	b.conn = conn.(*memConn)
	b.net.stray = b.conn // Via names ports of its own
	return rawPeer{b}
}

// torture sends data and returns what the phone answers in the next seconds: the final responses, or "call" when it rings. Calls are
// given up again.
func (p rawPeer) torture(data []byte) []string {
	p.t.Helper()
	_, _ = p.conn.WriteTo(data, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(phoneAddr)))
	var out []string
	for range 40 {
		time.Sleep(time.Second)
		select {
		case in := <-p.calls:
			out = append(out, "call")
			close(in.release) // refuses it
		default:
		}
		for {
			select {
			case d := <-p.conn.in:
				out = append(out, p.read(d.data)...)
				continue
			default:
			}
			break
		}
	}
	return slices.Compact(out)
}

// read names a message of the phone. It must be one that can be read back.
func (p rawPeer) read(data []byte) []string {
	p.t.Helper()
	msg, err := sip.ParseMessage(data)
	if err != nil {
		p.t.Errorf("the phone sent what cannot be read: %v\n%s", err, data)
		return nil
	}
	res, ok := msg.(*sip.Response)
	if !ok {
		p.t.Errorf("the phone sent a request:\n%s", data)
		return nil
	}
	if res.IsProvisional() {
		return nil
	}
	name, _, _ := strings.Cut(res.StartLine(), "\r")
	name = strings.TrimPrefix(name, "SIP/2.0 ")[:3]
	for _, h := range []string{"Unsupported", "Accept", "Allow"} {
		if v := res.GetHeader(h); v != nil && name != "200" && name != "480" {
			name += " " + h
		}
	}
	return []string{name}
}

// alive checks that the phone still answers.
func (p rawPeer) alive() {
	p.t.Helper()
	got := p.torture(wireText(`OPTIONS sip:100@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK-` + time.Now().Format("150405.000") + `
Max-Forwards: 70
From: <sip:a@127.0.0.2>;tag=a
To: <sip:100@127.0.0.1>
Call-ID: alive-` + time.Now().Format("150405.000") + `
CSeq: 1 OPTIONS
`))
	if strings.Join(got, ", ") != "200" {
		p.t.Errorf("afterwards OPTIONS is answered by %q", got)
	}
}

// rfc4475 is what becomes of each message of RFC 4475, by its name there. "call": it rings, and is refused by us in the end.
// Nothing is answered to what is a response, or broken where an answer would have to repeat it.
var rfc4475 = map[string]string{
	// 3.1.1 Valid messages. Those for a registrar, by unknown methods and MESSAGE are not for us.
	"wsinv":      "481", // well-formed, but within a dialog that we do not know
	"intmeth":    "405 Allow",
	"esc01":      "call, 480",
	"escnull":    "405 Allow",
	"esc02":      "405 Allow", // a percent sign in a method is no escape
	"lwsdisp":    "200",
	"longreq":    "call, 480",
	"dblreq":     "405 Allow", // the second request in the datagram is none
	"semiuri":    "200",
	"transports": "200",
	"mpart01":    "405 Allow",
	"unreason":   "",
	"noreason":   "",
	// 3.1.2 Invalid messages.
	"badinv01":   "", // its Via cannot be repeated
	"clerr":      "400",
	"ncl":        "400",
	"scalar02":   "", // its CSeq cannot be repeated
	"scalarlg":   "",
	"quotbal":    "", // its To cannot be repeated
	"ltgtruri":   "400",
	"lwsruri":    "400",
	"lwsstart":   "400",
	"trws":       "400",
	"escruri":    "call, 480", // headers in the address are not looked at
	"baddate":    "call, 480", // nor is the date
	"regbadct":   "405 Allow",
	"badaspec":   "", // its To cannot be repeated
	"baddn":      "400",
	"badvers":    "505",
	"mismatch01": "400",
	"mismatch02": "400",
	"bigcode":    "",
	// 3.2 Transactions.
	"badbranch": "200",
	// 3.3 Applications.
	"insuf":    "", // there is nothing by which an answer could be told
	"unkscm":   "416",
	"novelsc":  "416",
	"unksm2":   "405 Allow",
	"bext01":   "420 Unsupported",
	"invut":    "415 Accept",
	"regaut01": "405 Allow",
	"multi01":  "400",
	"mcl01":    "400",
	"bcast":    "",
	"zeromf":   "200", // it has arrived
	"cparam01": "405 Allow",
	"cparam02": "405 Allow",
	"regescrt": "405 Allow",
	"sdp01":    "406 Accept",
	// 3.4 Backward compatibility.
	"inv2543": "call, 480",
}

// The 49 messages of RFC 4475, byte by byte: they come with the SIP library, of which they test the parser, and here the whole phone.
func TestRFC4475(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/emiago/sipgo").Output()
	if err != nil {
		t.Fatalf("find the SIP library: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "sip/testdata/torture/*/*.dat"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".dat")
		want, ok := rfc4475[name]
		if !ok {
			if name != "test" { // the library's own
				t.Errorf("%s: no outcome is known", name)
			}
			continue
		}
		seen++
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := tortureBench(t)
				defer p.finish()
				if got := strings.Join(p.torture(data), ", "); got != want {
					t.Errorf("answered by %q, want %q; %+v", got, want, counts(p.phone.Status()))
				}
				p.alive()
			})
		})
	}
	if seen != 49 {
		t.Errorf("%d messages, want the 49 of RFC 4475", seen)
	}
}

func counts(s phone.Status) any {
	return []uint64{s.Strangers, s.Malformed, s.Overload, s.Limited, s.Scanners}
}
