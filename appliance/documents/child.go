package documents

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"
)

// What a child may use. A process of Go reserves address space without using it, so that only the limit of data tells; it counts in
// steps of 64 MB.
const (
	childMemory  = 768 << 20 // bytes
	childRuns    = 512 << 20 // from here on the collector works harder
	childSeconds = 30        // of the processor
	childFiles   = 64
)

// answer is what a child says of a file.
type answer struct {
	Content *Content `json:"content,omitempty"`
	Refused string   `json:"refused,omitempty"`
}

// Serve is the child: it reads one file from in and says on out what is in it. It bounds its own process first, so that it must be
// the only thing that runs there.
func Serve(name, language string, in io.Reader, out io.Writer) error {
	if err := confine(); err != nil {
		return err
	}
	return serve(name, language, in, out)
}

func serve(name, language string, in io.Reader, out io.Writer) error {
	file, err := io.ReadAll(io.LimitReader(in, MaxFile+1))
	if err != nil {
		return fmt.Errorf("take the document: %w", err)
	}
	var a answer
	c, err := Read(name, language, file)
	if r, ok := asRefused(err); ok {
		a.Refused = r.Why
	} else if err != nil {
		return err
	} else {
		a.Content = &c
	}
	if err := json.NewEncoder(out).Encode(a); err != nil {
		return fmt.Errorf("say what is in the document: %w", err)
	}
	return nil
}

// confine bounds this process: memory, time of the processor, no files, no picture of its memory on the disk. When memory is short
// it goes first.
func confine() error {
	debug.SetMemoryLimit(childRuns)
	var errs []error
	for what, limit := range map[int]uint64{
		syscall.RLIMIT_DATA: childMemory, syscall.RLIMIT_CPU: childSeconds, syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_CORE: 0,
		syscall.RLIMIT_NOFILE: childFiles,
	} {
		errs = append(errs, syscall.Setrlimit(what, &syscall.Rlimit{Cur: limit, Max: limit}))
	}
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("900"), 0) // without the right to, the kernel chooses as it always does
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("bound the process: %w", err)
	}
	return nil
}
