//go:build native

// The C side of the package: what is too small and too frequent for one cgo call per llama.cpp function, and what
// must catch C++ exceptions before they reach Go. Nothing here keeps a pointer into Go memory after it returned.
#ifndef FRONTDESK_LLAMA_BRIDGE_H
#define FRONTDESK_LLAMA_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fd_llama   fd_llama;   // model, context, threads
typedef struct fd_grammar fd_grammar; // one request's position in its grammar

typedef struct {
    int32_t n_ctx;     // cells of the KV cache, shared by all sequences
    int32_t n_batch;   // most tokens in one fd_decode
    int32_t n_out;     // most tokens of one fd_decode whose logits are wanted
    int32_t n_seq_max; // sequence ids are 0 … n_seq_max-1
    int32_t n_threads;
    int32_t poll;      // ggml's polling level between graphs, 0 … 100; 0 sleeps
    int32_t flash;     // 1 on, 0 off, -1 llama.cpp's choice
    int32_t repack;    // 1: weights are copied into the layout that suits the CPU best; 0: used where the file is mapped
} fd_params;

// What fd_open returns when it fails.
enum { FD_OPEN_OK = 0, FD_OPEN_MODEL = 1, FD_OPEN_CONTEXT = 2, FD_OPEN_EXCEPTION = 3 };

// fd_log_on sends llama.cpp's and ggml's log lines to the Go function fdLog, for the whole process.
void fd_log_on(void);

int  fd_open(const char * path, fd_params params, fd_llama ** out);
void fd_close(fd_llama * m);

int32_t  fd_vocab_size(const fd_llama * m);
int32_t  fd_train_ctx(const fd_llama * m);
int      fd_is_end(const fd_llama * m, int32_t token); // ends the generation: end of turn, or a control token
int      fd_describe(const fd_llama * m, char * buf, int cap);
const char * fd_version(void);

// fd_tokenize returns the number of tokens, or minus the number that there would be when cap is too small. Thread-safe.
int32_t fd_tokenize(const fd_llama * m, const char * text, int32_t len, int32_t * out, int32_t cap, int add_special, int parse_special);
// fd_piece returns the length of the token's text, or minus that when cap is too small. Thread-safe.
int32_t fd_piece(const fd_llama * m, int32_t token, char * buf, int32_t cap);
// fd_adds_bos says whether the first segment of a prompt gets a beginning-of-text token; fd_bos_text is how a template
// would write it.
int          fd_adds_bos(const fd_llama * m);
const char * fd_bos_text(const fd_llama * m);
// fd_template renders a conversation of system (may be NULL) and user text up to where the assistant starts, by the
// model file's own template, or ChatML when it has none that llama.cpp knows (*fallback is then 1). Returns the length.
int32_t fd_template(const fd_llama * m, const char * system, const char * user, char * buf, int32_t cap, int * fallback);

// fd_decode computes n tokens; out[i] is 1 where fd_pick and fd_logprobs will be asked about token i. Returns what
// llama_decode returns, and -100 for an exception.
int  fd_decode(fd_llama * m, int32_t n, const int32_t * token, const int32_t * pos, const int32_t * seq, const int8_t * out);
void fd_abort(fd_llama * m, int on); // from any thread: makes the fd_decode under way, and those to come, return 2

void fd_seq_copy(fd_llama * m, int32_t from, int32_t to, int32_t n); // tokens 0 … n-1, without copying data
void fd_seq_remove(fd_llama * m, int32_t seq, int32_t from);         // from position from to the end
void fd_clear(fd_llama * m);

size_t fd_state_size(fd_llama * m, int32_t seq);
size_t fd_state_get(fd_llama * m, int32_t seq, uint8_t * buf, size_t cap);
size_t fd_state_set(fd_llama * m, int32_t seq, const uint8_t * buf, size_t len); // 0: refused

// fd_grammar_new returns NULL when gbnf (root symbol "root") cannot be parsed. Thread-safe.
fd_grammar * fd_grammar_new(const fd_llama * m, const char * gbnf);
void         fd_grammar_free(fd_grammar * g);
int          fd_grammar_accept(fd_grammar * g, int32_t token); // 0, or -1 when the grammar has no place for it

typedef struct {
    int32_t token;
    float   logprob; // over the whole vocabulary
    float   margin;  // to the best other candidate, +inf when there is none
    int32_t looked;  // candidates that the grammar was asked about
} fd_choice;

// fd_pick takes the most probable token after batch position i that the grammar (may be NULL) allows.
// 0; -1 when the grammar allows nothing; -2 when there are no logits; -100 for an exception.
int fd_pick(fd_llama * m, int32_t i, fd_grammar * g, fd_choice * out);

// fd_logprobs writes the log probability of each of n tokens after batch position i, and of the end of the answer.
int fd_logprobs(fd_llama * m, int32_t i, const int32_t * token, int32_t n, float * out, float * end);

// fd_forced writes the text that is the only one the grammar allows next, at most cap bytes, and returns its length.
// *complete is 1 when nothing at all can follow it. The grammar stays where it is.
int32_t fd_forced(const fd_llama * m, const fd_grammar * g, char * buf, int32_t cap, int * complete);

#ifdef __cplusplus
}
#endif
#endif
