package service

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
)

// AuthorityWish says what is given out to an authority or a court, and on which ground.
type AuthorityWish struct {
	Callers   []string `json:"callers"`   // of whom
	Authority string   `json:"authority"` // who asks
	Reference string   `json:"reference"` // the authority's number
	Ground    string   `json:"ground"`    // order or law
	Key       string   `json:"key"`       // the authority's public key of age: nobody else can open it
}

// Custody stands in a sealed export: who got what from whom, and the end of the audit chain at that time.
type Custody struct {
	Authority string           `json:"authority"`
	Reference string           `json:"reference"`
	Ground    string           `json:"ground"`
	Made      time.Time        `json:"made"`
	By        string           `json:"by"`
	Door      string           `json:"door"`
	Office    string           `json:"office"`
	Files     []CustodyFile    `json:"files"`
	Head      record.AuditHead `json:"audit_head"` // signed; frontdesk audit verify knows it
}

// CustodyFile is one file of a sealed export.
type CustodyFile struct {
	Name   string `json:"name"`
	Caller string `json:"caller"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// SealForAuthority gives out all that is kept of some callers, sealed for an authority or a court, with who got what from whom. The audit
// chain keeps the hash of the sealed file.
var SealForAuthority = define(Stream[AuthorityWish]{
	Name: "seal-for-authority", Role: Owner, Audit: Changes("seal for an authority"),
	About: func(in AuthorityWish, c Content) string {
		if f, ok := c.(*sealedFile); ok {
			return plain(in.Reference) + " sha256 " + f.sum
		}
		return plain(in.Reference)
	},
	Run: (*Service).sealForAuthority,
})

func (s *Service) sealForAuthority(ctx context.Context, in AuthorityWish) (_ Content, err error) {
	var ps []knowledge.Problem
	for _, x := range []struct{ path, text string }{
		{"authority", in.Authority}, {"reference", in.Reference}, {"ground", in.Ground},
	} {
		if strings.TrimSpace(x.text) == "" {
			ps = append(ps, knowledge.Problem{Path: x.path, Text: "is missing: say who asks, under which number and on which ground"})
		}
	}
	if len(in.Callers) == 0 || len(in.Callers) > 100 {
		ps = append(ps, knowledge.Problem{Path: "callers", Text: "name 1 to 100 callers: never more than was asked for"})
	}
	if len(ps) > 0 {
		return nil, &InvalidError{What: "export", Problems: ps}
	}
	a := ActorOf(ctx)
	c := Custody{Authority: in.Authority, Reference: in.Reference, Ground: in.Ground, Made: s.o.Now().UTC(), By: a.Who(), Door: a.Door}
	b, err := s.business()
	if err != nil {
		return nil, err
	}
	c.Office = b.Name
	o := privacy.DossierOptions{Office: b.Name}
	if o.Keeping, err = s.keeping(ctx); err != nil {
		return nil, err
	}
	if s.o.Audit != nil {
		if c.Head, err = s.o.Audit.Head(); err != nil {
			return nil, err
		}
	}
	f, err := os.CreateTemp(s.o.Backups.State, backup.SealedName) // what is in it is sealed already
	if err != nil {
		return nil, fmt.Errorf("seal export: %w", err)
	}
	out := &sealedFile{File: f}
	if err := s.sealInto(out, in, c, o); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// sealInto writes the archive.
func (s *Service) sealInto(out *sealedFile, in AuthorityWish, c Custody, o privacy.DossierOptions) error {
	all := sha256.New()
	w, err := backup.Seal(io.MultiWriter(out.File, all), in.Key)
	if errors.Is(err, backup.ErrRecipient) {
		return &InvalidError{What: "export", Problems: []knowledge.Problem{{Path: "key", Text: err.Error()}}}
	}
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for i, id := range in.Callers {
		d, err := s.o.Privacy.Dossier(id, o)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("person-%d.zip", i+1)
		part, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return err
		}
		n := &counted{w: io.MultiWriter(part), sum: sha256.New()}
		if err := d.WriteArchive(n, func(call string) (io.ReadCloser, error) { return s.o.Recordings.Sound(call) }); err != nil {
			return err
		}
		c.Files = append(c.Files, CustodyFile{Name: name, Caller: id, SHA256: hex.EncodeToString(n.sum.Sum(nil)), Bytes: n.n})
	}
	part, err := z.Create("custody.json")
	if err != nil {
		return err
	}
	e := json.NewEncoder(part)
	e.SetIndent("", "  ")
	if err := errors.Join(e.Encode(c), z.Close(), w.Close(), out.Sync()); err != nil {
		return fmt.Errorf("seal export: %w", err)
	}
	out.sum = hex.EncodeToString(all.Sum(nil))
	return nil
}

// counted hashes and counts what is written.
type counted struct {
	w   io.Writer
	sum interface {
		io.Writer
		Sum(b []byte) []byte
	}
	n int64
}

// Write implements io.Writer.
func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	_, _ = c.sum.Write(b[:n]) // a hash never fails
	c.n += int64(n)
	return n, err
}

// sealedFile is a sealed export; it is removed when it is closed.
type sealedFile struct {
	*os.File
	sum string
}

// Type implements Content.
func (*sealedFile) Type() string { return "application/octet-stream" }

// WriteTo implements Content.
func (f *sealedFile) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{f.File})
}

// Close implements Content.
func (f *sealedFile) Close() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }
