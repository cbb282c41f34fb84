package web

import (
	"net/http"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/service"
)

// sendLetter shows a letter about a request, to be printed.
func (p *pages) sendLetter(w http.ResponseWriter, r *http.Request) {
	kind := privacy.LetterKind(r.PathValue("kind"))
	if kind == "refused" { // as a request is called that got one
		kind = privacy.LetterRefusal
	}
	p.sendFile(w, r, "letter.html", func(v *visit) (service.Content, error) {
		return service.WriteLetter.Do(detached(v), p.service, service.LetterWish{ID: r.PathValue("id"), Kind: kind})
	})
}
