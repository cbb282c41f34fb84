package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

// maxLost bounds the silence put in for lost frames: a stream that lost more has lost its meaning.
const maxLost = 50 * 60

// framesLimit is how long ears may refuse frames before they count as stuck.
const framesLimit = 3 * time.Second

// Listen implements the service. The handler's goroutine takes requests in; one more sends events out.
func (s *server) Listen(stream grpc.BidiStreamingServer[enginespb.ListenRequest, enginespb.ListenReply]) error {
	ears, leave, err := engineFor(&s.ears, s.listens, s.state.get().Ears)
	if err != nil {
		return toStatus(err)
	}
	defer leave()
	ctx, cancel := s.life(stream.Context())
	defer cancel()

	first, err := stream.Recv()
	if err != nil {
		return toStatus(err)
	}
	open := first.GetOpen()
	if open == nil {
		return toStatus(errors.New("open stream: the first request must open it"))
	}
	l, err := ears.Listen(ctx, ListenOptions{Call: open.GetCall(), Language: open.GetLanguage(), Also: open.GetAlso()})
	if err != nil {
		return toStatus(fmt.Errorf("open stream: %w", err))
	}
	// The parent waits for this before the first frame; it has to be out before the first event.
	opened := &enginespb.ListenReply{What: &enginespb.ListenReply_Opened{Opened: &enginespb.Opened{}}}
	if err := stream.Send(opened); err != nil {
		return errors.Join(err, l.Close())
	}
	in := &listenIntake{ctx: ctx, l: l, progress: s.progress, silence: make(audio.PCM, FrameSamples)}
	return toStatus(runListen(stream, in, cancel))
}

// runListen moves requests and events until one side ends, then closes the stream of the ears.
func runListen(stream grpc.BidiStreamingServer[enginespb.ListenRequest, enginespb.ListenReply], in *listenIntake, cancel func()) error {
	// Recv cannot be interrupted but by returning from the handler, so it has a goroutine that is not waited for: gRPC ends
	// it with the handler. Whatever it took in after that goes to a closed stream, which ignores it.
	taken := make(chan error, 1)
	go func() { taken <- in.take(stream) }()

	var out error
	var wg sync.WaitGroup
	wg.Go(func() {
		defer cancel()
		for e := range in.l.Events() {
			reply := &enginespb.ListenReply{What: &enginespb.ListenReply_Event{Event: eventToPB(e)}}
			if out = stream.Send(reply); out != nil {
				break
			}
		}
	})
	var err error
	select {
	case err = <-taken:
	case <-in.ctx.Done():
	}
	cancel()
	closeErr := in.l.Close()
	// Close closes Events, unless the sender left the loop before: then nobody reads what is left in it.
	wg.Wait()
	switch cause := in.l.Err(); {
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case out != nil:
		return out
	case cause != nil:
		return cause
	default:
		return closeErr
	}
}

// listenIntake hands the requests of one stream to the ears.
type listenIntake struct {
	ctx      context.Context //nolint:containedctx // lives as long as the stream
	l        Listening
	progress *Progress
	silence  audio.PCM
	pcm      audio.PCM // decoding buffer
}

// take reads until the parent is done (io.EOF) or gone.
func (in *listenIntake) take(stream grpc.BidiStreamingServer[enginespb.ListenRequest, enginespb.ListenReply]) error {
	for {
		r, err := stream.Recv()
		if err != nil {
			return err
		}
		switch what := r.GetWhat().(type) {
		case *enginespb.ListenRequest_Frames:
			if err := in.frames(what.Frames); err != nil {
				return err
			}
		case *enginespb.ListenRequest_Hint:
			in.l.Hint(Hint{Prompt: what.Hint.GetPrompt()})
		case *enginespb.ListenRequest_Take:
			in.l.Take(what.Take)
		default:
			return errors.New("take request in: a stream is opened only once")
		}
	}
}

func (in *listenIntake) frames(f *enginespb.Frames) error {
	if len(f.GetPcm())%(2*FrameSamples) != 0 {
		return fmt.Errorf("take frames in: %d bytes are no whole number of frames", len(f.GetPcm()))
	}
	for range min(f.GetLost(), maxLost) {
		if err := in.frame(in.silence); err != nil {
			return err
		}
	}
	in.pcm = decodePCM(in.pcm[:0], f.GetPcm())
	for pcm := in.pcm; len(pcm) > 0; pcm = pcm[FrameSamples:] {
		if err := in.frame(pcm[:FrameSamples]); err != nil {
			return err
		}
	}
	return nil
}

// frame gives one frame to the ears. This is not the audio clock: after a stall frames come in a burst, and when
// the ears' queue is full the rest of the burst waits here, and then in the parent, which bounds it.
func (in *listenIntake) frame(pcm audio.PCM) error {
	if in.l.Frame(pcm) {
		return nil
	}
	return in.progress.Do(in.ctx, "ears", framesLimit, func(context.Context) error {
		retry := time.NewTicker(audio.FrameDuration / 4)
		defer retry.Stop()
		for {
			select {
			case <-in.ctx.Done():
				return context.Cause(in.ctx)
			case <-retry.C:
				if in.l.Frame(pcm) {
					return nil
				}
			}
		}
	})
}
