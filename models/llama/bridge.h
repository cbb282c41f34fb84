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

typedef struct fdl_llama   fdl_llama;   // model, context, threads
typedef struct fdl_grammar fdl_grammar; // one request's position in its grammar

typedef struct {
    int32_t n_ctx;     // cells of the KV cache, shared by all sequences
    int32_t n_batch;   // most tokens in one fdl_decode
    int32_t n_out;     // most tokens of one fdl_decode whose logits are wanted
    int32_t n_seq_max; // sequence ids are 0 … n_seq_max-1
    int32_t n_threads;
    int32_t poll;      // ggml's polling level between graphs, 0 … 100; 0 sleeps
    int32_t flash;     // 1 on, 0 off, -1 llama.cpp's choice
    int32_t repack;    // 1: weights are copied into the layout that suits the CPU best; 0: used where the file is mapped;
                       // -1: copied unless that would use AMX
} fdl_params;

// What fdl_open returns when it fails.
enum { FDL_OPEN_OK = 0, FDL_OPEN_MODEL = 1, FDL_OPEN_CONTEXT = 2, FDL_OPEN_EXCEPTION = 3 };

// fdl_log_on sends llama.cpp's and ggml's log lines to the Go function fdLlamaLog, for the whole process.
void fdl_log_on(void);

int  fdl_open(const char * path, fdl_params params, fdl_llama ** out);
void fdl_close(fdl_llama * m);

int32_t  fdl_vocab_size(const fdl_llama * m);
int32_t  fdl_train_ctx(const fdl_llama * m);
int      fdl_is_end(const fdl_llama * m, int32_t token); // ends the generation: end of turn, or a control token
int      fdl_describe(const fdl_llama * m, char * buf, int cap);
const char * fdl_version(void);

// fdl_tokenize returns the number of tokens, or minus the number that there would be when cap is too small. Thread-safe.
int32_t fdl_tokenize(const fdl_llama * m, const char * text, int32_t len, int32_t * out, int32_t cap, int add_special, int parse_special);
// fdl_piece returns the length of the token's text, or minus that when cap is too small. Thread-safe.
int32_t fdl_piece(const fdl_llama * m, int32_t token, char * buf, int32_t cap);
// fdl_adds_bos says whether the first segment of a prompt gets a beginning-of-text token; fdl_bos_text is how a template
// would write it.
int          fdl_adds_bos(const fdl_llama * m);
const char * fdl_bos_text(const fdl_llama * m);
// fdl_template renders a conversation of system (may be NULL) and user text up to where the assistant starts, by the
// model file's own template, or ChatML when it has none that llama.cpp knows (*fallback is then 1). Returns the length.
int32_t fdl_template(const fdl_llama * m, const char * system, const char * user, char * buf, int32_t cap, int * fallback);

// fdl_decode computes n tokens; out[i] is 1 where fdl_pick and fdl_logprobs will be asked about token i. Returns what
// llama_decode returns, and -100 for an exception.
int  fdl_decode(fdl_llama * m, int32_t n, const int32_t * token, const int32_t * pos, const int32_t * seq, const int8_t * out);
void fdl_abort(fdl_llama * m, int on); // from any thread: makes the fdl_decode under way, and those to come, return 2

void fdl_seq_copy(fdl_llama * m, int32_t from, int32_t to, int32_t n); // tokens 0 … n-1, without copying data
void fdl_seq_remove(fdl_llama * m, int32_t seq, int32_t from);         // from position from to the end
void fdl_clear(fdl_llama * m);

size_t fdl_state_size(fdl_llama * m, int32_t seq);
size_t fdl_state_get(fdl_llama * m, int32_t seq, uint8_t * buf, size_t cap);
size_t fdl_state_set(fdl_llama * m, int32_t seq, const uint8_t * buf, size_t len); // 0: refused

// fdl_grammar_new returns NULL when gbnf (root symbol "root") cannot be parsed. Thread-safe.
fdl_grammar * fdl_grammar_new(const fdl_llama * m, const char * gbnf);
void         fdl_grammar_free(fdl_grammar * g);
int          fdl_grammar_accept(fdl_grammar * g, int32_t token); // 0, or -1 when the grammar has no place for it

typedef struct {
    int32_t token;
    float   logprob; // over the whole vocabulary
    float   margin;  // to the best other candidate, +inf when there is none
    int32_t looked;  // candidates that the grammar was asked about
} fdl_choice;

// fdl_pick takes the most probable token after batch position i that the grammar (may be NULL) allows.
// 0; -1 when the grammar allows nothing; -2 when there are no logits; -100 for an exception.
int fdl_pick(fdl_llama * m, int32_t i, fdl_grammar * g, fdl_choice * out);

// fdl_logprobs writes the log probability of each of n tokens after batch position i, and of the end of the answer.
int fdl_logprobs(fdl_llama * m, int32_t i, const int32_t * token, int32_t n, float * out, float * end);

// fdl_forced writes the text that is the only one the grammar allows next, at most cap bytes, and returns its length.
// *complete is 1 when nothing at all can follow it. The grammar stays where it is.
int32_t fdl_forced(const fdl_llama * m, const fdl_grammar * g, char * buf, int32_t cap, int * complete);

#ifdef __cplusplus
}
#endif
#endif
