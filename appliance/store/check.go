package store

import (
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/store/keyring"
)

// Fault is something that is wrong with the records.
type Fault struct {
	Where string `json:"where"` // bucket, or "file"
	What  string `json:"what"`
	Count int    `json:"count"`
}

// CheckResult is what a thorough check has found.
type CheckResult struct {
	Values int     `json:"values"` // that were opened
	Erased int     `json:"erased"` // of erased callers, still to be removed
	Faults []Fault `json:"faults"`
}

// Sealed buckets hold values; all others hold what finds them.
func sealedBuckets() [][]byte {
	return [][]byte{
		bCallers, bCalls, bTurns, bMessages, bUnanswered, bProfiles, bDrafts, bTokens, bAccounts, bSessions, bSettings, bExtensions, bJobs,
		bTombstones, bHolds, bRegistrations, bAudit, bRequests, bConsents, bNotices, bEgress, bImports, bDocuments, bExamples, bSecurity,
		bRecipients, bOccasions, bOutbox, bSent, bDead, bBookCards, bVisits,
	}
}

// Check verifies the structure of the whole file and of the key ring, without reading values.
func (s *Store) Check() error {
	h, done := s.use()
	defer done()
	// bbolt's own check runs in a goroutine of its own, where a page that lies beyond the file would end the program: it is looked for
	// here first.
	err := guarded(s.path, func() error {
		return h.View(func(tx *bolt.Tx) error {
			if err := h.Tree(tx).Whole(); err != nil {
				return err
			}
			return keyring.Walk(tx)
		})
	})
	if err != nil {
		return fmt.Errorf("check records: %w", err)
	}
	if err = keyring.CheckPages(h.DB); err != nil {
		return fmt.Errorf("check records: %w", err)
	}
	return nil
}

// CheckAll verifies the structure of the file and of the key ring, opens every value and follows every index. It reads everything; only
// the structure of the file holds up who writes, the rest goes in steps.
func (s *Store) CheckAll() (CheckResult, error) {
	r := CheckResult{Faults: []Fault{}}
	found := map[Fault]int{}
	note := func(where []byte, what string) { found[Fault{Where: string(where), What: what}]++ }
	if err := s.Check(); err != nil {
		s.notice(&DamagedError{s.path, err})
		r.Faults = append(r.Faults, Fault{Where: "file", What: err.Error(), Count: 1})
		return r, nil // what stands in such a file cannot be told
	}
	if err := guarded(s.keysPath(), s.keys.Check); err != nil {
		s.notice(&DamagedError{s.keysPath(), err})
		note([]byte(KeysFile), err.Error())
	}
	for _, bucket := range sealedBuckets() {
		if err := s.checkValues(bucket, &r, note); err != nil && !isDamage(err, bucket, note) {
			return r, err
		}
	}
	err := s.view("check records", func(t *txn) error {
		t.checkIndexes(note)
		return nil
	})
	if isDamage(err, []byte("file"), note) {
		err = nil
	}
	for f, n := range found {
		f.Count = n
		r.Faults = append(r.Faults, f)
	}
	return r, err
}

// isDamage notes an error that is a page that cannot be read.
func isDamage(err error, where []byte, note func([]byte, string)) bool {
	var bad *DamagedError
	if !errors.As(err, &bad) {
		return false
	}
	note(where, bad.Error())
	return true
}

// checkBatch is how many values are opened in one transaction.
const checkBatch = 2000

func (s *Store) checkValues(bucket []byte, r *CheckResult, note func([]byte, string)) error {
	for from := []byte{}; from != nil; {
		err := s.view("check records", func(t *txn) error {
			c := t.cursor(bucket)
			k, v := c.Seek(from)
			from = nil
			for n := 0; k != nil; k, v = c.Next() {
				if n++; n > checkBatch {
					from = append([]byte(nil), k...)
					break
				}
				_, err := openValue(s.keys, bucket, k, v)
				switch {
				case err == nil:
					r.Values++
				case errors.Is(err, keyring.ErrGone):
					r.Erased++
				default:
					note(bucket, err.Error())
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkIndexes looks for entries that lead nowhere, and for records that nothing leads to.
func (t *txn) checkIndexes(note func([]byte, string)) {
	leads := func(index, bucket []byte, to func(k, v []byte) []byte) map[string]bool {
		seen := map[string]bool{}
		c := t.cursor(index)
		for k, v := c.First(); k != nil; k, v = c.Next() {
			key := to(k, v)
			seen[string(key)] = true
			if !t.has(bucket, key) {
				note(index, "an entry leads nowhere")
			}
		}
		return seen
	}
	all := func(bucket []byte, missing string, seen ...map[string]bool) {
		c := t.cursor(bucket)
	next:
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			for _, s := range seen {
				if s[string(k)] {
					continue next
				}
			}
			note(bucket, missing)
		}
	}
	after := func(n int) func(k, v []byte) []byte { return func(k, _ []byte) []byte { return k[min(n, len(k)):] } }
	byTime, tests := leads(bByTime, bCalls, after(9)), leads(bTests, bCalls, after(9))
	all(bCalls, "a call that no list has", byTime, tests)
	all(bCallers, "a caller that no list has", leads(bSeen, bCallers, after(9)))
	leads(bByNumber, bCallers, func(_, v []byte) []byte { return v })
	leads(bOpen, bMessages, after(0))
	leads(bCardFinds, bBookCards, after(hashSize+1))
	c := t.cursor(bTurns)
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(k) < 5 || !t.has(bCalls, k[:len(k)-5]) {
			note(bTurns, "a turn of no call")
		}
	}
}
