package notice

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Modules returns the modules of others in the Go programs that are built from packages in dir with the tags and the
// environment given, and the standard library. The go command is run once.
func Modules(ctx context.Context, dir string, env []string, tags string, packages ...string) ([]Work, error) {
	const form = `{{with .Module}}{{if not .Main}}{{.Path}}	{{.Version}}	{{.Dir}}	{{$.Dir}}{{end}}{{end}}`
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-tags", tags, "-f", form}, packages...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list modules: %w\n%s", err, said.String())
	}
	std, err := standardLibrary(ctx, dir)
	if err != nil {
		return nil, err
	}
	works, err := modulesOf(string(out))
	return append(works, std), err
}

// modulesOf reads lines of module, version, module folder and package folder.
func modulesOf(list string) ([]Work, error) {
	var works []Work
	index := make(map[string]int)
	folders := make(map[string]bool)
	for line := range strings.Lines(list) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 4 {
			continue
		}
		path, version, root, folder := f[0], f[1], f[2], f[3]
		if root == "" {
			return nil, fmt.Errorf("read licence of %s: its source is not in the module cache", path)
		}
		i, ok := index[path]
		if !ok {
			i = len(works)
			index[path] = i
			works = append(works, Work{Name: path, Version: version, How: Linked})
		}
		for _, dir := range upTo(root, folder) {
			if folders[dir] {
				break // Its parents have been read too.
			}
			folders[dir] = true
			texts, err := textsIn(root, dir)
			if err != nil {
				return nil, fmt.Errorf("read licence of %s: %w", path, err)
			}
			works[i].Texts = append(works[i].Texts, texts...)
		}
	}
	for i := range works {
		if err := works[i].judge(); err != nil {
			return nil, err
		}
	}
	return works, nil
}

// upTo returns folder and its parents up to root.
func upTo(root, folder string) []string {
	var dirs []string
	for dir := folder; ; dir = filepath.Dir(dir) {
		dirs = append(dirs, dir)
		if dir == root || len(dir) <= len(root) {
			return dirs
		}
	}
}

// textsIn returns the licences and notices in dir, named relative to root.
func textsIn(root, dir string) ([]Text, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []Text
	for _, e := range entries {
		if !e.Type().IsRegular() || !isLicence(e.Name()) && !isNotice(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(root, filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, Text{Name: filepath.ToSlash(name), Text: string(data)})
	}
	return texts, nil
}

// isLicence reports whether a file of that name states terms.
func isLicence(name string) bool {
	return hasPrefix(name, "licen", "copying", "unlicense") && !hasSuffix(name, ".go", ".py", ".sh", ".c", ".h")
}

// isNotice reports whether a file of that name has to be passed on with the terms.
func isNotice(name string) bool { return hasPrefix(name, "notice", "patents") }

func hasPrefix(name string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(strings.ToLower(name), p) })
}

func hasSuffix(name string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(strings.ToLower(name), s) })
}

// judge sets the licence of a linked work by its texts and refuses what must not be linked in.
func (w *Work) judge() error {
	var ids []string
	for _, t := range w.Texts {
		if !isLicence(filepath.Base(t.Name)) {
			continue
		}
		found, err := Identify(t.Text)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", w.Name, t.Name, err)
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if err := Linkable(ids...); err != nil {
		return fmt.Errorf("%s: %w", w.Name, err)
	}
	w.Licence = strings.Join(ids, " AND ")
	return nil
}

// standardLibrary is the notice of Go's own packages.
func standardLibrary(ctx context.Context, dir string) (Work, error) {
	w := Work{Name: "Go standard library", Version: runtime.Version(), How: Linked, Home: "https://go.dev"}
	for _, args := range [][]string{{"env", "GOROOT"}, {"list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys"}} {
		// Distributions leave the file out of GOROOT; Go's own modules have the same one.
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			return w, fmt.Errorf("find Go's own licence: %w", err)
		}
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "LICENSE"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return w, fmt.Errorf("read Go's own licence: %w", err)
		}
		w.Texts = []Text{{Name: "LICENSE", Text: string(text)}}
		return w, w.judge()
	}
	return w, fmt.Errorf("%w: Go standard library", ErrUnknown)
}

// Native returns w, a work that is no Go module and whose licence is stated, with the texts in files, path by name. A work that
// is linked in must have its text; a path that begins with system may be missing, for then the system has it elsewhere.
func (w Work) Native(system string, files map[string]string) (Work, error) {
	if w.How == Linked {
		if err := Linkable(w.Licence); err != nil {
			return w, fmt.Errorf("%s: %w", w.Name, err)
		}
	} else if w.Licence == "" {
		return w, fmt.Errorf("%s: %w", w.Name, ErrUnknown)
	}
	for name, path := range files {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) && (w.How != Linked || strings.HasPrefix(path, system)) {
			continue
		}
		if err != nil {
			return w, fmt.Errorf("read licence of %s: %w", w.Name, err)
		}
		w.Texts = append(w.Texts, Text{Name: name, Text: string(text)})
	}
	slices.SortFunc(w.Texts, func(a, b Text) int { return strings.Compare(a.Name, b.Name) })
	return w, nil
}
