package remote_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/service/remote"
)

func TestThePassphraseIsSentAndAnswered(t *testing.T) {
	state := t.TempDir()
	if err := remote.SendPassphrase(t.Context(), state, "forty kettles"); err == nil {
		t.Error("it was taken by nobody")
	}
	type got struct {
		u   *remote.Unlocking
		err error
	}
	for _, wrong := range []string{"This is not it.", ""} {
		waits := make(chan got, 1)
		go func() {
			u, err := remote.WaitForPassphrase(t.Context(), state)
			if err == nil {
				u.Tell(wrong)
			}
			waits <- got{u, err}
		}()
		var err error
		for { // until it waits
			if _, missing := os.Stat(filepath.Join(state, "unlock.sock")); missing != nil {
				continue
			}
			if err = remote.SendPassphrase(t.Context(), state, "forty kettles"); err == nil || err.Error() == wrong {
				break
			}
		}
		if (err == nil) != (wrong == "") {
			t.Errorf("answer %v, want %q", err, wrong)
		}
		if g := <-waits; g.err != nil || g.u.Phrase != "forty kettles" {
			t.Errorf("%+v", g)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := remote.WaitForPassphrase(ctx, state); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
