//go:build native

package embed_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const onnxRuntime = "libonnxruntime.so.1.32.0"

// weight returns the path of a file of the weights folder; without it the test is skipped, or fails where CI promises it.
func weight(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), name)
	if _, err := os.Stat(path); err != nil || os.Getenv("FRONTDESK_WEIGHTS") == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
		}
		t.Skipf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
	}
	return path
}

func mpnet(t testing.TB) embed.Model {
	t.Helper()
	return embed.Model{
		Name: "mpnet", File: weight(t, "all-mpnet-base-v2-callers-q8.onnx"), Tokenizer: weight(t, "all-mpnet-base-v2-tokenizer.json"),
		Languages: []string{"en"},
	}
}

func engine(t testing.TB, list ...embed.Model) *embed.Engine {
	t.Helper()
	e, err := embed.New(embed.Options{Models: list, OnnxRuntime: weight(t, onnxRuntime)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func vectors(t testing.TB, e *embed.Engine, language string, texts ...string) [][]float32 {
	t.Helper()
	v, err := e.Embed(t.Context(), language, texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Vectors) != len(texts) {
		t.Fatalf("got %d vectors for %d texts", len(v.Vectors), len(texts))
	}
	for i, x := range v.Vectors {
		if length := dot(x, x); math.Abs(length-1) > 1e-5 {
			t.Errorf("%q: the square of the length is %v", texts[i], length)
		}
	}
	return v.Vectors
}

func dot(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func e5Small(t testing.TB) embed.Model {
	t.Helper()
	return embed.Model{
		Name: "e5", File: weight(t, "multilingual-e5-small-q4.onnx"), Tokenizer: weight(t, "multilingual-e5-small-tokenizer.json"),
		Prefix: "query: ",
	}
}

func useMultilingual(t testing.TB) embed.Model {
	t.Helper()
	return embed.Model{Name: "use", File: weight(t, "use-multilingual-3.onnx"), Tokenizer: weight(t, "use-multilingual-3-tokenizer.json")}
}

// TestGolden compares with what the packages that the weights come from compute.
func TestGolden(t *testing.T) {
	t.Run("mpnet-base", func(t *testing.T) { golden(t, mpnet(t), "mpnet-base.txt", 0.998) })
	t.Run("e5-small", func(t *testing.T) { golden(t, e5Small(t), "e5-small.txt", 0.99) })
	t.Run("use-multilingual", func(t *testing.T) { golden(t, useMultilingual(t), "use-multilingual.txt", 0.999) })
}

// golden compares the vectors of a model with those in a file of testdata.
func golden(t *testing.T, m embed.Model, name string, enough float64) {
	t.Helper()
	text, err := os.ReadFile("testdata/sentences.json")
	if err != nil {
		t.Fatal(err)
	}
	var sentences []string
	if err := json.Unmarshal(text, &sentences); err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(string(lines))
	if len(sentences) != 50 || len(want) != len(sentences) {
		t.Fatalf("%d sentences and %d golden lines", len(sentences), len(want))
	}
	e := engine(t, m)
	lowest := 1.0
	for i, v := range vectors(t, e, "en", sentences...) {
		numbers, err := base64.StdEncoding.DecodeString(want[i])
		if err != nil || len(numbers) != len(v) {
			t.Fatalf("%q: %d golden numbers for %d, %v", sentences[i], len(numbers), len(v), err)
		}
		reference := make([]float32, len(v))
		for k, x := range numbers {
			reference[k] = float32(int8(x))
		}
		same := dot(v, reference) / math.Sqrt(dot(reference, reference))
		if lowest = min(lowest, same); same < enough {
			t.Errorf("%q: similarity %.4f to the reference, want %v", sentences[i], same, enough)
		}
	}
	t.Logf("similarity to the reference at least %.5f", lowest)
}

// TestLanguages: each language has its models, and the multilingual one finds a sentence in another language.
func TestLanguages(t *testing.T) {
	e := engine(t, mpnet(t), e5Small(t))
	size := map[string]int{"mpnet": 768, "e5": 384}
	for language, want := range map[string]string{"en": "mpnet+e5", "": "mpnet+e5", "de": "e5", "es": "e5"} {
		v, err := e.Embed(t.Context(), language, []string{"hello"})
		if err != nil || v.Model != want {
			t.Errorf("%q: got model %q, %v, want %q", language, v.Model, err, want)
			continue
		}
		var dims []int
		sum := 0
		for name := range strings.SplitSeq(want, "+") {
			dims, sum = append(dims, size[name]), sum+size[name]
		}
		if !slices.Equal(v.Dims, dims) || len(v.Vectors[0]) != sum {
			t.Errorf("%q: %d numbers, %v, want %v", language, len(v.Vectors[0]), v.Dims, dims)
		}
	}
	v := vectors(t, e, "de", "Was kostet ein Haarschnitt?", "How much is a haircut?", "Haben Sie am Sonntag geöffnet?")
	if same, other := dot(v[0], v[1]), dot(v[0], v[2]); same < other+0.03 {
		t.Errorf("the same in English %.3f, something else in German %.3f", same, other)
	}
}

// TestCompany: a text has the same vector alone and among others.
func TestCompany(t *testing.T) {
	for _, m := range []embed.Model{mpnet(t), useMultilingual(t)} {
		t.Run(m.Name, func(t *testing.T) { company(t, m) })
	}
}

func company(t *testing.T, m embed.Model) {
	t.Helper()
	e := engine(t, m)
	var texts []string
	for i := range engines.MaxEmbedTexts {
		texts = append(texts, strings.Repeat("Can you fit a new chain? ", i%5)+strings.Repeat("x", i))
	}
	together := vectors(t, e, "en", texts...)
	for _, i := range []int{0, 3, 17, 63} {
		if same := dot(vectors(t, e, "en", texts[i])[0], together[i]); same < 0.9999 {
			t.Errorf("text %d: similarity %.6f to itself among others", i, same)
		}
	}
}

func TestEmbedErrors(t *testing.T) {
	e := engine(t, mpnet(t))
	hungUp := errors.New("caller hung up")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(hungUp)
	if _, err := e.Embed(ctx, "en", []string{"hello"}); !errors.Is(err, hungUp) {
		t.Errorf("ended context: got %v, want its cause", err)
	}
	if _, err := e.Embed(t.Context(), "de", []string{"hallo"}); !errors.Is(err, engines.ErrUnavailable) {
		t.Errorf("no model for it: got %v", err)
	}
	if _, err := e.Embed(t.Context(), "en", make([]string, engines.MaxEmbedTexts+1)); !errors.Is(err, engines.ErrTooLarge) {
		t.Errorf("too many: got %v", err)
	}
	if v, err := e.Embed(t.Context(), "", nil); err != nil || v.Model != "mpnet" || len(v.Vectors) != 0 {
		t.Errorf("no texts: got %+v, %v", v, err)
	}
}

func TestMissing(t *testing.T) {
	other := mpnet(t)
	other.Name, other.File, other.Languages = "other", filepath.Join(t.TempDir(), "other.onnx"), nil
	e := engine(t, other, mpnet(t))
	if err := e.Missing(); err == nil || !strings.Contains(err.Error(), "other") || !slices.Equal(e.Models(), []string{"mpnet"}) {
		t.Errorf("got %v, %v", e.Models(), err)
	}
	voice := mpnet(t)
	voice.File = weight(t, "en_US-joe-medium.onnx")
	_, err := embed.New(embed.Options{Models: []embed.Model{voice}, OnnxRuntime: weight(t, onnxRuntime)})
	if err == nil || !strings.Contains(err.Error(), "input_ids") {
		t.Errorf("a voice as embedder: got %v", err)
	}
}

func TestClose(t *testing.T) {
	e := engine(t, mpnet(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				if _, err := e.Embed(t.Context(), "en", []string{"Do you sell kayaks?"}); err != nil {
					if !errors.Is(err, engines.ErrUnavailable) {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	if err := errors.Join(e.Close(), e.Close()); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func benchmark(b *testing.B, m embed.Model, language string, n int) {
	b.Helper()
	e := engine(b, m)
	texts := slices.Repeat([]string{"I would like to move my appointment to Thursday afternoon, please."}, n)
	before := processorTime(b)
	for b.Loop() {
		if _, err := e.Embed(b.Context(), language, texts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N*n), "ms/sentence")
	b.ReportMetric((processorTime(b)-before).Seconds()*1000/float64(b.N*n), "cpu-ms/sentence")
}

// processorTime is what this process has used, the figure that other programs on the machine change least.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkMPNet(b *testing.B)      { benchmark(b, mpnet(b), "en", 1) }
func BenchmarkMPNetBatch(b *testing.B) { benchmark(b, mpnet(b), "en", 64) }
func BenchmarkE5(b *testing.B)         { benchmark(b, e5Small(b), "de", 1) }
func BenchmarkE5Batch(b *testing.B)    { benchmark(b, e5Small(b), "de", 64) }
func BenchmarkUSE(b *testing.B)        { benchmark(b, useMultilingual(b), "de", 1) }
func BenchmarkUSEBatch(b *testing.B)   { benchmark(b, useMultilingual(b), "de", 64) }
