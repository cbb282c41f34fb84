package models

import "io"

// SetWriter puts wrap before every file that l writes.
func SetWriter(l *Library, wrap func(io.Writer) io.Writer) { l.wrap = wrap }
