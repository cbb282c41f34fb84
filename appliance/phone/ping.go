package phone

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// Ping asks the phone itself, through its own socket, what it can do, and returns when the answer has come back the same way.
// That it returns nil proves that the socket is open and that the reader, the tables of transactions and the phone behind them
// make progress; whether the PBX can be reached is not asked. ctx bounds the wait.
func (p *Phone) Ping(ctx context.Context) error {
	p.mu.Lock()
	s := p.stack
	p.mu.Unlock()
	self := transaction.SelfAddr(s.Wire.Local())
	req, err := pingRequest(self)
	if err != nil {
		return err
	}
	if _, err := s.Do(ctx, req, self, self); err != nil {
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
	from.Params.Add("tag", transaction.NewToken(6))
	callID, hops := sip.CallIDHeader(transaction.NewToken(12)), sip.MaxForwardsHeader(1)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: *uri.Clone()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS})
	req.AppendHeader(&hops)
	req.SetBody(nil) // sets Content-Length, which streams need
	return req, nil
}
