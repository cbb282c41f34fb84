package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/store"
)

// Live are the calls that go on, for who joins in.
type Live interface {
	// Say has words said to the caller.
	Say(call, text string) error
	// PutThrough gives the caller to an extension.
	PutThrough(call, extension string) error
	// Hangup ends the call after a goodbye.
	Hangup(call string) error
}

// What the office can want of a call that goes on.
const (
	SteerSay     = "say"     // Text is said to the caller
	SteerThrough = "through" // the caller is put through to Extension, a telephone of the business profile
	SteerHangup  = "hangup"  // the call is ended after a goodbye
)

// Steering is what somebody of the office wants of a call that goes on.
type Steering struct {
	Call      string `json:"call"`
	Do        string `json:"do"` // SteerSay, SteerThrough, SteerHangup
	Text      string `json:"text,omitempty"`
	Extension string `json:"extension,omitempty"`
}

// longestSaying bounds what is typed to be said, in bytes.
const longestSaying = 500

// SteerCall joins in a call that goes on: has something said, takes the caller, or ends it. It returns before that is done; who follows the
// call sees what comes of it. The error is store.ErrNotFound when the call does not go on any more.
var SteerCall = define(Op[Steering, None]{
	Name: "steer-call", Role: Staff, Needs: needCalls, Audit: Changes("join in a call"),
	About: func(in Steering, _ None) string { return in.Call },
	Doing: func(in Steering) string {
		switch in.Do {
		case SteerSay:
			return "have something said on a call"
		case SteerThrough:
			return "put a caller through"
		case SteerHangup:
			return "end a call"
		}
		return "join in a call"
	},
	Run: act((*Service).steerCall),
})

func (s *Service) steerCall(ctx context.Context, in Steering) error {
	if s.o.Live == nil {
		return ErrNotRunning
	}
	problem := func(path, text string) error {
		return &InvalidError{What: "wish for a call", Problems: []knowledge.Problem{{Path: path, Text: text}}}
	}
	var err error
	switch in.Do {
	case SteerSay:
		text := strings.Join(strings.Fields(in.Text), " ")
		if text == "" || len(text) > longestSaying {
			return problem("text", "write what is to be said, in a sentence or two")
		}
		err = s.o.Live.Say(in.Call, text)
	case SteerThrough:
		list, listed := s.listHandsets(ctx)
		if listed != nil {
			return listed
		}
		if !slices.ContainsFunc(list, func(h Handset) bool { return h.Extension == in.Extension }) {
			return problem("extension", "choose a telephone of the business profile")
		}
		err = s.o.Live.PutThrough(in.Call, in.Extension)
	case SteerHangup:
		err = s.o.Live.Hangup(in.Call)
	default:
		return problem("do", "choose say, through or hangup")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrNotFound, err)
	}
	return nil
}
