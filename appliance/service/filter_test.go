package service_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// meant is what the settings of the house mean.
func meant(context.Context) ([]filter.Opening, []string, error) {
	return append(filter.Own(), filter.Host(netip.MustParseAddr("192.0.2.10"), "the telephone system")), []string{"mail.example"}, nil
}

// The filter that was made, and the one in force, are read from the machine's files and compared with the settings.
func TestReadFilter(t *testing.T) {
	h := openHouse(t)
	list, _, _ := meant(t.Context())
	unit := filter.Unit(list)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	made, force := strings.TrimPrefix(filter.DropIn, "/"), strings.TrimPrefix(filter.InForce, "/")
	for name, tt := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"never made":   {fstest.MapFS{}, ""},
		"in force":     {fstest.MapFS{made: file(unit), force: file(unit)}, ""},
		"only made":    {fstest.MapFS{made: file(unit), force: file("IPAddressAllow=\nIPAddressDeny=\n")}, "not in force yet"},
		"of before":    {fstest.MapFS{made: file(filter.Unit(filter.Own())), force: file(filter.Unit(filter.Own()))}, "192.0.2.10"},
		"unlike files": {fstest.MapFS{made: file("[Service]\n"), force: file(unit)}, "denies nothing"},
	} {
		s := h.with(func(o *service.Options) { o.Filter, o.Platform.Root = meant, tt.files })
		r, err := service.ReadFilter.Get(servicetest.As(h.Context(), service.Owner), s)
		if err != nil || (r.Problem == "") != (tt.want == "") || !strings.Contains(r.Problem, tt.want) {
			t.Errorf("%s: %q, %v", name, r.Problem, err)
		}
		if r.Unit != unit || len(r.Wanted) != 3 || len(r.Unknown) != 1 || (r.Made == nil) != (tt.files[made] == nil) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	broken := errors.New("no network")
	s := h.with(func(o *service.Options) {
		o.Filter = func(context.Context) ([]filter.Opening, []string, error) { return nil, nil, broken }
	})
	if _, err := service.ReadFilter.Get(servicetest.As(h.Context(), service.Owner), s); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	s = h.with(func(o *service.Options) { o.Filter = nil })
	if _, err := service.ReadFilter.Get(servicetest.As(h.Context(), service.Owner), s); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("where nothing runs: %v", err)
	}
}
