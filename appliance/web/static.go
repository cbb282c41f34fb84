package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

//go:embed ui
var ui embed.FS

// files are the addresses of the style and the scripts. Each holds the hash of its content, so that browsers may keep them for good.
type files struct {
	Style, App, Icon string
	Picture          string // the icon as a PNG, for home screens
	Htmx             string // "" when the program was built without make setup
}

// asset is one embedded file and its type.
type asset struct{ file, kind string }

// pictureFile is drawn, not embedded.
const pictureFile = "icon.png"

// fileOf is the content of an asset.
func fileOf(name string) ([]byte, error) {
	if name == pictureFile {
		return drawIcon()
	}
	return ui.ReadFile("ui/" + name)
}

// serveFiles puts the embedded files on mux and returns their addresses.
func serveFiles(mux *http.ServeMux) (files, error) {
	var f files
	for to, a := range map[*string]asset{
		&f.Style: {"style.css", "text/css; charset=utf-8"},
		&f.App:   {"app.js", "text/javascript; charset=utf-8"},
		&f.Htmx:  {"theirs/htmx.js", "text/javascript; charset=utf-8"},
		&f.Icon:  {"icon.svg", "image/svg+xml"},

		&f.Picture: {pictureFile, "image/png"},
	} {
		b, err := fileOf(a.file)
		if to == &f.Htmx && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return files{}, fmt.Errorf("read page: %w", err)
		}
		sum := sha256.Sum256(b)
		*to = "/files/" + hex.EncodeToString(sum[:6]) + "/" + a.file
		packed, err := pack(b)
		if err != nil {
			return files{}, err
		}
		mux.HandleFunc("GET "+*to, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			h.Set("Content-Type", a.kind)
			h.Set("Vary", "Accept-Encoding")
			if len(packed) < len(b) && takesGzip(r) {
				h.Set("Content-Encoding", "gzip")
				http.ServeContent(w, r, a.file, time.Time{}, bytes.NewReader(packed))
				return
			}
			http.ServeContent(w, r, a.file, time.Time{}, bytes.NewReader(b))
		})
	}
	return f, nil
}

// pack compresses a file, once. Pages are not: what they say of callers beside what a stranger may put into them could be guessed by their
// length (BREACH, 2013).
func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(b)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress page: %w", err)
	}
	return out.Bytes(), nil
}

// takesGzip says whether a browser takes compressed files (RFC 9110, section 12.5.3).
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return weight == "" || strings.Trim(weight, "q=0.") != "" // a weight of 0 refuses it
		}
	}
	return false
}

// manifest is what a browser needs to put the page on a home screen (W3C Web Application Manifest).
type manifest struct {
	Name       string         `json:"name"`
	Short      string         `json:"short_name"`
	Start      string         `json:"start_url"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// sendManifest sends the manifest. It names the business to nobody: browsers ask for it without signing in.
func (p *pages) sendManifest(w http.ResponseWriter, _ *http.Request) {
	b, err := json.Marshal(manifest{
		Name: "Frontdesk", Short: "Frontdesk", Start: "/", Display: "standalone", Background: "#faf8f3", Theme: "#faf8f3",
		Icons: []manifestIcon{
			{Source: p.files.Icon, Sizes: "any", Type: "image/svg+xml", Purpose: "any"},
			{Source: p.files.Picture, Sizes: fmt.Sprintf("%dx%d", iconSize, iconSize), Type: "image/png", Purpose: "any"},
		},
	})
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	send(w, http.StatusOK, "application/manifest+json", b)
}
