package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

// Client is the parent's side of one child. Safe for concurrent use.
type Client struct {
	conn *grpc.ClientConn
	pb   enginespb.EnginesClient
}

// Dial makes a client for the child on the socket. It connects in the background: until the child answers, requests fail with
// [ErrUnavailable], but for [Client.WatchState], which waits. Close it in the end.
func Dial(socket string) (*Client, error) {
	dial := func(ctx context.Context, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}
	conn, err := grpc.NewClient("passthrough:///engines",
		grpc.WithContextDialer(dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()), // the folder of the socket keeps others out
		grpc.WithConnectParams(grpc.ConnectParams{
			// A child that is starting makes its socket within milliseconds, and a refused try costs next to nothing.
			Backoff:           backoff.Config{BaseDelay: 5 * time.Millisecond, Multiplier: 1.5, MaxDelay: 100 * time.Millisecond},
			MinConnectTimeout: time.Second,
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MaxMessage), grpc.MaxCallSendMsgSize(MaxMessage)),
		grpc.WithDisableServiceConfig(),
		grpc.WithIdleTimeout(0),
	)
	if err != nil {
		return nil, fmt.Errorf("dial engines on %s: %w", socket, err)
	}
	return &Client{conn: conn, pb: enginespb.NewEnginesClient(conn)}, nil
}

// Close ends the connection and with it every request under way.
func (c *Client) Close() error { return c.conn.Close() }

// Warm implements [Mind].
func (c *Client) Warm(ctx context.Context, prefix string) error {
	r := &enginespb.WarmRequest{Prefix: prefix}
	if err := checkSize("warm prefix", r); err != nil {
		return err
	}
	_, err := c.pb.Warm(ctx, r)
	return fromStatus(ctx, "warm prefix", err)
}

// Complete implements [Mind].
func (c *Client) Complete(ctx context.Context, r CompleteRequest) (Completion, error) {
	p := requestToPB(r)
	if err := checkSize("complete text", p); err != nil {
		return Completion{}, err
	}
	reply, err := c.pb.Complete(ctx, p)
	if err != nil {
		return Completion{}, fromStatus(ctx, "complete text", err)
	}
	return completionFromPB(reply), nil
}

// Speak implements [Mouth]. The pieces are about 100 ms long; their samples are only valid during yield.
func (c *Client) Speak(ctx context.Context, r SpeakRequest, yield func(Speech) error) error {
	p := &enginespb.SpeakRequest{Call: r.Call, Text: r.Text, Rate: int32(r.Rate), Speed: r.Speed, Language: r.Language}
	if err := checkSize("speak text", p); err != nil {
		return err
	}
	streamCtx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the child's work when yield does not want more
	stream, err := c.pb.Speak(streamCtx, p)
	if err != nil {
		return fromStatus(ctx, "speak text", err)
	}
	var pcm audio.PCM
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fromStatus(ctx, "speak text", err)
		}
		pcm = decodePCM(pcm[:0], chunk.GetPcm())
		if err := yield(Speech{PCM: pcm, Rate: int(chunk.GetRate()), Substitute: chunk.GetSubstitute()}); err != nil {
			return err
		}
	}
}

// Embed implements [Embedder]. It takes at most [EmbedLimit], waiting included.
func (c *Client) Embed(ctx context.Context, language string, texts []string) (Vectors, error) {
	if err := CheckEmbed(texts); err != nil {
		return Vectors{}, fmt.Errorf("embed texts: %w", err)
	}
	valid := make([]string, len(texts))
	for i, t := range texts {
		valid[i] = strings.ToValidUTF8(t, "") // a message takes nothing else
	}
	ctx, cancel := context.WithTimeout(ctx, EmbedLimit)
	defer cancel()
	reply, err := c.pb.Embed(ctx, &enginespb.EmbedRequest{Language: language, Texts: valid})
	if err != nil {
		return Vectors{}, fromStatus(ctx, "embed texts", err)
	}
	v, err := vectorsFromPB(reply, len(texts))
	if err != nil {
		return Vectors{}, fmt.Errorf("embed texts: %w", err)
	}
	return v, nil
}

// Rank implements [Embedder]. It takes at most [EmbedLimit], waiting included.
func (c *Client) Rank(ctx context.Context, language, said string, items []RankItem) (Ranks, error) {
	if err := CheckRank(said, items); err != nil {
		return Ranks{}, fmt.Errorf("rank items: %w", err)
	}
	r := &enginespb.RankRequest{Language: language, Said: strings.ToValidUTF8(said, "")}
	for _, i := range items {
		r.Items = append(r.Items, &enginespb.RankItem{Text: strings.ToValidUTF8(i.Text, ""), Answer: i.Answer})
	}
	ctx, cancel := context.WithTimeout(ctx, EmbedLimit)
	defer cancel()
	reply, err := c.pb.Rank(ctx, r)
	if err != nil {
		return Ranks{}, fromStatus(ctx, "rank items", err)
	}
	scores, facets := reply.GetScores(), reply.GetFacets()
	if len(scores) != len(items) || len(facets) != len(items) {
		return Ranks{}, fmt.Errorf("rank items: %d scores and %d facets for %d items", len(scores), len(facets), len(items))
	}
	out := Ranks{None: reply.GetNone()}
	for i := range items {
		out.Items = append(out.Items, Rank{scores[i], facets[i]})
	}
	return out, nil
}

// WatchState calls seen with the child's state now and after every change, until ctx ends or the child is gone. It
// waits for a child that is not there yet.
func (c *Client) WatchState(ctx context.Context, seen func(ChildState)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.pb.State(ctx, &enginespb.StateRequest{}, grpc.WaitForReady(true))
	if err != nil {
		return fromStatus(ctx, "watch engines", err)
	}
	for {
		r, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("watch engines: %w", ErrUnavailable)
		}
		if err != nil {
			return fromStatus(ctx, "watch engines", err)
		}
		seen(ChildState{
			PID: int(r.GetPid()), Ears: engineFromPB(r.GetEars()), Mind: engineFromPB(r.GetMind()), Mouth: engineFromPB(r.GetMouth()),
			Meaning: engineFromPB(r.GetMeaning()),
		})
	}
}

// Ping asks the child whether its owners get on.
func (c *Client) Ping(ctx context.Context) (Overdue, error) {
	r, err := c.pb.Ping(ctx, &enginespb.PingRequest{})
	if err != nil {
		return Overdue{}, fromStatus(ctx, "ping engines", err)
	}
	return Overdue{Owner: r.GetOwner(), Busy: time.Duration(r.GetBusy()), Late: time.Duration(r.GetOverdue())}, nil
}

// checkSize refuses here what the child would refuse, with an error that says so.
func checkSize(doing string, m proto.Message) error {
	if size := proto.Size(m); size > MaxMessage {
		return fmt.Errorf("%s: %d bytes, the limit is %d: %w", doing, size, MaxMessage, ErrTooLarge)
	}
	return nil
}

var (
	_ Ears  = (*Client)(nil)
	_ Mind  = (*Client)(nil)
	_ Mouth = (*Client)(nil)

	_ Embedder = (*Client)(nil)
)
