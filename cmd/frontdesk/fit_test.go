package main

import (
	"context"
	"strings"
	"testing"

	"frontdesk.internal/models/hint"
)

func TestFit(t *testing.T) {
	lacks := func() error { return hint.New("Build it on this machine.", "this one lacks avx2") }
	fits := func() error { return nil }
	for _, tt := range []struct {
		check func() error
		args  []string
		code  int
		runs  bool
	}{
		{fits, nil, 7, true},
		{lacks, []string{"--json"}, exitFailed, false},
		{lacks, []string{"--help"}, 7, true},
	} {
		var errs strings.Builder
		ran := false
		code := fit(&errs, "serve", tt.check, func(context.Context, []string) int { ran = true; return 7 })(t.Context(), tt.args)
		if code != tt.code || ran != tt.runs {
			t.Errorf("%q: got code %d, ran %v", tt.args, code, ran)
		}
		if said := errs.String(); !ran && said != "frontdesk serve: this one lacks avx2\n  Build it on this machine.\n" {
			t.Errorf("got %q", said)
		}
	}
}
