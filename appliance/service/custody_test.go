package service_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// What an authority gets is sealed for it, and the audit chain has the hash of the very file.
func TestASealedExportHasItsChainOfCustody(t *testing.T) {
	h := openHouse(t)
	c := ok(h, service.SealForAuthority, service.AuthorityWish{
		Callers: []string{h.who}, Authority: "Local court", Reference: "1 C 2/26", Ground: "order of 2 March", Key: successor,
	})
	var sealed bytes.Buffer
	if err := service.Pour(&sealed, c); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed.Bytes(), []byte("Local court")) || !bytes.HasPrefix(sealed.Bytes(), []byte("age-encryption.org/v1")) {
		t.Error("it is not sealed")
	}
	want := "1 C 2/26 sha256 " + sha256Hex(sealed.Bytes())
	found := false
	if err := h.s.AuditEntries(1, func(e record.AuditEntry) error {
		found = found || e.Act == "seal for an authority" && e.Subject == want
		return nil
	}); err != nil || !found {
		t.Errorf("the chain does not have %q (%v)", want, err)
	}
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
