package progress_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"frontdesk.internal/models/progress"
)

func TestAFaultSaysWhatToDo(t *testing.T) {
	cause := errors.New("connection refused")
	inner := progress.WrapFault(cause, "Look at the cable.", "fetch %s", "model")
	outer := progress.WrapFault(fmt.Errorf("set up: %w", inner), "Try again.", "install")
	for name, tt := range map[string]struct {
		err       error
		text, do  string
		keepCause bool
	}{
		"none":         {errors.New("x"), "x", "", false},
		"new":          {progress.NewFault("Do %this.", "no %s", "disk"), "no disk", "Do %this.", false},
		"wrapped":      {inner, "fetch model: connection refused", "Look at the cable.", true},
		"inner stays":  {outer, "install: set up: fetch model: connection refused", "Look at the cable.", true},
		"disk is full": {progress.WrapFault(syscall.ENOSPC, "Try again.", "write"), "write: no space left on device", progress.DiskFull, false},
		"full, bare":   {fmt.Errorf("write: %w", syscall.ENOSPC), "write: no space left on device", progress.DiskFull, false},
	} {
		if tt.err.Error() != tt.text || progress.AdviceOf(tt.err) != tt.do || errors.Is(tt.err, cause) != tt.keepCause {
			t.Errorf("%s: %q, %q", name, tt.err, progress.AdviceOf(tt.err))
		}
		var b strings.Builder
		progress.PrintFault(&b, "frontdesk", tt.err)
		want := "frontdesk: " + tt.text + "\n"
		if tt.do != "" {
			want += "  " + tt.do + "\n"
		}
		if b.String() != want {
			t.Errorf("%s is printed as %q", name, &b)
		}
	}
	if progress.AdviceOf(nil) != "" {
		t.Error("advice about nothing")
	}
}
