package service_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// unzipped are the files of an archive.
func unzipped(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// What an authority gets is sealed for it alone. It says who got what from whom, with the hash of each part and the end of the audit
// chain, and the chain has the hash of the very file. Nothing of it stays on the box.
func TestASealedExportHasItsChainOfCustody(t *testing.T) {
	h := openHouse(t)
	k, second := identity(t), h.other()
	c, err := as(h, service.Owner, service.SealForAuthority, service.AuthorityWish{
		Callers: []string{h.who, second}, Authority: "Local court", Reference: "1 C 2/26\n", Ground: "order of 2 March",
		Key: k.Recipient().String(),
	})
	if err != nil || c.Type() != "application/octet-stream" || len(h.leftovers()) != 1 {
		t.Fatalf("%v; %q", err, h.leftovers())
	}
	sealed := poured(t, c)
	if bytes.Contains(sealed, []byte("Local court")) || !bytes.HasPrefix(sealed, []byte("age-encryption.org/v1")) {
		t.Error("it is not sealed")
	}
	if left := h.leftovers(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	h.noted("seal for an authority", "account Maria|1 C 2/26 sha256 "+sha256Hex(sealed))
	files := unzipped(t, unsealed(t, sealed, k))
	var custody service.Custody
	if err := json.Unmarshal(files["custody.json"], &custody); err != nil {
		t.Fatal(err)
	}
	if custody.Authority != "Local court" || custody.Ground != "order of 2 March" || custody.By != "account Maria" || custody.Door != "test" ||
		custody.Office != h.biz.Name || !custody.Made.Equal(noon) || len(custody.Files) != 2 || len(files) != 3 {
		t.Errorf("%+v in %d files", custody, len(files))
	}
	for i, who := range []string{h.who, second} {
		f, name := custody.Files[i], fmt.Sprintf("person-%d.zip", i+1)
		if part := files[name]; f.Name != name || f.Caller != who || f.SHA256 != sha256Hex(part) || f.Bytes != int64(len(part)) {
			t.Errorf("%+v is not %s, which has %d octets", f, name, len(part))
		}
	}
	if dossier := unzipped(t, files["person-1.zip"]); !bytes.Contains(dossier["dossier.json"], []byte("when are you open")) {
		t.Error("the dossier lacks what was said")
	}
	if v := ok(h, service.VerifyAudit, []record.AuditHead{custody.Head}); custody.Head.Seq == 0 || len(v.Faults) != 0 || v.Heads == 0 {
		t.Errorf("the head in it: %+v; %+v", custody.Head, v)
	}
}

// What is missing is told at its place, always in the same order; nothing is given out and nothing is left behind.
func TestASealedExportThatCannotBe(t *testing.T) {
	h := openHouse(t)
	good := service.AuthorityWish{
		Callers: []string{h.who}, Authority: "Local court", Reference: "1 C 2/26", Ground: "order", Key: identity(t).Recipient().String(),
	}
	with := func(change func(w *service.AuthorityWish)) service.AuthorityWish {
		w := good
		change(&w)
		return w
	}
	for range 5 {
		invalid(h, service.SealForAuthority, service.AuthorityWish{}, "authority", "reference", "ground", "callers")
	}
	invalid(h, service.SealForAuthority, with(func(w *service.AuthorityWish) { w.Ground = " \n" }), "ground")
	invalid(h, service.SealForAuthority, with(func(w *service.AuthorityWish) { w.Callers = make([]string, 101) }), "callers")
	invalid(h, service.SealForAuthority, with(func(w *service.AuthorityWish) { w.Key = "age1nobody" }), "key")
	fails(h, service.SealForAuthority, with(func(w *service.AuthorityWish) { w.Callers = []string{h.who, "none"} }), store.ErrNotFound)
	if _, err := as(h, service.Staff, service.SealForAuthority, good); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if left := h.leftovers(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	lines := h.chain("seal for an authority")
	if len(lines) != 10 || lines[9] != "account Maria|1 C 2/26|failed" || strings.Contains(fmt.Sprint(lines), "sha256") {
		t.Errorf("noted: %q", lines)
	}
}

// Where nothing is published yet there is no name of the office, and the export is made all the same.
func TestASealedExportOfAnOfficeWithoutAProfile(t *testing.T) {
	s := openStore(t)
	c := keepCall(t, s, "a", noon)
	d := servicetest.New(t, service.Options{
		Records: s, Now: func() time.Time { return noon }, Backups: service.Backups{State: t.TempDir()},
	})
	k := identity(t)
	sealed, err := service.SealForAuthority.Do(servicetest.Operator(t), d, service.AuthorityWish{
		Callers: []string{c.CallerID}, Authority: "court", Reference: "1", Ground: "order", Key: k.Recipient().String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	var custody service.Custody
	if err := json.Unmarshal(unzipped(t, unsealed(t, poured(t, sealed), k))["custody.json"], &custody); err != nil || custody.Office != "" ||
		custody.By != "user tester" {
		t.Errorf("%+v, %v", custody, err)
	}
}

// soundless are recordings that are there and cannot be opened.
type soundless struct{ sounds }

var errSoundless = errors.New("the recording cannot be opened")

func (soundless) Sound(string) (service.Recording, error) { return service.Recording{}, errSoundless }

// Where it cannot be written, where the end of the chain cannot be signed, and where a recording cannot be read nothing is given out: an
// export without a part would say that there is none.
func TestASealedExportThatFailsHalfWay(t *testing.T) {
	h := openHouse(t)
	wish := service.AuthorityWish{
		Callers: []string{h.who}, Authority: "court", Reference: "1", Ground: "order", Key: identity(t).Recipient().String(),
	}
	gone := filepath.Join(t.TempDir(), "gone")
	key, err := h.s.AuditKey()
	if err != nil {
		t.Fatal(err)
	}
	ok(h, service.MarkMessage, service.MessageMark{ID: h.message, Done: true}) // the chain has an end
	for name, tt := range map[string]struct {
		change func(o *service.Options)
		want   error
	}{
		"no folder": {func(o *service.Options) { o.Backups.State = gone }, os.ErrNotExist},
		"no file of the heads": {func(o *service.Options) {
			o.Audit = audit.New(audit.Options{Records: h.s, Key: key, Heads: filepath.Join(gone, "heads")})
		}, os.ErrNotExist},
		"a recording": {func(o *service.Options) { o.Recordings = soundless{} }, errSoundless},
	} {
		c, err := service.SealForAuthority.Do(servicetest.Operator(t), h.with(tt.change), wish)
		if !errors.Is(err, tt.want) || c != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left := h.leftovers(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}
