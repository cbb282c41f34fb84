package transaction

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

const brandPrefix = sip.RFC3261BranchMagicCookie + "-fd"

// NewToken returns n random bytes in hex: tags, branches, call ids.
func NewToken(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// NewResponse builds a response as RFC 3261 section 8.2.6 wants it, always with our tag except for 100.
func NewResponse(req *sip.Request, status int, reason, tag string) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	res.SipVersion = "SIP/2.0"
	if to, asked := res.To(), req.To(); to != nil && asked != nil {
		to.Params = asked.Params.Clone() // the library adds a tag of its own
		if TagOf(asked.Params) == "" && status != sip.StatusTrying {
			to.Params.Add("tag", tag)
		}
	}
	return res
}

// ReasonOf returns the usual phrase of the statuses that we send.
func ReasonOf(status int) string {
	switch status {
	case 100:
		return "Trying"
	case 180:
		return "Ringing"
	case 200:
		return "OK"
	case 400:
		return "Bad Request"
	case 403:
		return "Forbidden"
	case 404:
		return "Not Found"
	case 406:
		return "Not Acceptable"
	case 405:
		return "Method Not Allowed"
	case 413:
		return "Request Entity Too Large"
	case 415:
		return "Unsupported Media Type"
	case 416:
		return "Unsupported URI Scheme"
	case 423:
		return "Interval Too Brief"
	case 422:
		return "Session Interval Too Small"
	case 420:
		return "Bad Extension"
	case 480:
		return "Temporarily Unavailable"
	case 481:
		return "Call/Transaction Does Not Exist"
	case 482:
		return "Loop Detected"
	case 483:
		return "Too Many Hops"
	case 486:
		return "Busy Here"
	case 487:
		return "Request Terminated"
	case 488:
		return "Not Acceptable Here"
	case 489:
		return "Bad Event"
	case 491:
		return "Request Pending"
	case 500:
		return "Server Internal Error"
	case 503:
		return "Service Unavailable"
	case 505:
		return "Version Not Supported"
	case 600:
		return "Busy Everywhere"
	case 603:
		return "Decline"
	}
	return "Refused"
}

// Param returns a parameter by its name, which is not case-sensitive (RFC 3261 section 7.3.1).
func Param(p sip.HeaderParams, name string) (string, bool) {
	for _, kv := range p {
		if strings.EqualFold(strings.TrimSpace(kv.K), name) {
			return strings.TrimSpace(kv.V), true
		}
	}
	return "", false
}

// TagOf returns the tag of a From or To, "" without one.
func TagOf(p sip.HeaderParams) string {
	tag, _ := Param(p, "tag")
	return tag
}

// methodOf returns the request's method as CSeq names it, or "" when both differ or CSeq is missing. The parser has made that of the
// request line upper case.
func methodOf(req *sip.Request) sip.RequestMethod {
	cseq := req.CSeq()
	if cseq == nil || !strings.EqualFold(strings.TrimSpace(string(cseq.MethodName)), string(req.Method)) {
		return ""
	}
	return req.Method
}

// singular are headers that mean nothing when there are several of them (RFC 4475 sections 3.3.8, 3.3.9).
var singular = []string{"From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length"}

// wellFormed checks what every request must carry (RFC 3261 section 8.1.1) before anything looks at it.
func wellFormed(req *sip.Request) error {
	from, to, callID, via := req.From(), req.To(), req.CallID(), req.Via()
	for _, name := range singular {
		if len(req.GetHeaders(name)) > 1 {
			return fmt.Errorf("check request: %s more than once", name)
		}
	}
	switch {
	case via == nil || via.Host == "":
		return fmt.Errorf("check request: no Via")
	case from == nil || to == nil || callID == nil:
		return fmt.Errorf("check request: From, To or Call-ID missing")
	case methodOf(req) == "":
		return fmt.Errorf("check request: CSeq missing or of another method")
	case len(*callID) > 256 || len(TagOf(from.Params)) > 256 || len(TagOf(to.Params)) > 256:
		return fmt.Errorf("check request: identifiers too long")
	}
	return nil
}

// stampVia notes in the top Via where a request really came from (RFC 3261 section 18.2.1, RFC 3581 section 4) and
// returns where its responses go.
func stampVia(req *sip.Request, src netip.AddrPort, reliable bool) netip.AddrPort {
	via := req.Via()
	dst := src
	if rport, ok := Param(via.Params, "rport"); ok {
		if rport == "" || rport != strconv.Itoa(int(src.Port())) {
			via.Params.Add("rport", strconv.Itoa(int(src.Port())))
		}
		via.Params.Add("received", src.Addr().String())
		return dst
	}
	if sent, err := netip.ParseAddr(strings.Trim(via.Host, "[]")); err != nil || sent.Unmap() != src.Addr() {
		via.Params.Add("received", src.Addr().String())
	}
	if reliable {
		return dst
	}
	return sentBy(via, src)
}

// sentBy is where the response to a datagram from src goes by its Via without rport.
func sentBy(via *sip.ViaHeader, src netip.AddrPort) netip.AddrPort {
	port := via.Port
	if port <= 0 || port > 65535 {
		port = sip.DefaultUdpPort
	}
	return netip.AddrPortFrom(src.Addr(), uint16(port))
}

// NewVia builds the top Via of a request of ours.
func NewVia(proto string, local netip.AddrPort, branch string) *sip.ViaHeader {
	v := &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: proto,
		Host: local.Addr().String(), Port: int(local.Port()),
	}
	v.Params.Add("branch", branch)
	v.Params.Add("rport", "")
	return v
}
