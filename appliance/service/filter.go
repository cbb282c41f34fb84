package service

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"frontdesk.internal/appliance/egress/filter"
)

// FilterReport is the outward filter: what the settings mean, and what is in force.
type FilterReport struct {
	Wanted  []filter.Opening `json:"wanted"`         // everything else is denied
	Unknown []string         `json:"unknown"`        // names whose addresses could not be found now
	Made    *filter.Standing `json:"made,omitempty"` // as the drop-in of the unit says; nil: there is none
	InForce *filter.Standing `json:"in_force,omitempty"`
	Problem string           `json:"problem"` // what to do; "" when all is right, or no filter was ever made
	Unit    string           `json:"unit"`    // the drop-in as it should be
	Rules   string           `json:"rules"`   // the same for nftables
}

// ReadFilter tells what the outward filter should be by the settings, and whether the one in force is.
var ReadFilter = define(Op[None, FilterReport]{
	Name: "read-filter", Role: Owner, Needs: needAppliance, Audit: NoLine("addresses of servers; no person"),
	Run: get((*Service).readFilter),
})

func (s *Service) readFilter(ctx context.Context) (r FilterReport, err error) {
	if s.o.Filter == nil {
		return r, ErrNotRunning
	}
	wanted, unknown, err := s.o.Filter(ctx)
	if err != nil {
		return r, err
	}
	root := s.o.Platform.Root
	if root == nil {
		root = os.DirFS("/")
	}
	r = FilterReport{Wanted: filter.Sorted(wanted), Unknown: some(unknown), Unit: filter.Unit(wanted), Rules: filter.Rules(wanted)}
	if r.Made, err = filterState(root, filter.DropIn); err != nil {
		return r, err
	}
	if r.InForce, err = filterState(root, filter.InForce); err != nil {
		return r, err
	}
	r.Problem = filter.Judge(wanted, unknown, r.Made, r.InForce)
	return r, nil
}

// filterState reads what a file says of the filter; nil where there is none.
func filterState(root fs.FS, path string) (*filter.Standing, error) {
	b, err := fs.ReadFile(root, strings.TrimPrefix(path, "/"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // there is no filter
	}
	if err != nil {
		return nil, err
	}
	state := filter.Read(string(b))
	return &state, nil
}
