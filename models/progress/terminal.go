package progress

import (
	"io"
	"os"

	"golang.org/x/term"
)

// For returns a Reporter that shows bars when w is a terminal that can overwrite its last line, and plain lines otherwise.
func For(w io.Writer) *Reporter {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return New(w, Options{})
	}
	return New(w, Options{Terminal: os.Getenv("TERM") != "dumb", Width: func() int {
		width, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 80
		}
		return width
	}})
}
