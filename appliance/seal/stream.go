package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A stream is a head and chunks, each sealed by itself. Only the last one may be shorter than chunkSize, and it is marked as the last one
// within its nonce, so that nothing can be left out, doubled, put elsewhere or cut off unseen (the STREAM construction of Hoang,
// Reyhanitabar, Rogaway and Vizár, 2015). Its key is derived from that of its owner and the whole head.
//
//	head: "FDS1" | suite | length of owner | owner | 32 octets of salt
//	chunk: up to chunkSize octets, sealed; nonce = number of the chunk (8 octets, big endian) | 1 when it is the last one | zeros
const (
	streamMagic = "FDS1"
	saltSize    = 32
	chunkSize   = 8 << 10
	sealedChunk = chunkSize + overhead
	maxOwner    = 255
)

// ErrUnwritten is that of a stream whose head never came to the disk, or only in part; nobody can open it any more. It is an ErrOpen, too.
var ErrUnwritten = fmt.Errorf("it was not written to the disk: %w", ErrOpen)

// errOwner says that an owner's name cannot be kept.
var errOwner = errors.New("seal stream: the owner's name is empty or too long")

// streamKey makes the cipher of a stream from its head.
func streamKey(s Suite, owner Key, head []byte) (cipher.AEAD, error) {
	return s.aead(owner.Derive("stream", head))
}

// nonce of chunk n; it is built in place.
func chunkNonce(nonce []byte, n int64, last bool) {
	clear(nonce)
	binary.BigEndian.PutUint64(nonce, uint64(n))
	if last {
		nonce[8] = 1
	}
}

// Writer seals a stream. What it has written can be read at once but for the chunk that is not full yet.
type Writer struct {
	w      io.Writer
	aead   cipher.AEAD
	nonce  []byte
	buf    []byte
	out    []byte
	n      int64
	closed bool
}

// NewWriter begins a stream of an owner, whose key is k, and writes its head.
func NewWriter(w io.Writer, owner string, k Key, s Suite) (*Writer, error) {
	if owner == "" || len(owner) > maxOwner {
		return nil, errOwner
	}
	head := append([]byte(streamMagic), byte(s), byte(len(owner)))
	head = append(head, owner...)
	at := len(head)
	head = append(head, make([]byte, saltSize)...)
	_, _ = rand.Read(head[at:]) // never fails
	a, err := streamKey(s, k, head)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(head); err != nil {
		return nil, fmt.Errorf("begin sealed stream: %w", err)
	}
	return &Writer{w: w, aead: a, nonce: make([]byte, a.NonceSize()), buf: make([]byte, 0, chunkSize)}, nil
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, errors.New("write sealed stream: it is closed")
	}
	total := len(p)
	for len(p) > 0 {
		if len(w.buf) == chunkSize { // only now it is clear that it is not the last one
			if err := w.flush(false); err != nil {
				return total - len(p), err
			}
		}
		n := copy(w.buf[len(w.buf):chunkSize], p)
		w.buf = w.buf[:len(w.buf)+n]
		p = p[n:]
	}
	return total, nil
}

func (w *Writer) flush(last bool) error {
	chunkNonce(w.nonce, w.n, last)
	w.out = w.aead.Seal(w.out[:0], w.nonce, w.buf, nil)
	if _, err := w.w.Write(w.out); err != nil {
		return fmt.Errorf("write sealed stream: %w", err)
	}
	w.n++
	w.buf = w.buf[:0]
	return nil
}

// Close writes the last chunk. It does not close what is written to.
func (w *Writer) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	return w.flush(true)
}

// Reader reads a stream from any place of it. It sees what was there when it was opened.
type Reader struct {
	r      io.ReaderAt
	aead   cipher.AEAD
	nonce  []byte
	begin  int64 // of the first chunk
	size   int64 // of the plain text
	chunks int64
	tail   int64 // octets of the last chunk in the file
	whole  bool

	at   int64
	have int64 // chunk that is in plain; -1 = none
	last bool
	in   []byte
	text []byte
}

func readHead(b []byte) (owner string, s Suite, head []byte, err error) {
	const fixed = len(streamMagic) + 2
	if unwritten := make([]byte, min(len(b), fixed)); bytes.Equal(b[:len(unwritten)], unwritten) {
		return "", 0, nil, fmt.Errorf("read sealed stream: %w", ErrUnwritten)
	}
	if len(b) < fixed || !bytes.Equal(b[:len(streamMagic)], []byte(streamMagic)) {
		return "", 0, nil, fmt.Errorf("read sealed stream: no head of one: %w", ErrOpen)
	}
	n := int(b[fixed-1])
	if n == 0 {
		return "", 0, nil, fmt.Errorf("read sealed stream: nobody owns it: %w", ErrOpen)
	}
	if len(b) < fixed+n+saltSize {
		return "", 0, nil, fmt.Errorf("read sealed stream: its head is cut: %w", ErrUnwritten)
	}
	return string(b[fixed : fixed+n]), Suite(b[len(streamMagic)]), b[:fixed+n+saltSize], nil
}

// NewReader opens a stream that has size octets now; key is asked for that of its owner. A stream that ends before its last chunk
// is read as far as it is, see [Reader.Whole].
func NewReader(r io.ReaderAt, size int64, key func(owner string) (Key, error)) (*Reader, error) {
	b := make([]byte, min(size, int64(len(streamMagic)+2+maxOwner+saltSize)))
	if _, err := r.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read sealed stream: %w", err)
	}
	owner, suite, head, err := readHead(b)
	if err != nil {
		return nil, err
	}
	k, err := key(owner)
	if err != nil {
		return nil, err
	}
	a, err := streamKey(suite, k, head)
	if err != nil {
		return nil, err
	}
	x := &Reader{r: r, aead: a, nonce: make([]byte, a.NonceSize()), begin: int64(len(head)), have: -1}
	if err := x.measure(size - x.begin); err != nil {
		return nil, err
	}
	return x, nil
}

// measure finds out how much can be read: every full chunk, and the last one when it is whole. Of what a power cut left at the end, which
// is a chunk that is too short or has a hole, nothing can.
func (x *Reader) measure(body int64) error {
	x.chunks, x.tail = body/sealedChunk, sealedChunk
	if rest := body % sealedChunk; rest >= overhead {
		x.chunks++
		x.tail = rest
	}
	for ; x.chunks > 0; x.chunks, x.tail = x.chunks-1, sealedChunk {
		err := x.load(x.chunks - 1)
		if err == nil {
			x.whole = x.last
			x.size = (x.chunks-1)*chunkSize + int64(len(x.text))
			return nil
		}
		if !errors.Is(err, ErrOpen) || x.tail == sealedChunk && !bytes.Contains(x.in, hole) {
			return err
		}
	}
	return nil
}

// hole is what no sealed chunk holds, but a sector that never came to the disk does.
var hole = make([]byte, overhead)

// load opens one chunk into x.text.
func (x *Reader) load(n int64) error {
	if n == x.have {
		return nil
	}
	x.have = -1
	length := int64(sealedChunk)
	end := n == x.chunks-1
	if end {
		length = x.tail
	}
	if x.in == nil {
		x.in, x.text = make([]byte, sealedChunk), make([]byte, 0, chunkSize)
	}
	if _, err := x.r.ReadAt(x.in[:length], x.begin+n*sealedChunk); err != nil {
		return fmt.Errorf("read sealed stream: %w", err)
	}
	var err error
	for _, last := range []bool{end, false} { // a stream that still grows ends with a chunk that is not its last one
		chunkNonce(x.nonce, n, last)
		if x.text, err = x.aead.Open(x.text[:0], x.nonce, x.in[:length], nil); err == nil {
			x.last = last
			break
		}
		x.text = x.text[:0]
	}
	if err != nil || !x.last && length < sealedChunk {
		return fmt.Errorf("read sealed stream: chunk %d: %w", n, ErrOpen)
	}
	x.have = n
	return nil
}

// Size is the length of the plain text.
func (x *Reader) Size() int64 { return x.size }

// Whole reports whether the stream was closed by who wrote it. Otherwise it still grows, or was cut short by a power cut.
func (x *Reader) Whole() bool { return x.whole }

// Read implements io.Reader.
func (x *Reader) Read(p []byte) (int, error) {
	if x.at >= x.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if err := x.load(x.at / chunkSize); err != nil {
		return 0, err
	}
	n := copy(p, x.text[x.at%chunkSize:])
	x.at += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (x *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += x.at
	case io.SeekEnd:
		offset += x.size
	default:
		return 0, errors.New("seek in sealed stream: unknown whence")
	}
	if offset < 0 {
		return 0, errors.New("seek in sealed stream: before its beginning")
	}
	x.at = offset
	return offset, nil
}
