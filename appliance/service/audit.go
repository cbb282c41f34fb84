package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
)

// AuditQuery asks for entries of the audit chain. Who and About are parts of the names there, in upper or lower case; "" =
// everybody, everything.
type AuditQuery struct {
	Who   string    `json:"who,omitempty"`
	About string    `json:"about,omitempty"`
	Since time.Time `json:"since"` // the zero time = from the beginning
	Limit int       `json:"limit,omitempty"`
}

// matches reports whether e is asked for; who and about are in lower case.
func (q AuditQuery) matches(e record.AuditEntry, who, about string) bool {
	return !e.At.Before(q.Since) && strings.Contains(strings.ToLower(e.Who), who) && strings.Contains(strings.ToLower(e.Subject), about)
}

// ListAudit returns the newest entries of the audit chain that are asked for, newest first; a limit of 0 is MaxList.
var ListAudit = define(Op[AuditQuery, []record.AuditEntry]{
	Name: "list-audit", Role: Owner, Audit: Reads("read audit chain"),
	Run: (*Service).listAudit,
})

func (s *Service) listAudit(ctx context.Context, q AuditQuery) ([]record.AuditEntry, error) {
	last, err := s.o.Records.LastAudit()
	if err != nil {
		return nil, err
	}
	list, who, about := []record.AuditEntry{}, strings.ToLower(q.Who), strings.ToLower(q.About)
	most, step := limit(q.Limit), uint64(MaxList)
	for to := last.Seq; to > 0 && len(list) < most; to -= min(to, step) { // the chain is read from its end, piece by piece
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		from := to - min(to, step) + 1
		var some []record.AuditEntry
		err := s.o.Records.AuditEntries(from, func(e record.AuditEntry) error {
			if e.Seq > to {
				return errEnough
			}
			if q.matches(e, who, about) {
				some = append(some, e)
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
		slices.Reverse(some)
		list = append(list, some...)
	}
	return list[:min(len(list), most)], nil
}

// errEnough ends the reading of a piece of the chain.
var errEnough = errors.New("enough entries")

// VerifyAudit goes through the whole audit chain; noted are heads that were kept elsewhere.
var VerifyAudit = define(Op[[]record.AuditHead, audit.Verification]{
	Name: "verify-audit", Role: Owner, Long: true, Audit: NoLine("it shows nothing but whether the chain is whole"),
	Run: (*Service).verifyAudit,
})

func (s *Service) verifyAudit(_ context.Context, noted []record.AuditHead) (audit.Verification, error) {
	return s.o.Audit.Verify(noted...)
}

// SignAudit signs the end of the audit chain, to be kept elsewhere.
var SignAudit = define(Op[None, record.AuditHead]{
	Name: "sign-audit", Role: Operator, Audit: NoLine("it is about the end of the chain itself"),
	Run: get((*Service).signAudit),
})

func (s *Service) signAudit(context.Context) (record.AuditHead, error) {
	return s.o.Audit.Head()
}
