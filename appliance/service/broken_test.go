package service_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// withoutRecords are operations that touch no record, tell of the machine when it is ill, or say in the answer that it is not complete;
// those of the lock of the keys are about another file.
const withoutRecords = `change-lock rotate-keys list-refusals list-ladders read-ladder test-phone-account make-console-password set-up-backup
	list-backups verify-backup restart list-models verify-models import-models make-support-bundle read-network read-machine read-logs check-store
	steer-call start-talk stop-talk read-talk play-tone echo-sound measure-sound list-sound-devices start-self-test read-self-test
	read-filter list-running-calls follow-running-calls search-calls read-waveform play-recording review-wipe order-wipe
	read-update install-update go-back-version restart-box list-sticks choose-backup-folder`

// Where the records cannot be read or written any more every operation that needs them says so: none answers as if nothing were there,
// and none tells those who speak of a change that was not kept.
func TestNothingIsMadeUpWithoutRecords(t *testing.T) {
	for _, op := range service.Operations() {
		name := op.Facts().Name
		if slices.Contains(strings.Fields(withoutRecords), name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t)
			in := walks()[op].fits(h)
			d := h.with(func(o *service.Options) { o.Audit = audit.New(audit.Options{Records: deaf{h.s}}) })
			if err := h.s.Close(); err != nil {
				t.Fatal(err)
			}
			h.shut = true
			out := op.Answer()
			if err := d.Invoke(servicetest.Operator(t), op, in, out); err == nil {
				t.Errorf("it answers %+v", out)
			}
		})
	}
}

// deaf are records whose chain takes every line and keeps none.
type deaf struct{ audit.Records }

func (deaf) AppendAudit(func(record.AuditEntry) record.AuditEntry) (record.AuditEntry, error) {
	return record.AuditEntry{}, nil
}
