package native

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// edit is a change to one file of an engine's source: old, which is there exactly once, becomes new.
type edit struct {
	file     string
	old, new string
}

// llamaEdits are the changes to llama.cpp and its ggml.
func llamaEdits() []edit {
	return []edit{
		// A thread that waits for the others at the end of a tensor operation spins until they come. On a box with two cores,
		// one of which has something else to do, the thread that all wait for cannot run because the waiting ones hold the
		// cores: decoding falls to a fraction, and with it everything else on the box. After a thousand looks, some tens of
		// microseconds and longer than the wait usually is, a thread lets others run between looks.
		{
			file: "ggml/src/ggml-cpu/ggml-cpu.c",
			old: `    while (atomic_load_explicit(&tp->n_barrier_passed, memory_order_relaxed) == n_passed) {
        ggml_thread_cpu_relax();
    }
`,
			new: `    for (int looks = 0; atomic_load_explicit(&tp->n_barrier_passed, memory_order_relaxed) == n_passed;) {
        if (looks < 1000) {
            looks++;
            ggml_thread_cpu_relax();
        } else {
            sched_yield();
        }
    }
`,
		},
	}
}

// edited returns a copy of the source in tree with the edits made, in the folder to. The copy is whole or not there, and one
// that is there stays as it is, so that what was compiled of it is not compiled again.
func edited(ctx context.Context, tree, to string, edits []edit) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	staging := to + ".copy"
	if err := os.RemoveAll(staging); err != nil {
		return fmt.Errorf("clear copy of source: %w", err)
	}
	if err := os.CopyFS(staging, os.DirFS(tree)); err != nil {
		return fmt.Errorf("copy source: %w", err)
	}
	for _, e := range edits {
		if err := e.apply(staging); err != nil {
			return err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return cachedir.Rename(staging, to)
}

// apply makes the edit below dir.
func (e edit) apply(dir string) error {
	const do = "This is a fault in models/build/native of this clone: the edit and the source that is fetched do not go together."
	path := filepath.Join(dir, filepath.FromSlash(e.file))
	text, err := os.ReadFile(path)
	if err != nil {
		return progress.WrapFault(err, do, "edit source")
	}
	if n := bytes.Count(text, []byte(e.old)); n != 1 {
		return progress.NewFault(do, "edit source: %s has the text to be changed %d times, not once", e.file, n)
	}
	text = bytes.Replace(text, []byte(e.old), []byte(e.new), 1)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("edit source: %w", err)
	}
	return nil
}

// withoutAMX returns the flags that keep ggml's AMX code out: GCC 12, Debian 12's compiler, drops most of the tile
// configuration that this code stores (its ldtilecfg does not say that it reads memory), and the first matrix product ends
// the process with an illegal instruction on a processor that has AMX. Without it ggml repacks weights for AVX-512 or AVX2.
// A compiler that does not know the flags does not know AMX either and gets none.
func (t Target) withoutAMX(ctx context.Context) []string {
	if t.Arch != "amd64" {
		return nil
	}
	flags := []string{"-mno-amx-tile", "-mno-amx-int8", "-mno-amx-bf16"}
	for _, compiler := range []string{t.CC, t.CXX} {
		cmd := exec.CommandContext(ctx, compiler, append(flags, "-E", "-x", "c", os.DevNull)...)
		if cmd.Run() != nil {
			return nil
		}
	}
	return flags
}
