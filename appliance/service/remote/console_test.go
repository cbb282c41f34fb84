package remote_test

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// A technician signs in through the socket; the log on the other side knows the door.
func TestPINThroughTheSocket(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var log bytes.Buffer
	d := servicetest.New(t, service.Options{
		Records: s, Guard: access.New(access.Options{Records: s, Dir: dir}), Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	socket := filepath.Join(dir, "control.sock")
	early := remote.At(socket)
	if _, err := service.ReadPINState.Get(servicetest.Operator(t), early); !errors.Is(err, remote.ErrNotRunning) {
		t.Errorf("before anybody listens: %v", err)
	}
	c := serve(t, socket, d)
	ctx := service.WithActor(t.Context(), service.Actor{Kind: "technician", Door: "console ttyS0", Role: service.Technician})
	if got, err := service.SetPIN.Do(ctx, c, service.NewPIN{PIN: "274931", First: true}); err != nil || !got.OK {
		t.Fatalf("SetPIN() = %+v, %v", got, err)
	}
	for pin, want := range map[service.Password]bool{"274931": true, "274932": false} {
		if got, err := service.PassPIN.Do(ctx, early, pin); err != nil || got.OK != want || !got.Set {
			t.Errorf("PassPIN() = %+v, %v; want %v", got, err, want)
		}
	}
	if n := strings.Count(log.String(), `door="console ttyS0"`); n != 3 || strings.Contains(log.String(), "27493") {
		t.Errorf("%d acts with their door in the log, want 3 and no PIN:\n%s", n, &log)
	}
	if err := early.Close(); err != nil {
		t.Error(err)
	}
}
