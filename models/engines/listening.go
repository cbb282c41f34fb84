package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

const (
	// packFrames is how many frames a message takes when the sender lags: 200 ms, 6.4 kB.
	packFrames = 10
	// eventBuffer is how many events wait for the reader; more wait in the child.
	eventBuffer = 64
	// maxNotes is how many hints and takes wait for the sender.
	maxNotes = 16
)

type listenStream = grpc.BidiStreamingClient[enginespb.ListenRequest, enginespb.ListenReply]

// RemoteListening is a stream to the child; it implements [Listening].
//
// Goroutines: one sends, one receives; Close waits for both. They also end by themselves when the child goes away.
type RemoteListening struct {
	ring   *frameRing
	wake   chan struct{} // the ring has something
	notes  chan struct{} // a token for each note in the ring
	events chan ListenEvent
	cancel context.CancelFunc
	done   chan struct{} // closed when the stream has ended
	wg     sync.WaitGroup

	mu     sync.Mutex
	closed bool
	err    error
}

// Listen implements [Ears]. It returns when the child has opened the stream; ctx bounds the life of the whole stream.
func (c *Client) Listen(ctx context.Context, o ListenOptions) (Listening, error) {
	streamCtx, cancel := context.WithCancel(ctx)
	stream, err := openStream(streamCtx, c.pb, o)
	if err != nil {
		cancel()
		return nil, fromStatus(ctx, "listen", err)
	}
	l := &RemoteListening{
		ring:   newFrameRing(),
		wake:   make(chan struct{}, 1),
		notes:  make(chan struct{}, maxNotes),
		events: make(chan ListenEvent, eventBuffer),
		cancel: cancel,
		done:   make(chan struct{}),
	}
	l.wg.Go(func() { l.send(streamCtx, stream) })
	l.wg.Go(func() { l.receive(ctx, streamCtx, stream) })
	return l, nil
}

// openStream opens the stream and waits for the child's word that it is open.
func openStream(ctx context.Context, pb enginespb.EnginesClient, o ListenOptions) (listenStream, error) {
	stream, err := pb.Listen(ctx)
	if err != nil {
		return nil, err
	}
	open := &enginespb.Open{Call: o.Call, Language: o.Language, Also: o.Also}
	// A failed Send says only that the stream is broken; Recv says why.
	if err := stream.Send(&enginespb.ListenRequest{What: &enginespb.ListenRequest_Open{Open: open}}); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	reply, err := stream.Recv()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("stream ended before it was open: %w", ErrUnavailable)
	case err != nil:
		return nil, err
	case reply.GetOpened() == nil:
		return nil, errors.New("child sent an event before the stream was open")
	}
	return stream, nil
}

// Frame implements [Listening]. It neither blocks nor allocates.
func (l *RemoteListening) Frame(pcm audio.PCM) bool {
	ok := l.ring.push(pcm)
	l.stir()
	return ok
}

// stir has the sender look into the ring.
func (l *RemoteListening) stir() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Lost returns how many frames found the queue full. The child heard silence in their place.
func (l *RemoteListening) Lost() uint64 { return l.ring.overflow() }

// Take implements [Listening].
func (l *RemoteListening) Take(utterance uint64) {
	l.tell(&enginespb.ListenRequest{What: &enginespb.ListenRequest_Take{Take: utterance}})
}

// Hint implements [Listening].
func (l *RemoteListening) Hint(h Hint) {
	l.tell(&enginespb.ListenRequest{What: &enginespb.ListenRequest_Hint{Hint: &enginespb.Hint{Prompt: h.Prompt}}})
}

// tell puts a request behind the frames so far; it waits while too many others wait.
func (l *RemoteListening) tell(r *enginespb.ListenRequest) {
	select {
	case l.notes <- struct{}{}:
		l.ring.note(r)
		l.stir()
	case <-l.done:
	}
}

// Events implements [Listening].
func (l *RemoteListening) Events() <-chan ListenEvent { return l.events }

// Err implements [Listening].
func (l *RemoteListening) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Close implements [Listening].
func (l *RemoteListening) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.cancel()
	l.wg.Wait()
	return nil
}

// send moves frames and notes to the child until the stream ends.
func (l *RemoteListening) send(ctx context.Context, stream listenStream) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		}
		for {
			r, isNote := l.ring.pop(packFrames)
			if r == nil {
				break
			}
			if isNote {
				<-l.notes
			}
			if stream.Send(r) != nil {
				return // the receiver learns why
			}
		}
	}
}

// receive moves events to the reader until the stream ends. ctx is the caller's, streamCtx the one that Close ends.
func (l *RemoteListening) receive(ctx, streamCtx context.Context, stream listenStream) {
	err := l.receiveEvents(streamCtx, stream)
	l.mu.Lock()
	if !l.closed {
		if errors.Is(err, io.EOF) {
			err = ErrUnavailable
		}
		l.err = fromStatus(ctx, "listen", err)
	}
	l.mu.Unlock()
	l.cancel()
	close(l.done)
	close(l.events)
}

func (l *RemoteListening) receiveEvents(ctx context.Context, stream listenStream) error {
	for {
		r, err := stream.Recv()
		if err != nil {
			return err
		}
		e := r.GetEvent()
		if e == nil {
			continue // an Opened; the child of another version may send other things
		}
		select {
		case l.events <- eventFromPB(e):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var _ Listening = (*RemoteListening)(nil)
