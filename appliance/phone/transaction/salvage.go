package transaction

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// maxSalvaged bounds the headers that are looked at in a message that cannot be read.
const maxSalvaged = 128

// salvage builds the answer to a request that cannot be read as a whole: 400, or 416 for an address that is no SIP address. It does so when
// the headers that an answer repeats are there, and can be read in that answer (RFC 3261 section 16.3 item 1, RFC 4475 section 3.1.2). The
// answer is the text that was read, for what is written anew may read differently; nil when there is nothing to be answered.
func salvage(p *sip.Parser, data []byte) (text []byte, via *sip.ViaHeader) {
	head, _, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	status, ok := faultOf(lines[0])
	if !ok || len(lines) > maxSalvaged || headersClean(append(slices.Clip(head), "\r\n\r\n"...)) != nil {
		return nil, nil
	}
	found := map[string][]string{}
	for i := 1; i < len(lines); i++ {
		line := lines[i]
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], " ") || strings.HasPrefix(lines[i+1], "\t")) { // folded (section 7.3.1)
			i++
			line += " " + strings.TrimSpace(lines[i])
		}
		name, value, _ := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if long, ok := map[string]string{"v": "via", "f": "from", "t": "to", "i": "call-id"}[name]; ok {
			name = long
		}
		found[name] = append(found[name], strings.TrimSpace(value))
	}
	var b strings.Builder
	b.WriteString("SIP/2.0 " + status + "\r\n")
	for _, name := range []string{"via", "from", "to", "call-id", "cseq"} {
		if len(found[name]) == 0 || name != "via" && len(found[name]) > 1 {
			return nil, nil
		}
		for _, v := range found[name] {
			if name == "to" && !strings.Contains(strings.ToLower(v), "tag=") {
				v += ";tag=" + NewToken(6)
			}
			b.WriteString(name + ": " + v + "\r\n")
		}
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	msg, err := parse(p, []byte(b.String()))
	res, ok := msg.(*sip.Response)
	if err != nil || !ok || res.Via() == nil || res.Via().Host == "" || res.From() == nil || res.To() == nil || res.CallID() == nil ||
		res.CSeq() == nil {
		return nil, nil
	}
	return []byte(b.String()), res.Via()
}

// faultOf says how the request with this first line is refused; ok is false when it is no request of SIP/2.0, or an ACK, which gets
// no answer.
func faultOf(line string) (status string, ok bool) {
	words := strings.Fields(line)
	if len(words) < 3 || words[len(words)-1] != "SIP/2.0" || words[0] == string(sip.ACK) {
		return "", false
	}
	scheme, _, _ := strings.Cut(words[1], ":")
	if scheme != "" && !KnownScheme(scheme) && strings.Trim(strings.ToLower(scheme), "abcdefghijklmnopqrstuvwxyz0123456789+-.") == "" {
		return "416 Unsupported URI Scheme", true
	}
	return "400 Bad Request", true
}

// KnownScheme reports whether an address of this scheme is one of SIP.
func KnownScheme(s string) bool { return strings.EqualFold(s, "sip") || strings.EqualFold(s, "sips") }

// unreadable answers a datagram that cannot be read, when it comes from somebody who may know that we are here.
func (s *Layer) unreadable(data []byte, src netip.AddrPort) {
	if s.AnswersTo == nil || !s.AnswersTo(src.Addr()) {
		return
	}
	text, via := salvage(s.parser, data)
	if via == nil {
		return
	}
	dst := src
	if _, ok := Param(via.Params, "rport"); !ok {
		dst = sentBy(via, src)
	}
	_ = s.Wire.Send(text, dst)
}
