package appliance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/vectorfile"
	"frontdesk.internal/models/engines"
)

// fitted makes vectors as the models do for which the heads of the program are fitted, and notes the texts.
type fitted struct {
	mu    sync.Mutex
	texts []string
}

func (f *fitted) Rank(_ context.Context, _, _ string, items []engines.RankItem) (engines.Ranks, error) {
	return engines.Ranks{Items: make([]engines.Rank, len(items))}, nil
}

func (f *fitted) Embed(_ context.Context, tag string, texts []string) (engines.Vectors, error) {
	h, err := understanding.MeaningHead(tag)
	if err != nil {
		return engines.Vectors{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.texts = append(f.texts, texts...)
	v := engines.Vectors{Model: h.Model, Dims: h.Dims}
	for _, t := range texts {
		sum := sha256.Sum256([]byte(tag + t))
		x := make([]float32, len(h.Mean))
		for i := range x {
			x[i] = float32(sum[i%len(sum)]) / 255 / float32(i+1)
		}
		v.Vectors = append(v.Vectors, x)
	}
	return v, nil
}

// given returns the texts since the last time.
func (f *fitted) given() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.texts
	f.texts = nil
	return out
}

// box is one start of a box after the other, with the same state.
type box struct {
	dir string
	fitted
	log bytes.Buffer
}

// start has b understood and kept as the published business, by a program that has just started, and returns what was embedded for it.
func (x *box) start(t *testing.T, b *knowledge.Business) ([]string, *meanings) {
	t.Helper()
	m := newMeanings(&x.fitted, x.dir, slog.New(slog.NewTextHandler(&x.log, nil)))
	return x.publish(t, m, b), m
}

func (x *box) publish(t *testing.T, m *meanings, b *knowledge.Business) []string {
	t.Helper()
	done := make(chan bool)
	m.Prepare(t.Context(), b)
	m.whenPrepared(t.Context(), b, func() {
		m.keep(b)
		close(done)
	})
	<-done
	m.wait()
	for _, tag := range b.Tongues() {
		if r, err := m.ReadNow(t.Context(), b, tag, "?", time.Now()); err != nil || !r.Meaning {
			t.Fatalf("%s: not understood: %+v, %v", tag, r, err)
		}
	}
	return slices.DeleteFunc(x.given(), func(t string) bool { return t == "?" })
}

func dental(t *testing.T) *knowledge.Business {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// holds says whether the file for a language has a vector for a text.
func (x *box) holds(t *testing.T, language, text string) bool {
	t.Helper()
	s, err := vectorfile.Read(x.dir, language)
	if err != nil {
		t.Fatal(err)
	}
	_, ok := s.Vectors[vectorfile.KeyOf(text)]
	return ok
}

func (x *box) path(language string) string { return filepath.Join(x.dir, language+".vectors") }

func (x *box) read(t *testing.T, language string) []byte {
	t.Helper()
	data, err := os.ReadFile(x.path(language))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTheSecondStartEmbedsNothing(t *testing.T) {
	x := &box{dir: filepath.Join(t.TempDir(), "vectors")}
	b := dental(t)
	b.Language, b.Languages = "", []string{"en", "de"}
	first, m := x.start(t, b)
	if len(first) < 2*len(b.Services) {
		t.Fatalf("first start: %q", first)
	}
	if again := x.publish(t, m, b); len(again) != 0 {
		t.Errorf("published again: %q", again)
	}
	second, again := x.start(t, b)
	if len(second) != 0 {
		t.Errorf("second start: %q", second)
	}
	for _, tag := range b.Tongues() {
		was, err := m.own.Embed(t.Context(), tag, []string{b.Services[0].Name})
		if err != nil {
			t.Fatal(err)
		}
		now, err := again.own.Embed(t.Context(), tag, []string{b.Services[0].Name})
		if err != nil || now.Model != was.Model || !slices.Equal(now.Dims, was.Dims) || !slices.Equal(now.Vectors[0], was.Vectors[0]) {
			t.Errorf("%s: %v, was %v (%v)", tag, now, was, err)
		}
	}
	if strings.Contains(x.log.String(), "made anew") {
		t.Errorf("log: %s", x.log.String())
	}
	b = dental(t)
	x.start(t, b) // in English alone
	if _, err := os.Stat(x.path("de")); !os.IsNotExist(err) {
		t.Errorf("vectors of a language that is not spoken any more: %v", err)
	}
}

// What cannot be used is made anew, and said in one line.
func TestVectorsAreMadeAnew(t *testing.T) {
	b := dental(t)
	x := &box{dir: t.TempDir()}
	all, _ := x.start(t, b)
	good := x.read(t, "en")
	set, err := vectorfile.Read(x.dir, "en")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"damaged": func() error {
			bad := bytes.Clone(good)
			bad[len(bad)/2] ^= 4
			return os.WriteFile(x.path("en"), bad, 0o600)
		},
		"cut off": func() error { return os.WriteFile(x.path("en"), good[:len(good)/3], 0o600) },
		"empty":   func() error { return os.WriteFile(x.path("en"), nil, 0o600) },
		"foreign": func() error { return os.WriteFile(x.path("en"), []byte("Dear Sir or Madam"), 0o600) },
		"of another form": func() error {
			old := bytes.Clone(good)
			binary.LittleEndian.PutUint32(old[len("frontdesk vectors\n"):], 0)
			return os.WriteFile(x.path("en"), old, 0o600)
		},
		"of another model": func() error {
			other := set
			other.Model = "strange@1"
			return vectorfile.Write(x.dir, other)
		},
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		x.log.Reset()
		if got, _ := x.start(t, b); len(got) != len(all) {
			t.Errorf("%s: %d of %d texts were embedded", name, len(got), len(all))
		}
		if n := strings.Count(x.log.String(), "made anew"); n != 1 {
			t.Errorf("%s: said %d times: %s", name, n, x.log.String())
		}
		if !bytes.Equal(x.read(t, "en"), good) {
			t.Errorf("%s: the file is not as it was", name)
		}
	}
}

// What a caller said is in no file, not even as a hash, however the owner has it understood.
func TestExamplesAreInMemoryAlone(t *testing.T) {
	b := dental(t)
	x := &box{dir: t.TempDir()}
	x.start(t, b)
	before := x.read(t, "en")
	const said, answered = "is it tooth o'clock at your place", "may I bring my llama along"
	taught := *b
	taught.Learned = []knowledge.Example{{Text: said, Means: "hours"}, {Text: answered + " ", Means: "answer:" + b.Answers[0].Question}}
	got, m := x.start(t, &taught)
	if slices.Sort(got); !slices.Equal(got, []string{said, answered}) {
		t.Errorf("embedded: %q", got)
	}
	after := x.read(t, "en")
	for _, text := range []string{said, answered, answered + " "} {
		key := vectorfile.KeyOf(text)
		if bytes.Contains(after, []byte(text)) || bytes.Contains(after, key[:]) {
			t.Errorf("the file holds %q", text)
		}
	}
	if !bytes.Equal(after, before) {
		t.Error("the file has changed")
	}
	same := taught
	if got := x.publish(t, m, &same); len(got) != 0 {
		t.Errorf("embedded once more: %q", got)
	}
	r, err := m.ReadNow(t.Context(), &same, "en", said, time.Now())
	if err != nil || len(r.Asks) != 1 || r.Asks[0].Because != said {
		t.Errorf("read as %+v, %v", r, err)
	}
	less := taught
	less.Learned = taught.Learned[:1]
	x.publish(t, m, &less)
	if n := len(m.taught.tongues["en"].vectors); n != 1 {
		t.Errorf("of one example there are %d vectors", n)
	}
}

// The file holds what the published edition needs: not what went, and not what is only tried.
func TestTheFileHoldsTheEdition(t *testing.T) {
	b := dental(t)
	x := &box{dir: t.TempDir()}
	_, m := x.start(t, b)
	went := b.Services[0].Name
	draft := *b
	draft.Services = append(slices.Clone(b.Services[1:]), knowledge.Service{Name: "Llama grooming"})
	if _, err := m.ReadNow(t.Context(), &draft, "en", "?", time.Now()); err != nil {
		t.Fatal(err)
	}
	x.publish(t, m, b)
	if !x.holds(t, "en", went) || x.holds(t, "en", "Llama grooming") {
		t.Error("a draft that is tried has changed the file")
	}
	x.given()
	if got := x.publish(t, m, &draft); len(got) != 0 {
		t.Errorf("embedded when the draft was published: %q", got)
	}
	if x.holds(t, "en", went) || !x.holds(t, "en", "Llama grooming") {
		t.Error("the file is not of the new edition")
	}
	x.publish(t, m, &knowledge.Business{Language: "en", Region: "US"})
	if _, err := os.Stat(x.path("en")); !os.IsNotExist(err) {
		t.Errorf("of a business that says nothing there are vectors: %v", err)
	}
}

// A disk that takes nothing costs no understanding, and is told once.
func TestVectorsThatCannotBeKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vectors")
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the folder is to be
		t.Fatal(err)
	}
	x := &box{dir: dir}
	b := dental(t)
	_, m := x.start(t, b)
	x.publish(t, m, b)
	if n := strings.Count(x.log.String(), "cannot be kept"); n != 1 {
		t.Errorf("said %d times: %s", n, x.log.String())
	}
	x.dir = t.TempDir()
	m.own.dir = x.dir
	x.publish(t, m, b)
	if !x.holds(t, "en", b.Services[0].Name) {
		t.Error("nothing is kept when the disk is well again")
	}
}

// Memory is bounded, and what the published business needs stays in it.
func TestVectorsInMemoryAreBounded(t *testing.T) {
	e := &embedFunc{model: func(string) string { return "m" }}
	k := &keptVectors{from: embeddings{e}, dir: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	published := []string{"one", "two"}
	if _, err := k.Embed(t.Context(), "en", published); err != nil {
		t.Fatal(err)
	}
	k.save([]string{"en"}, map[string]saying{"en": {"m", published}})
	for at := 0; at < 2*vectorsKept; at += 1000 {
		texts := make([]string, 1000)
		for i := range texts {
			texts[i] = strconv.Itoa(at + i)
		}
		if _, err := k.Embed(t.Context(), "en", texts); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(k.tongues["en"].vectors); n > vectorsKept {
		t.Errorf("there are %d vectors in memory", n)
	}
	was := e.texts
	if _, err := k.Embed(t.Context(), "en", published); err != nil || e.texts != was {
		t.Errorf("the published texts were embedded again (%v)", err)
	}
}

// Vectors of another length are of no use, whatever their model is called.
func TestVectorsOfAnotherLengthAreMadeAnew(t *testing.T) {
	k := &keptVectors{from: embeddings{&embedFunc{model: func(string) string {
		return "m"
	}}}, dir: t.TempDir(), log: slog.New(slog.DiscardHandler)}
	old := vectorfile.Set{
		Language: "en", Model: "m", Dims: []int{3}, Vectors: map[vectorfile.Key][]float32{vectorfile.KeyOf("one"): {1, 2, 3}},
	}
	if err := vectorfile.Write(k.dir, old); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		v, err := k.Embed(t.Context(), "en", []string{"one", "two"})
		if err != nil || !slices.Equal(v.Dims, []int{2}) || len(v.Vectors) != 2 || len(v.Vectors[0]) != 2 {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	k.save([]string{"en"}, map[string]saying{"en": {"m", []string{"one", "two"}}})
	if s, err := vectorfile.Read(k.dir, "en"); err != nil || !slices.Equal(s.Dims, []int{2}) || len(s.Vectors) != 2 {
		t.Errorf("kept: %+v, %v", s, err)
	}
}
