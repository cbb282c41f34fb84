package engines

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"google.golang.org/grpc"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

// server answers the requests of the parent.
type server struct {
	enginespb.UnimplementedEnginesServer
	log      *slog.Logger
	progress *Progress
	state    *board[ChildState]
	ears     slot[Ears]
	mouth    slot[Mouth]
	mind     slot[Mind]
	meaning  slot[Embedder]

	// One token for each request under way.
	listens, completes, speaks, embeds chan struct{}

	stopping context.Context //nolint:containedctx // the server's own life, which gRPC's handlers cannot be given otherwise
	stop     context.CancelFunc
}

func newServer(cfg ServeConfig) *server {
	s := &server{
		log:       cfg.Logger,
		progress:  cfg.Progress,
		state:     newBoard(ChildState{PID: os.Getpid()}),
		listens:   make(chan struct{}, MaxStreams),
		completes: make(chan struct{}, MaxStreams),
		speaks:    make(chan struct{}, MaxStreams),
		embeds:    make(chan struct{}, MaxStreams),
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	// What will be loaded is loading from the first moment on: absent is only what this child will never have.
	s.state.update(func(c *ChildState) {
		for _, e := range []struct {
			state *EngineState
			has   bool
		}{{&c.Ears, cfg.Ears != nil}, {&c.Mouth, cfg.Mouth != nil}, {&c.Mind, cfg.Mind != nil}, {&c.Meaning, cfg.Meaning != nil}} {
			if e.has {
				e.state.Phase = Loading
			}
		}
	})
	return s
}

func (s *server) close() error {
	return errors.Join(s.ears.close(), s.mouth.close(), s.mind.close(), s.meaning.close())
}

// enter takes one of the places in full, or says that there is none.
func enter(places chan struct{}) (leave func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	default:
		return nil, fmt.Errorf("%d requests of this kind are under way: %w", cap(places), ErrBusy)
	}
}

// life returns ctx, ended also when the server stops.
func (s *server) life(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	drop := context.AfterFunc(s.stopping, func() { cancel(ErrUnavailable) })
	return ctx, func() { drop(); cancel(nil) }
}

// Warm implements the service.
func (s *server) Warm(ctx context.Context, r *enginespb.WarmRequest) (*enginespb.WarmReply, error) {
	mind, leave, err := engineFor(&s.mind, s.completes, s.state.get().Mind)
	if err != nil {
		return nil, toStatus(err)
	}
	defer leave()
	ctx, cancel := s.life(ctx)
	defer cancel()
	err = s.progress.Do(ctx, "mind", WarmLimit, func(ctx context.Context) error { return mind.Warm(ctx, r.GetPrefix()) })
	if err != nil {
		return nil, toStatus(err)
	}
	return &enginespb.WarmReply{}, nil
}

// Complete implements the service.
func (s *server) Complete(ctx context.Context, r *enginespb.CompleteRequest) (*enginespb.CompleteReply, error) {
	mind, leave, err := engineFor(&s.mind, s.completes, s.state.get().Mind)
	if err != nil {
		return nil, toStatus(err)
	}
	defer leave()
	ctx, cancel := s.life(ctx)
	defer cancel()
	var c Completion
	err = s.progress.Do(ctx, "mind", CompleteLimit, func(ctx context.Context) (err error) {
		c, err = mind.Complete(ctx, requestFromPB(r))
		return err
	})
	if err != nil {
		return nil, toStatus(err)
	}
	return completionToPB(c), nil
}

// chunkMillis is the length of one chunk of speech in a message.
const chunkMillis = 100

// Speak implements the service.
func (s *server) Speak(r *enginespb.SpeakRequest, out grpc.ServerStreamingServer[enginespb.SpeechChunk]) error {
	mouth, leave, err := engineFor(&s.mouth, s.speaks, s.state.get().Mouth)
	if err != nil {
		return toStatus(err)
	}
	defer leave()
	ctx, cancel := s.life(out.Context())
	defer cancel()
	req := SpeakRequest{Call: r.GetCall(), Text: r.GetText(), Rate: int(r.GetRate()), Speed: r.GetSpeed(), Language: r.GetLanguage()}
	return toStatus(mouth.Speak(ctx, req, func(sp Speech) error {
		if sp.Rate <= 0 {
			return fmt.Errorf("voice gave audio at rate %d", sp.Rate)
		}
		for pcm, size := sp.PCM, sp.Rate*chunkMillis/1000; len(pcm) > 0; {
			n := min(size, len(pcm))
			var piece audio.PCM
			piece, pcm = pcm[:n], pcm[n:]
			chunk := &enginespb.SpeechChunk{Pcm: appendPCM(make([]byte, 0, 2*n), piece), Rate: int32(sp.Rate), Substitute: sp.Substitute}
			if err := out.Send(chunk); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Embed implements the service.
func (s *server) Embed(ctx context.Context, r *enginespb.EmbedRequest) (*enginespb.EmbedReply, error) {
	if err := CheckEmbed(r.GetTexts()); err != nil {
		return nil, toStatus(err)
	}
	meaning, leave, err := engineFor(&s.meaning, s.embeds, s.state.get().Meaning)
	if err != nil {
		return nil, toStatus(err)
	}
	defer leave()
	ctx, cancel := s.life(ctx)
	defer cancel()
	var reply *enginespb.EmbedReply
	err = s.progress.Do(ctx, "sentence embedder", EmbedLimit, func(ctx context.Context) error {
		v, err := meaning.Embed(ctx, r.GetLanguage(), r.GetTexts())
		if err == nil {
			reply, err = vectorsToPB(v)
		}
		return err
	})
	if err != nil {
		return nil, toStatus(err)
	}
	return reply, nil
}

// Rank implements the service.
func (s *server) Rank(ctx context.Context, r *enginespb.RankRequest) (*enginespb.RankReply, error) {
	var items []RankItem
	for _, i := range r.GetItems() {
		items = append(items, RankItem{i.GetText(), i.GetAnswer()})
	}
	if err := CheckRank(r.GetSaid(), items); err != nil {
		return nil, toStatus(err)
	}
	meaning, leave, err := engineFor(&s.meaning, s.embeds, s.state.get().Meaning)
	if err != nil {
		return nil, toStatus(err)
	}
	defer leave()
	ctx, cancel := s.life(ctx)
	defer cancel()
	reply := &enginespb.RankReply{}
	err = s.progress.Do(ctx, "ranker", EmbedLimit, func(ctx context.Context) error {
		ranks, err := meaning.Rank(ctx, r.GetLanguage(), r.GetSaid(), items)
		reply.None = ranks.None
		for _, x := range ranks.Items {
			reply.Scores, reply.Facets = append(reply.Scores, x.Score), append(reply.Facets, x.Facet)
		}
		return err
	})
	if err != nil {
		return nil, toStatus(err)
	}
	return reply, nil
}

// CheckRank says what is too large for one request to rank.
func CheckRank(said string, items []RankItem) error {
	if len(items) > MaxRankItems {
		return fmt.Errorf("%d items, the limit is %d: %w", len(items), MaxRankItems, ErrTooLarge)
	}
	texts := []string{said}
	for _, i := range items {
		texts = append(texts, i.Text)
	}
	return CheckEmbed(texts)
}

// CheckEmbed says what is too large in texts for one request to an [Embedder].
func CheckEmbed(texts []string) error {
	if len(texts) > MaxEmbedTexts {
		return fmt.Errorf("%d texts, the limit is %d: %w", len(texts), MaxEmbedTexts, ErrTooLarge)
	}
	for _, t := range texts {
		if len(t) > MaxEmbedText {
			return fmt.Errorf("a text of %d bytes, the limit is %d: %w", len(t), MaxEmbedText, ErrTooLarge)
		}
	}
	return nil
}

// State implements the service.
func (s *server) State(_ *enginespb.StateRequest, out grpc.ServerStreamingServer[enginespb.StateReply]) error {
	ctx, cancel := s.life(out.Context())
	defer cancel()
	for c := range s.state.watch(ctx) {
		reply := &enginespb.StateReply{
			Pid: int64(c.PID), Ears: engineToPB(c.Ears), Mind: engineToPB(c.Mind), Mouth: engineToPB(c.Mouth), Meaning: engineToPB(c.Meaning),
		}
		if err := out.Send(reply); err != nil {
			return err
		}
	}
	return toStatus(context.Cause(ctx))
}

// Ping implements the service.
func (s *server) Ping(context.Context, *enginespb.PingRequest) (*enginespb.PingReply, error) {
	o := s.progress.Worst()
	return &enginespb.PingReply{Owner: o.Owner, Busy: int64(o.Busy), Overdue: int64(o.Late)}, nil
}

// engineFor returns the engine in the slot and takes a place for one request to it.
func engineFor[T any](place *slot[T], places chan struct{}, state EngineState) (engine T, leave func(), err error) {
	engine, ok := place.get()
	if !ok {
		return engine, nil, notReady(state)
	}
	leave, err = enter(places)
	return engine, leave, err
}

// notReady says why there is no engine.
func notReady(e EngineState) error {
	switch e.Phase {
	case Failed:
		return fmt.Errorf("%w: %s", ErrUnavailable, e.Problem)
	case Loading:
		return fmt.Errorf("%w: its model is being loaded", ErrUnavailable)
	default:
		return ErrUnavailable
	}
}
