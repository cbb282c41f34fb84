package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"
)

//go:embed ui
var ui embed.FS

// files are the addresses of the style and the scripts. Each holds the hash of its content, so that browsers may keep them for good.
type files struct {
	Style, App, Icon string
	Htmx             string // "" when the program was built without make setup
}

// asset is one embedded file and its type.
type asset struct{ file, kind string }

// serveFiles puts the embedded files on mux and returns their addresses.
func serveFiles(mux *http.ServeMux) (files, error) {
	var f files
	for to, a := range map[*string]asset{
		&f.Style: {"style.css", "text/css; charset=utf-8"},
		&f.App:   {"app.js", "text/javascript; charset=utf-8"},
		&f.Htmx:  {"theirs/htmx.js", "text/javascript; charset=utf-8"},
		&f.Icon:  {"icon.svg", "image/svg+xml"},
	} {
		b, err := ui.ReadFile("ui/" + a.file)
		if to == &f.Htmx && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return files{}, fmt.Errorf("read page: %w", err)
		}
		sum := sha256.Sum256(b)
		*to = "/files/" + hex.EncodeToString(sum[:6]) + "/" + a.file
		mux.HandleFunc("GET "+*to, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			h.Set("Content-Type", a.kind)
			http.ServeContent(w, r, a.file, time.Time{}, bytes.NewReader(b))
		})
	}
	return f, nil
}
