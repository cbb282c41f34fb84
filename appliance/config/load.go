package config

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Sample is a complete file with comments, for a new installation.
//
//go:embed frontdesk.toml
var Sample []byte

// Problem is one thing that is wrong with a file.
type Problem struct {
	Line int // from 1; 0 when it belongs to no line
	Key  string
	Text string
}

// String returns "line 3: sip.user: …".
func (p Problem) String() string {
	s := p.Text
	if p.Key != "" {
		s = p.Key + ": " + s
	}
	if p.Line > 0 {
		s = fmt.Sprintf("line %d: %s", p.Line, s)
	}
	return s
}

// Problems are all that is wrong with a file. It is an error when there are any.
type Problems struct {
	File string
	List []Problem
}

// Error lists all problems, one a line.
func (p *Problems) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s has %d problem(s):", p.File, len(p.List))
	for _, x := range p.List {
		b.WriteString("\n  " + x.String())
	}
	return b.String()
}

// maxFile bounds the size of a settings file in bytes.
const maxFile = 1 << 20

// ErrNoFile says that there is no such file of settings.
var ErrNoFile = errors.New("there is no file")

// Load reads the file at path. The error is a *Problems when the file could be read.
func Load(path string) (Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return Config{}, fmt.Errorf("read settings: %w %s: write one with: frontdesk config sample > %s", ErrNoFile, path, path)
		}
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	if info.Size() > maxFile {
		return Config{}, fmt.Errorf("read settings: %s is too large to be a settings file", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	c, problems := Parse(b)
	if len(problems) == 0 {
		problems = c.secrets(filepath.Dir(path), lines(b))
	}
	if p := c.Business.Profile; p != "" && !strings.HasPrefix(p, "sample:") {
		c.Business.Profile = beside(filepath.Dir(path), p)
	}
	if len(problems) > 0 {
		return Config{}, &Problems{File: path, List: problems}
	}
	return c, nil
}

// Parse decodes and checks a file's contents. It reads no other file.
func Parse(b []byte) (Config, []Problem) {
	c := Default()
	dec := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields()
	err := dec.Decode(&c)
	var strict *toml.StrictMissingError
	var syntax *toml.DecodeError
	var problems []Problem
	switch {
	case errors.As(err, &strict):
		for _, e := range strict.Errors {
			row, _ := e.Position()
			key := strings.Join(e.Key(), ".")
			problems = append(problems, Problem{Line: row, Key: key, Text: "there is no such setting" + suggestion(key)})
		}
	case errors.As(err, &syntax):
		row, _ := syntax.Position()
		return c, []Problem{{Line: row, Key: strings.Join(syntax.Key(), "."), Text: strings.TrimPrefix(syntax.Error(), "toml: ")}}
	case err != nil:
		return c, []Problem{{Text: err.Error()}}
	}
	at := lines(b)
	for _, p := range c.validate() {
		p.Line = at[p.Key]
		problems = append(problems, p)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return c, problems
}

var (
	tableLine = regexp.MustCompile(`^\s*\[\s*([A-Za-z0-9_-]+)\s*\]`)
	arrayLine = regexp.MustCompile(`^\s*\[\[\s*([A-Za-z0-9_-]+)\s*\]\]`)
	keyLine   = regexp.MustCompile(`^\s*([A-Za-z0-9_-]+)\s*=`)
)

// lines finds the line of each key. The file has tables of one level only, so that reading line by line is enough; a key in
// another form has no line and its problem is reported without one. Keys of the second [[table]] are "table[1].key".
func lines(b []byte) map[string]int {
	at, table := map[string]int{}, ""
	seen := map[string]int{}
	for i, l := range strings.Split(string(b), "\n") {
		if m := arrayLine.FindStringSubmatch(l); m != nil {
			table = fmt.Sprintf("%s[%d].", m[1], seen[m[1]])
			seen[m[1]]++
			at[strings.TrimSuffix(table, ".")] = i + 1
		} else if m := tableLine.FindStringSubmatch(l); m != nil {
			table = m[1] + "."
			at[m[1]] = i + 1
		} else if m := keyLine.FindStringSubmatch(l); m != nil {
			at[table+m[1]] = i + 1
		}
	}
	return at
}

// keys are all settings there are, from the sample, which a test holds complete.
func keys() []string {
	var ks []string
	for k := range lines(bytes.ReplaceAll(Sample, []byte("\n# "), []byte("\n"))) {
		if strings.Contains(k, ".") {
			ks = append(ks, k)
		}
	}
	slices.Sort(ks)
	return ks
}

// suggestion names the setting that was probably meant.
func suggestion(key string) string {
	best, at := "", 4
	for _, k := range keys() {
		if d := distance(key, k); d < at {
			best, at = k, d
		}
		if strings.HasSuffix(k, "."+key[strings.LastIndex(key, ".")+1:]) {
			best, at = k, 1
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// Credential is the name under which systemd hands the SIP password over (LoadCredential=sip-password:…).
const Credential = "sip-password"

// secrets reads the passwords from their files.
func (c *Config) secrets(dir string, at map[string]int) (problems []Problem) {
	if c.SIP.PasswordFile == "" {
		if d := os.Getenv("CREDENTIALS_DIRECTORY"); d != "" && c.SIP.Password == "" {
			if b, err := os.ReadFile(filepath.Join(d, Credential)); err == nil {
				c.SIP.Password = Secret(strings.TrimSpace(string(b)))
			}
		}
	}
	read := func(path, key string, into *Secret) {
		if path == "" {
			return
		}
		password, err := readSecret(dir, path)
		if err != nil {
			problems = append(problems, Problem{Line: at[key], Key: key, Text: err.Error()})
		}
		*into = password
	}
	read(c.SIP.PasswordFile, "sip.password_file", &c.SIP.Password)
	for i := range c.Lines {
		l := &c.Lines[i]
		read(l.PasswordFile, fmt.Sprintf("lines[%d].password_file", i), &l.Password)
	}
	return problems
}

// beside is a path that the settings name: a relative one is below dir, where their own file lies.
func beside(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// readSecret reads a file that nobody else may read; a relative path is below dir.
func readSecret(dir, path string) (Secret, error) {
	path = beside(dir, path)
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("others can read %s: run chmod 600 on it", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	password := Secret(strings.TrimSpace(string(b)))
	if password == "" {
		return "", errors.New("the file is empty: write the password into it")
	}
	return password, nil
}

// Packaged is the file that a package installs: [Sample] with nothing of a PBX in it, so that the box starts and says what it lacks.
// What begins with "#" and no space is an example.
func Packaged() []byte {
	s := string(Sample)
	for _, key := range []string{"registrar", "user", "password_file"} {
		s = strings.Replace(s, "\n"+key+" = ", "\n#"+key+" = ", 1)
	}
	s = strings.Replace(s, `profile = "business.toml"  `, `profile = ""               `, 1)
	return []byte(packagedHead + s)
}

const packagedHead = `# The password of the extension is best written into /etc/frontdesk/sip-password, one line, mode 0600: the service manager hands
# it over, and nothing need be said of it here. "frontdesk check" finds mistakes; "systemctl restart frontdesk" takes changes up.
#
`
