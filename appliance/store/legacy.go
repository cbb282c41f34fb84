package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// What follows reads and writes values as they were before they were sealed: plain JSON. Only the first migrations use it.

func plainDecode[T any](b []byte) (v T, err error) {
	if len(b) == 0 || b[0] != formatJSON {
		return v, errFormat
	}
	if err := json.Unmarshal(b[1:], &v); err != nil {
		return v, fmt.Errorf("decode record: %w", err)
	}
	return v, nil
}

func plainEncode[T any](v T) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	return append([]byte{formatJSON}, b...), nil
}

// makeBuckets makes the buckets that are not there. A step that only adds some is this.
func makeBuckets(t *txn) error {
	for _, b := range buckets {
		if _, err := t.tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return nil
}

// versionProfiles gives every profile that was published so far its version and, as nothing better is known, no time.
func versionProfiles(t *txn) error {
	if err := makeBuckets(t); err != nil {
		return err
	}
	b := t.tx.Bucket(bProfiles)
	old := map[string]Edition{} // a bucket must not be changed while it is walked through
	err := b.ForEach(func(k, v []byte) error {
		p, err := plainDecode[knowledge.Business](v)
		old[string(k)] = Edition{Version: int(binary.BigEndian.Uint64(k)), Business: p}
		return err
	})
	if err != nil {
		return err
	}
	for k, e := range old {
		v, err := plainEncode(e)
		if err == nil {
			err = b.Put([]byte(k), v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// indexMessages makes the indexes that lists of messages and callers are read by.
func indexMessages(t *txn) error {
	if err := makeBuckets(t); err != nil {
		return err
	}
	err := t.tx.Bucket(bMessages).ForEach(func(_, b []byte) error {
		m, err := plainDecode[record.Message](b)
		if err != nil {
			return err
		}
		if !m.Done {
			if err := t.set(bOpen, []byte(m.ID), nil); err != nil {
				return err
			}
		}
		return t.set(bOfCall, join([]byte(m.CallID), []byte(m.ID)), nil)
	})
	if err != nil {
		return err
	}
	return t.tx.Bucket(bCallers).ForEach(func(_, b []byte) error {
		c, err := plainDecode[record.Caller](b)
		if err != nil {
			return err
		}
		return t.set(bSeen, join(timeKey(c.LastSeen), []byte(c.ID)), nil)
	})
}

// value is one value of a bucket on its way from one form to another.
type value struct {
	key, plain []byte
	owner      string
}

// sealValues seals every value that is plain, and finds callers by keyed hashes of their numbers from now on.
func sealValues(t *txn) error {
	if err := makeBuckets(t); err != nil {
		return err
	}
	owners, err := t.plainOwners()
	if err != nil {
		return err
	}
	for _, bucket := range [][]byte{bCallers, bCalls, bTurns, bMessages, bUnanswered, bProfiles, bDrafts, bTokens, bAccounts, bSessions, bSettings, bExtensions} {
		if err := t.sealBucket(bucket, owners); err != nil {
			return fmt.Errorf("seal %s: %w", bucket, err)
		}
	}
	return t.tx.Bucket(bMeta).Put(keyRing, []byte(t.keys.ID()))
}

// plainOwners makes the keys of all callers, and returns the owner of each call.
func (t *txn) plainOwners() (ofCall map[string]string, err error) {
	var callers []string
	err = t.tx.Bucket(bCallers).ForEach(func(k, _ []byte) error { callers = append(callers, string(k)); return nil })
	if err != nil {
		return nil, err
	}
	if err := t.keys.Make(callers...); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, id := range callers {
		known[id] = true
	}
	ofCall = map[string]string{}
	err = t.tx.Bucket(bCalls).ForEach(func(k, v []byte) error {
		c, err := plainDecode[record.Call](v)
		if known[c.CallerID] {
			ofCall[string(k)] = c.CallerID
		}
		return err
	})
	return ofCall, err
}

func (t *txn) sealBucket(bucket []byte, ofCall map[string]string) error {
	var values []value
	err := t.tx.Bucket(bucket).ForEach(func(k, v []byte) error {
		if len(v) == 0 || v[0] != formatJSON {
			return errFormat
		}
		x := value{key: append([]byte(nil), k...), plain: append([]byte(nil), v[1:]...), owner: house}
		values = append(values, x)
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range values {
		if err := t.sealOld(bucket, v, ofCall); err != nil {
			return err
		}
	}
	return nil
}

// sealOld writes one value in its new form.
func (t *txn) sealOld(bucket []byte, v value, ofCall map[string]string) error {
	ownedBy := func(call string) {
		if o := ofCall[call]; o != "" {
			v.owner = o
		}
	}
	switch string(bucket) {
	case string(bCallers):
		return t.sealCaller(v)
	case string(bCalls):
		ownedBy(string(v.key))
	case string(bTurns):
		ownedBy(string(v.key[:max(0, len(v.key)-5)]))
	case string(bMessages):
		var m record.Message
		if err := json.Unmarshal(v.plain, &m); err != nil {
			return err
		}
		ownedBy(m.CallID)
		if err := t.own(v.owner, bucket, v.key); err != nil {
			return err
		}
	case string(bUnanswered):
		var u record.Unanswered
		if err := json.Unmarshal(v.plain, &u); err != nil {
			return err
		}
		if err := t.tx.Bucket(bUnanswered).Delete(v.key); err != nil {
			return err
		}
		owner := ofCall[u.CallID]
		if owner == "" {
			owner = house
		}
		return t.ask(u, owner)
	}
	sealed, err := sealValue(t.keys, bucket, v.key, v.owner, v.plain)
	if err != nil {
		return err
	}
	return t.set(bucket, v.key, sealed)
}

// sealCaller writes a card in its new form, with what finds it.
func (t *txn) sealCaller(v value) error {
	var c record.Caller
	if err := json.Unmarshal(v.plain, &c); err != nil {
		return err
	}
	if digits := c.Number.Digits(); digits != "" {
		if err := t.tx.Bucket(bByNumber).Delete([]byte(digits)); err != nil {
			return err
		}
	}
	number, name := c.Number, c.Name
	c.Learn(record.Field{Kind: record.FieldNumber, Value: record.Personal(number), Source: record.SourceCallerID, At: c.FirstSeen, Basis: record.BasisInterest})
	c.Learn(record.Field{Kind: record.FieldName, Value: name, Source: record.SourceSaid, At: c.LastSeen, Basis: record.BasisInterest})
	return t.keepCard(c)
}
