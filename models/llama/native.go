//go:build native

package llama

// #cgo CXXFLAGS: -std=c++17 -O3
// #cgo LDFLAGS: -lllama -lggml -lggml-cpu -lggml-base -lstdc++ -lm -lpthread
// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// Results of llama_decode.
const (
	decodeOK      = 0
	decodeNoSlot  = 1
	decodeAborted = 2
)

// native is the C side of a model. Methods are called by the owner goroutine only, unless they say otherwise.
type native struct{ p *C.fdl_llama }

// nativeParams are the settings of a native context; see fdl_params.
type nativeParams struct {
	context, batch, outputs, sequences, threads int
	poll, flash, repack                         int
}

// openNative loads the model file.
func openNative(path string, p nativeParams) (*native, error) {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	n := &native{}
	switch code := C.fdl_open(cpath, C.fdl_params{
		n_ctx: C.int32_t(p.context), n_batch: C.int32_t(p.batch), n_out: C.int32_t(p.outputs), n_seq_max: C.int32_t(p.sequences),
		n_threads: C.int32_t(p.threads), poll: C.int32_t(p.poll), flash: C.int32_t(p.flash), repack: C.int32_t(p.repack),
	}, &n.p); code {
	case C.FDL_OPEN_OK:
		return n, nil
	case C.FDL_OPEN_MODEL:
		return nil, fmt.Errorf("load model (run `frontdesk models verify`): %s", nativeLog.reason())
	case C.FDL_OPEN_CONTEXT:
		return nil, fmt.Errorf("make context of %d tokens (is there enough memory?): %s", p.context, nativeLog.reason())
	default:
		return nil, fmt.Errorf("load model: exception in llama.cpp: %s", nativeLog.reason())
	}
}

func (n *native) close() { C.fdl_close(n.p); n.p = nil }

// describe names the architecture, size and quantisation of the model.
func (n *native) describe() string {
	var buf [256]C.char
	C.fdl_describe(n.p, &buf[0], C.int(len(buf)))
	return C.GoString(&buf[0])
}

// nativeVersion is llama.cpp's version.
func nativeVersion() string { return C.GoString(C.fdl_version()) }

// trainedContext is the longest text that the model was made for, in tokens.
func (n *native) trainedContext() int { return int(C.fdl_train_ctx(n.p)) }

// tokenize turns text into tokens. With control, the names of control tokens in it become these tokens; without, it is
// plain text whatever it holds. With first, what a prompt begins with is put ahead. Safe for concurrent use.
func (n *native) tokenize(text string, control, first bool) ([]int32, error) {
	if text == "" && !first {
		return nil, nil
	}
	if len(text) > math.MaxInt32/2 {
		return nil, ErrTooLong
	}
	ctext := C.CString(text)
	defer C.free(unsafe.Pointer(ctext))
	out := make([]int32, len(text)+8)
	for {
		got := C.fdl_tokenize(n.p, ctext, C.int32_t(len(text)), (*C.int32_t)(&out[0]), C.int32_t(len(out)), flag(first), flag(control))
		if got >= 0 {
			return out[:got], nil
		}
		if int(-got) <= len(out) || got == math.MinInt32 {
			return nil, errors.New("tokenize text: llama.cpp refused it")
		}
		out = make([]int32, -got)
	}
}

func flag(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// piece returns the bytes of a token; they need not be whole characters. Safe for concurrent use.
func (n *native) piece(token int32) []byte {
	buf := make([]byte, 64)
	got := C.fdl_piece(n.p, C.int32_t(token), (*C.char)(unsafe.Pointer(&buf[0])), C.int32_t(len(buf)))
	if got < 0 {
		buf = make([]byte, -got)
		got = C.fdl_piece(n.p, C.int32_t(token), (*C.char)(unsafe.Pointer(&buf[0])), C.int32_t(len(buf)))
	}
	return buf[:max(0, got)]
}

// isEnd reports whether token ends an answer. Safe for concurrent use.
func (n *native) isEnd(token int32) bool { return C.fdl_is_end(n.p, C.int32_t(token)) != 0 }

// beginning returns the text that a template may write for the beginning-of-text token, and whether tokenize puts that
// token there by itself.
func (n *native) beginning() (text string, added bool) {
	return C.GoString(C.fdl_bos_text(n.p)), C.fdl_adds_bos(n.p) != 0
}

// render lays out a conversation by the model's chat template; own is false when ChatML had to stand in for it.
// Safe for concurrent use.
func (n *native) render(system, user string) (text string, own bool, err error) {
	var csystem *C.char
	if system != "" {
		csystem = C.CString(system)
		defer C.free(unsafe.Pointer(csystem))
	}
	cuser := C.CString(user)
	defer C.free(unsafe.Pointer(cuser))
	buf := make([]byte, 4096)
	var fallback C.int
	for {
		got := int(C.fdl_template(n.p, csystem, cuser, (*C.char)(unsafe.Pointer(&buf[0])), C.int32_t(len(buf)), &fallback))
		if got < 0 {
			return "", false, errors.New("apply chat template: llama.cpp refused it")
		}
		if got <= len(buf) {
			return string(buf[:got]), fallback == 0, nil
		}
		buf = make([]byte, got)
	}
}

// batch is the input of one decode, a row for each token.
type batch struct {
	token, pos, seq []int32
	out             []int8 // 1: logits are wanted
}

func (b *batch) reset() {
	b.token, b.pos, b.seq, b.out = b.token[:0], b.pos[:0], b.seq[:0], b.out[:0]
}

func (b *batch) len() int { return len(b.token) }

// add appends tokens of sequence seq from position pos on and returns the row of the last one. With out, its logits are
// wanted.
func (b *batch) add(tokens []int32, pos, seq int, out bool) int {
	for i, t := range tokens {
		b.token = append(b.token, t)
		b.pos = append(b.pos, int32(pos+i))
		b.seq = append(b.seq, int32(seq))
		b.out = append(b.out, 0)
	}
	last := len(b.out) - 1
	if out {
		b.out[last] = 1
	}
	return last
}

// decode computes a batch. It returns the code of llama_decode.
func (n *native) decode(b *batch) int {
	return int(C.fdl_decode(n.p, C.int32_t(b.len()), (*C.int32_t)(&b.token[0]), (*C.int32_t)(&b.pos[0]), (*C.int32_t)(&b.seq[0]),
		(*C.int8_t)(&b.out[0])))
}

// abort makes the decode under way and all later ones return decodeAborted, until it is called with false. Safe for
// concurrent use, not after close.
func (n *native) abort(on bool) { C.fdl_abort(n.p, flag(on)) }

// share makes the first length tokens of sequence from part of sequence to, without copying them.
func (n *native) share(from, to, length int) {
	C.fdl_seq_copy(n.p, C.int32_t(from), C.int32_t(to), C.int32_t(length))
}

// forget removes the tokens of a sequence from a position on. What other sequences share stays theirs.
func (n *native) forget(seq, from int) { C.fdl_seq_remove(n.p, C.int32_t(seq), C.int32_t(from)) }

// clear removes all sequences.
func (n *native) clear() { C.fdl_clear(n.p) }

// state copies the KV data of a sequence; nil when it cannot be had.
func (n *native) state(seq int) []byte {
	size := C.fdl_state_size(n.p, C.int32_t(seq))
	if size == 0 {
		return nil
	}
	buf := make([]byte, size)
	got := C.fdl_state_get(n.p, C.int32_t(seq), (*C.uint8_t)(&buf[0]), size)
	return buf[:got]
}

// restore sets the KV data of a sequence from what state returned. On false the sequence is empty.
func (n *native) restore(seq int, data []byte) bool {
	n.forget(seq, 0)
	if len(data) == 0 || C.fdl_state_set(n.p, C.int32_t(seq), (*C.uint8_t)(&data[0]), C.size_t(len(data))) == 0 {
		n.forget(seq, 0)
		return false
	}
	return true
}

// choice is a token that was picked; see fdl_choice.
type choice struct {
	token           int32
	logProb, margin float64
	looked          int
}

// errNoToken says that the grammar allows nothing: it cannot be completed from where it stands.
var errNoToken = errors.New("the grammar allows no token here")

// pick takes the best token after a row of the last batch that g (may be nil) allows.
func (n *native) pick(row int, g *grammar) (choice, error) {
	var c C.fdl_choice
	var gp *C.fdl_grammar
	if g != nil {
		gp = g.p
	}
	switch code := C.fdl_pick(n.p, C.int32_t(row), gp, &c); code {
	case 0:
		return choice{token: int32(c.token), logProb: float64(c.logprob), margin: float64(c.margin), looked: int(c.looked)}, nil
	case -1:
		return choice{}, errNoToken
	default:
		return choice{}, fmt.Errorf("pick token: llama.cpp failed with %d", int(code))
	}
}

// logProbs returns the log probabilities of tokens after a row of the last batch, and that of the answer's end.
func (n *native) logProbs(row int, tokens []int32) (probs []float64, end float64, err error) {
	out := make([]float32, len(tokens)+1)
	in := append(append([]int32(nil), tokens...), 0)
	var cend C.float
	if code := C.fdl_logprobs(n.p, C.int32_t(row), (*C.int32_t)(&in[0]), C.int32_t(len(tokens)), (*C.float)(&out[0]), &cend); code != 0 {
		return nil, 0, fmt.Errorf("score tokens: llama.cpp failed with %d", int(code))
	}
	for _, v := range out[:len(tokens)] {
		probs = append(probs, float64(v))
	}
	return probs, float64(cend), nil
}

// grammar is the position of one answer in its GBNF. Used by one goroutine at a time; free it.
type grammar struct{ p *C.fdl_grammar }

// newGrammar parses GBNF text. Safe for concurrent use.
func (n *native) newGrammar(gbnf string) (*grammar, error) {
	text := C.CString(gbnf)
	defer C.free(unsafe.Pointer(text))
	p := C.fdl_grammar_new(n.p, text)
	if p == nil {
		return nil, errors.New("parse grammar: llama.cpp refused it; its start symbol is root")
	}
	return &grammar{p: p}, nil
}

func (g *grammar) free() {
	if g != nil {
		C.fdl_grammar_free(g.p)
	}
}

// accept moves on by a token that the grammar allows.
func (g *grammar) accept(token int32) error {
	if C.fdl_grammar_accept(g.p, C.int32_t(token)) != 0 {
		return errNoToken
	}
	return nil
}

// maxForced bounds the text that forced looks ahead, in bytes.
const maxForced = 256

// forced returns the only text that g allows next, and whether nothing can follow it.
func (n *native) forced(g *grammar) (text []byte, complete bool) {
	buf := make([]byte, maxForced)
	var whole C.int
	got := C.fdl_forced(n.p, g.p, (*C.char)(unsafe.Pointer(&buf[0])), C.int32_t(len(buf)), &whole)
	return buf[:got], whole != 0
}
