//go:build native

#include "bridge.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama.h"

extern "C" void fdLlamaLog(int level, char * text); // in log.go

struct fdl_llama {
    llama_model *       model = nullptr;
    llama_context *     ctx   = nullptr;
    const llama_vocab * vocab = nullptr;
    ggml_threadpool *   pool  = nullptr;
    llama_batch         batch = {};
    int32_t             n_vocab = 0;
    std::atomic<int>    abort{0};
    std::vector<llama_token>      end;   // every token that ends a generation
    std::vector<llama_token_data> bytes; // a token for each byte that UTF-8 uses; empty when one is missing
    std::vector<llama_token_data> all;   // scratch for a look at the whole vocabulary
    std::vector<llama_token_data> top;   // scratch for the best candidates, best first

    ~fdl_llama() {
        if (ctx) {
            llama_detach_threadpool(ctx);
            llama_free(ctx);
        }
        if (batch.token) {
            llama_batch_free(batch);
        }
        if (pool) {
            ggml_threadpool_free(pool);
        }
        if (model) {
            llama_model_free(model);
        }
    }
};

struct fdl_grammar {
    llama_sampler * sampler;
};

static constexpr size_t top_size = 64; // candidates looked at before the whole vocabulary is

static void log_line(ggml_log_level level, const char * text, void *) { fdLlamaLog(int(level), const_cast<char *>(text)); }

void fdl_log_on(void) { llama_log_set(log_line, nullptr); }

static bool aborted(void * data) { return static_cast<fdl_llama *>(data)->abort.load(std::memory_order_relaxed) != 0; }

static std::string piece(const llama_vocab * vocab, llama_token token) {
    std::string s(64, '\0');
    int32_t n = llama_token_to_piece(vocab, token, s.data(), int32_t(s.size()), 0, false);
    if (n < 0) {
        s.resize(size_t(-n));
        n = llama_token_to_piece(vocab, token, s.data(), int32_t(s.size()), 0, false);
    }
    s.resize(size_t(std::max(n, 0)));
    return s;
}

// learn_vocabulary finds the tokens that stand for one byte and those that end a generation.
static void learn_vocabulary(fdl_llama * m) {
    std::vector<llama_token> byte(256, LLAMA_TOKEN_NULL);
    for (llama_token t = 0; t < m->n_vocab; t++) {
        if (llama_vocab_is_eog(m->vocab, t)) {
            m->end.push_back(t);
            continue;
        }
        if (llama_vocab_is_control(m->vocab, t)) {
            continue;
        }
        const std::string s = piece(m->vocab, t);
        if (s.size() == 1 && byte[uint8_t(s[0])] == LLAMA_TOKEN_NULL) {
            byte[uint8_t(s[0])] = t;
        }
    }
    for (int b = 1; b < 256; b++) {
        const bool in_utf8 = b <= 0xBF || (b >= 0xC2 && b <= 0xF4);
        if (byte[size_t(b)] != LLAMA_TOKEN_NULL) {
            m->bytes.push_back({byte[size_t(b)], 0.0f, float(b)}); // p carries the byte
        } else if (in_utf8) {
            m->bytes.clear();
            return;
        }
    }
}

// uses_amx reports whether ggml would put repacked weights where its AMX code works on them. GCC 12, Debian 12's
// compiler, leaves out most of the tile configuration that this code stores (its ldtilecfg does not say that it reads
// memory), and the first matrix product ends the process with an illegal instruction.
static bool uses_amx() {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (!cpu) {
        return false;
    }
    auto get = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts"));
    if (!get) {
        return false;
    }
    for (ggml_backend_buffer_type_t * t = get(cpu); t && *t; t++) {
        if (std::string(ggml_backend_buft_name(*t)).find("AMX") != std::string::npos) {
            return true;
        }
    }
    return false;
}

static int open_model(const char * path, const fdl_params & p, fdl_llama * m) {
    llama_model_params mp = llama_model_default_params();
    mp.n_gpu_layers    = 0;
    mp.load_mode       = LLAMA_LOAD_MODE_MMAP;
    mp.use_extra_bufts = p.repack > 0 || (p.repack < 0 && !uses_amx());
    m->model = llama_model_load_from_file(path, mp);
    if (!m->model) {
        return FDL_OPEN_MODEL;
    }
    m->vocab   = llama_model_get_vocab(m->model);
    m->n_vocab = llama_vocab_n_tokens(m->vocab);

    llama_context_params cp = llama_context_default_params();
    cp.n_ctx               = uint32_t(p.n_ctx);
    cp.n_batch             = uint32_t(p.n_batch);
    cp.n_ubatch            = uint32_t(p.n_batch);
    cp.n_seq_max           = uint32_t(p.n_seq_max);
    cp.n_outputs_max       = uint32_t(p.n_out); // keeps the buffer for logits small
    cp.n_threads           = p.n_threads;
    cp.n_threads_batch     = p.n_threads;
    cp.kv_unified          = true;
    cp.no_perf             = true;
    cp.flash_attn_type     = llama_flash_attn_type(p.flash);
    cp.abort_callback      = aborted;
    cp.abort_callback_data = m;
    m->ctx = llama_init_from_model(m->model, cp);
    if (!m->ctx) {
        return FDL_OPEN_CONTEXT;
    }
    ggml_threadpool_params tp = ggml_threadpool_params_default(p.n_threads);
    tp.poll = uint32_t(p.poll);
    m->pool = ggml_threadpool_new(&tp);
    if (!m->pool) {
        return FDL_OPEN_CONTEXT;
    }
    llama_attach_threadpool(m->ctx, m->pool, m->pool);
    m->batch = llama_batch_init(p.n_batch, 0, 1);
    m->all.resize(size_t(m->n_vocab));
    m->top.reserve(top_size);
    learn_vocabulary(m);
    return FDL_OPEN_OK;
}

int fdl_open(const char * path, fdl_params params, fdl_llama ** out) {
    fdl_llama * m = nullptr;
    int        result = FDL_OPEN_EXCEPTION;
    try {
        m = new fdl_llama;
        result = open_model(path, params, m);
    } catch (...) {
        result = FDL_OPEN_EXCEPTION;
    }
    if (result != FDL_OPEN_OK) {
        delete m;
        m = nullptr;
    }
    *out = m;
    return result;
}

void fdl_close(fdl_llama * m) { delete m; }

int32_t fdl_vocab_size(const fdl_llama * m) { return m->n_vocab; }
int32_t fdl_train_ctx(const fdl_llama * m) { return llama_model_n_ctx_train(m->model); }

int fdl_is_end(const fdl_llama * m, int32_t token) {
    return llama_vocab_is_eog(m->vocab, token) || llama_vocab_is_control(m->vocab, token);
}

int fdl_describe(const fdl_llama * m, char * buf, int cap) { return llama_model_desc(m->model, buf, size_t(cap)); }

const char * fdl_version(void) { return llama_version(); }

int32_t fdl_tokenize(const fdl_llama * m, const char * text, int32_t len, int32_t * out, int32_t cap, int add_special, int parse_special) {
    try {
        return llama_tokenize(m->vocab, text, len, out, cap, add_special != 0, parse_special != 0);
    } catch (...) {
        return std::numeric_limits<int32_t>::min();
    }
}

int32_t fdl_piece(const fdl_llama * m, int32_t token, char * buf, int32_t cap) {
    return llama_token_to_piece(m->vocab, token, buf, cap, 0, false);
}

int fdl_adds_bos(const fdl_llama * m) { return llama_vocab_get_add_bos(m->vocab); }

const char * fdl_bos_text(const fdl_llama * m) {
    const llama_token bos = llama_vocab_bos(m->vocab);
    return bos == LLAMA_TOKEN_NULL ? "" : llama_vocab_get_text(m->vocab, bos);
}

int32_t fdl_template(const fdl_llama * m, const char * system, const char * user, char * buf, int32_t cap, int * fallback) {
    llama_chat_message chat[2];
    size_t             n = 0;
    if (system) {
        chat[n++] = {"system", system};
    }
    chat[n++] = {"user", user};
    *fallback = 0;
    try {
        const char * own = llama_model_chat_template(m->model, nullptr);
        if (own) {
            const int32_t len = llama_chat_apply_template(own, chat, n, true, buf, cap);
            if (len >= 0) {
                return len;
            }
        }
        *fallback = 1;
        return llama_chat_apply_template("chatml", chat, n, true, buf, cap);
    } catch (...) {
        return -1;
    }
}

int fdl_decode(fdl_llama * m, int32_t n, const int32_t * token, const int32_t * pos, const int32_t * seq, const int8_t * out) {
    for (int32_t i = 0; i < n; i++) {
        m->batch.token[i]     = token[i];
        m->batch.pos[i]       = pos[i];
        m->batch.n_seq_id[i]  = 1;
        m->batch.seq_id[i][0] = seq[i];
        m->batch.logits[i]    = out[i];
    }
    m->batch.n_tokens = n;
    try {
        return llama_decode(m->ctx, m->batch);
    } catch (...) {
        return -100;
    }
}

void fdl_abort(fdl_llama * m, int on) { m->abort.store(on, std::memory_order_relaxed); }

void fdl_seq_copy(fdl_llama * m, int32_t from, int32_t to, int32_t n) {
    llama_memory_seq_cp(llama_get_memory(m->ctx), from, to, 0, n);
}

void fdl_seq_remove(fdl_llama * m, int32_t seq, int32_t from) {
    llama_memory_seq_rm(llama_get_memory(m->ctx), seq, from, -1);
}

void fdl_clear(fdl_llama * m) { llama_memory_clear(llama_get_memory(m->ctx), false); }

size_t fdl_state_size(fdl_llama * m, int32_t seq) { return llama_state_seq_get_size(m->ctx, seq); }

size_t fdl_state_get(fdl_llama * m, int32_t seq, uint8_t * buf, size_t cap) {
    try {
        return llama_state_seq_get_data(m->ctx, buf, cap, seq);
    } catch (...) {
        return 0;
    }
}

size_t fdl_state_set(fdl_llama * m, int32_t seq, const uint8_t * buf, size_t len) {
    try {
        return llama_state_seq_set_data(m->ctx, buf, len, seq);
    } catch (...) {
        return 0;
    }
}

fdl_grammar * fdl_grammar_new(const fdl_llama * m, const char * gbnf) {
    try {
        llama_sampler * s = llama_sampler_init_grammar(m->vocab, gbnf, "root");
        return s ? new fdl_grammar{s} : nullptr;
    } catch (...) {
        return nullptr;
    }
}

void fdl_grammar_free(fdl_grammar * g) {
    if (g) {
        llama_sampler_free(g->sampler);
        delete g;
    }
}

int fdl_grammar_accept(fdl_grammar * g, int32_t token) {
    try {
        llama_sampler_accept(g->sampler, token);
        return 0;
    } catch (...) {
        return -1;
    }
}

// keep_allowed asks the grammar about n candidates and moves those it allows to the front, in their order.
static size_t keep_allowed(const llama_sampler * s, llama_token_data * data, size_t n) {
    std::vector<float> logit(n); // the grammar marks a refusal by overwriting the logit
    for (size_t i = 0; i < n; i++) {
        logit[i] = data[i].logit;
    }
    llama_token_data_array a = {data, n, -1, false};
    llama_sampler_apply(const_cast<llama_sampler *>(s), &a);
    size_t kept = 0;
    for (size_t i = 0; i < a.size; i++) {
        if (a.data[i].logit != -INFINITY) {
            data[kept] = a.data[i];
            data[kept++].logit = logit[i];
        }
    }
    return kept;
}

static bool better(const llama_token_data & a, const llama_token_data & b) { return a.logit > b.logit; }

// find_top fills m->top with the best candidates, best first, and returns the log of the sum of all exp(logit).
static double find_top(fdl_llama * m, const float * logits) {
    auto & top = m->top;
    top.clear();
    for (llama_token t = 0; t < m->n_vocab; t++) {
        if (top.size() < top_size) {
            top.push_back({t, logits[t], 0.0f});
            std::push_heap(top.begin(), top.end(), better);
        } else if (logits[t] > top.front().logit) {
            std::pop_heap(top.begin(), top.end(), better);
            top.back() = {t, logits[t], 0.0f};
            std::push_heap(top.begin(), top.end(), better);
        }
    }
    std::sort_heap(top.begin(), top.end(), better);
    const float best = top[0].logit;
    double      sum  = 0;
    for (llama_token t = 0; t < m->n_vocab; t++) {
        const float d = logits[t] - best;
        if (d > -30.0f) { // what is below adds less than 1e-8
            sum += expf(d);
        }
    }
    return double(best) + log(sum);
}

// same_reading reports whether one text begins with the other: two ways to spell the same continuation, so that the
// distance between them says nothing about doubt.
static bool same_reading(const std::string & a, const std::string & b) {
    const size_t n = std::min(a.size(), b.size());
    return n > 0 && a.compare(0, n, b, 0, n) == 0;
}

// settle fills out from the allowed candidates, of which the first is taken.
static void settle(const fdl_llama * m, const llama_token_data * c, size_t n, bool grammar, double norm, fdl_choice * out) {
    out->token   = c[0].id;
    out->logprob = float(double(c[0].logit) - norm);
    out->margin  = INFINITY;
    const std::string taken = grammar ? piece(m->vocab, c[0].id) : "";
    for (size_t i = 1; i < n; i++) {
        if (grammar && same_reading(taken, piece(m->vocab, c[i].id))) {
            continue;
        }
        out->margin = c[0].logit - c[i].logit;
        return;
    }
}

static int pick(fdl_llama * m, const float * logits, fdl_grammar * g, fdl_choice * out) {
    const double norm = find_top(m, logits);
    auto &       top  = m->top;
    out->looked = 0;
    if (!g) {
        settle(m, top.data(), top.size(), false, norm, out);
        return 0;
    }
    // The most probable token alone is the usual case; the rest of the list is asked only for the margin. A margin
    // beyond this list is reported as infinite: nothing among the 64 best contradicts.
    size_t kept = keep_allowed(g->sampler, top.data(), top.size());
    out->looked = int32_t(top.size());
    if (kept > 0) {
        settle(m, top.data(), kept, true, norm, out);
        return 0;
    }
    for (llama_token t = 0; t < m->n_vocab; t++) {
        m->all[size_t(t)] = {t, logits[t], 0.0f};
    }
    kept = keep_allowed(g->sampler, m->all.data(), m->all.size());
    out->looked += m->n_vocab;
    if (kept == 0) {
        return -1;
    }
    const size_t n = std::min(kept, top_size);
    std::partial_sort(m->all.begin(), m->all.begin() + long(n), m->all.begin() + long(kept), better);
    settle(m, m->all.data(), n, true, norm, out);
    return 0;
}

int fdl_pick(fdl_llama * m, int32_t i, fdl_grammar * g, fdl_choice * out) {
    const float * logits = llama_get_logits_ith(m->ctx, i);
    if (!logits) {
        return -2;
    }
    try {
        return pick(m, logits, g, out);
    } catch (...) {
        return -100;
    }
}

int fdl_logprobs(fdl_llama * m, int32_t i, const int32_t * token, int32_t n, float * out, float * end) {
    const float * logits = llama_get_logits_ith(m->ctx, i);
    if (!logits) {
        return -2;
    }
    const double norm = find_top(m, logits);
    for (int32_t k = 0; k < n; k++) {
        out[k] = float(double(logits[token[k]]) - norm);
    }
    double sum = 0;
    for (const llama_token t : m->end) {
        sum += exp(double(logits[t]) - norm);
    }
    *end = float(log(std::max(sum, 1e-30)));
    return 0;
}

int32_t fdl_forced(const fdl_llama * m, const fdl_grammar * g, char * buf, int32_t cap, int * complete) {
    *complete = 0;
    if (m->bytes.empty() || m->end.empty()) {
        return 0;
    }
    int32_t         n = 0;
    llama_sampler * s = nullptr;
    try {
        s = llama_sampler_clone(g->sampler);
        std::vector<llama_token_data> c;
        while (n < cap) {
            c = m->bytes;
            c.push_back({m->end[0], 0.0f, -1.0f});
            const size_t kept = keep_allowed(s, c.data(), c.size());
            if (kept != 1) {
                break;
            }
            if (c[0].p < 0) {
                *complete = 1;
                break;
            }
            llama_sampler_accept(s, c[0].id);
            buf[n++] = char(uint8_t(c[0].p));
        }
    } catch (...) {
        n         = 0;
        *complete = 0;
    }
    if (s) {
        llama_sampler_free(s);
    }
    return n;
}
