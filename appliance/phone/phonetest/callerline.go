package phonetest

import (
	"context"
	"fmt"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio/line"
)

func (l *Leg) openLine() (*line.Line, error) {
	a, err := line.New(line.Config{
		RTP: l.media.rtp, RTCP: l.media.rtcp, Remote: l.choice.Remote, RemoteRTCP: l.choice.RemoteRTCP,
		Codec:   line.Codec{Name: l.choice.Codec.Name, PayloadType: l.choice.Codec.PayloadType},
		EventPT: l.choice.EventPayload, Rate: l.caller.o.PCMRate, Direction: direction(l.choice.Direction), Logger: l.caller.o.Logger,
	})
	if err != nil {
		return nil, fmt.Errorf("open audio line: %w", err)
	}
	return a, nil
}

func direction(d sdp.Direction) line.Direction {
	switch d {
	case sdp.SendOnly:
		return line.SendOnly
	case sdp.RecvOnly:
		return line.RecvOnly
	case sdp.Inactive:
		return line.Inactive
	}
	return line.SendRecv
}

// SendKeys presses keys as telephone events; the line must be running.
func (l *Leg) SendKeys(ctx context.Context, keys string) error {
	if err := l.line.SendKeys(ctx, keys); err != nil {
		return fmt.Errorf("send keys: %w", err)
	}
	return nil
}
