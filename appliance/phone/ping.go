package phone

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// Ping asks the phone itself, through its own socket, what it can do, and returns when the answer has come back the same way.
// That it returns nil proves that the socket is open and that the reader, the tables of transactions and the phone behind them
// make progress; whether the PBX can be reached is not asked. ctx bounds the wait.
func (p *Phone) Ping(ctx context.Context) error {
	p.mu.Lock()
	s := p.stack
	p.mu.Unlock()
	self := selfAddr(s.wire.local())
	req, err := pingRequest(self)
	if err != nil {
		return err
	}
	if _, err := s.do(ctx, req, self, self); err != nil {
		return fmt.Errorf("the telephone's own socket does not answer: %w", err)
	}
	return nil
}

// pingRequest is an OPTIONS to ourselves.
func pingRequest(self netip.AddrPort) (*sip.Request, error) {
	var uri sip.Uri
	if err := sip.ParseUri("sip:ping@"+self.String(), &uri); err != nil {
		return nil, fmt.Errorf("build ping: %w", err)
	}
	req := sip.NewRequest(sip.OPTIONS, uri)
	from := &sip.FromHeader{Address: *uri.Clone()}
	from.Params.Add("tag", newToken(6))
	callID, hops := sip.CallIDHeader(newToken(12)), sip.MaxForwardsHeader(1)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: *uri.Clone()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
	req.AppendHeader(&hops)
	req.SetBody(nil) // sets Content-Length, which streams need
	return req, nil
}

// selfAddr is where a socket bound to local reaches itself.
func selfAddr(local netip.AddrPort) netip.AddrPort {
	a := local.Addr()
	switch {
	case !a.IsUnspecified():
		return local
	case a.Is4():
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	default:
		a = netip.IPv6Loopback()
	}
	return netip.AddrPortFrom(a, local.Port())
}
