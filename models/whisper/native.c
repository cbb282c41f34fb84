//go:build native

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "native.h"

// The engine checks its own abort callback only between a whole encoder run and the next decoder step: half a second
// on a small box. The CPU backend can stop between two nodes of a graph, but the context hides its backend. So the
// one function that creates it is wrapped by the linker (--wrap in recognizer.go), and a thread that is loading a
// model notes the result. Other users of the function pass through untouched.
static _Thread_local fd_worker *capturing;
static _Thread_local fd_worker *running; // whose lines about a failure are noise once it was told to stop
static _Thread_local int captured;

ggml_backend_t __real_ggml_backend_init_by_type(enum ggml_backend_dev_type type, const char *params);

ggml_backend_t __wrap_ggml_backend_init_by_type(enum ggml_backend_dev_type type, const char *params) {
	ggml_backend_t b = __real_ggml_backend_init_by_type(type, params);
	if (capturing != NULL && type == GGML_BACKEND_DEVICE_TYPE_CPU && b != NULL) {
		capturing->cpu = b;
		captured++;
	}
	return b;
}

void fd_capture_begin(fd_worker *w) {
	capturing = w;
	captured = 0;
}

int fd_capture_end(void) {
	capturing = NULL;
	return captured;
}

fd_worker *fd_worker_new(void) { return calloc(1, sizeof(fd_worker)); }

void fd_worker_free(fd_worker *w) { free(w); }

static bool stopped(void *data) {
	return atomic_load_explicit(&((fd_worker *)data)->abort, memory_order_relaxed) != 0;
}

void fd_worker_bind(fd_worker *w) { ggml_backend_cpu_set_abort_callback(w->cpu, stopped, w); }

void fd_worker_abort(fd_worker *w, int on) { atomic_store_explicit(&w->abort, on, memory_order_relaxed); }

int fd_full(struct whisper_context *ctx, fd_worker *w, struct whisper_full_params *p, const fd_options *o,
	const float *samples, int n) {
	// The binding's defaults point at its own callbacks, which read maps that nothing guards.
	p->new_segment_callback = NULL;
	p->progress_callback = NULL;
	p->encoder_begin_callback = NULL;
	p->logits_filter_callback = NULL;
	p->abort_callback = stopped;
	p->abort_callback_user_data = w;
	p->initial_prompt = o->prompt;
	p->greedy.best_of = o->best_of;
	p->no_timestamps = true;
	p->suppress_blank = true;
	p->suppress_nst = true;
	p->temperature = 0.0f;
	p->temperature_inc = 0.0f; // one attempt: a second one costs as much again and comes when the caller waits
	// The engine's own test for silence reads a stale probability (see fd_no_speech); ours comes after.
	p->no_speech_thold = 2.0f;
	p->logprob_thold = -INFINITY;
	p->entropy_thold = 0.0f;
	running = w;
	int rc = whisper_full(ctx, *p, samples, n);
	running = NULL;
	return rc;
}

int fd_tokens(struct whisper_context *ctx, int segment, int32_t *ids, float *probs, float *logprobs, int max) {
	int n = whisper_full_n_tokens(ctx, segment);
	if (n > max) {
		n = max;
	}
	for (int i = 0; i < n; i++) {
		whisper_token_data t = whisper_full_get_token_data(ctx, segment, i);
		ids[i] = t.id;
		probs[i] = t.p;
		logprobs[i] = t.plog;
	}
	return n;
}

// The model says "no speech" at the position of the start-of-transcript token. The engine computes the logits of the
// last prompt token only and then reads the first row, which holds what the decoder left there before. One more
// decoder step over the encoding that is still in place gives the true value.
float fd_no_speech(struct whisper_context *ctx, int threads) {
	whisper_token sot = whisper_token_sot(ctx);
	if (whisper_decode(ctx, &sot, 1, 0, threads) != 0) {
		return -1.0f;
	}
	const float *logits = whisper_get_logits(ctx);
	const int n = whisper_n_vocab(ctx);
	float top = logits[0];
	for (int i = 1; i < n; i++) {
		top = logits[i] > top ? logits[i] : top;
	}
	double sum = 0;
	for (int i = 0; i < n; i++) {
		sum += exp((double)(logits[i] - top));
	}
	return (float)(exp((double)(logits[whisper_token_nosp(ctx)] - top)) / sum);
}

extern void fdLog(int level, char *text);

// Debug lines can hold recognised words and are dropped. Information is wanted while a model loads; afterwards the
// detector would write five lines for each window of 32 ms.
static void log_line(enum ggml_log_level level, const char *text, void *data) {
	(void)data;
	if (level < GGML_LOG_LEVEL_INFO || level > GGML_LOG_LEVEL_ERROR) {
		return;
	}
	if (level == GGML_LOG_LEVEL_INFO && capturing == NULL) {
		return;
	}
	if (running != NULL && stopped(running)) {
		return;
	}
	fdLog((int)level, (char *)text);
}

void fd_log_install(void) { whisper_log_set(log_line, NULL); }

struct whisper_vad_context *fd_vad_open(const char *path) {
	struct whisper_vad_context_params p = whisper_vad_default_context_params();
	p.n_threads = 1; // a window is half a millisecond of work: handing parts of it to another thread costs more
	p.use_gpu = false;
	struct whisper_vad_context *v = whisper_vad_init_from_file_with_params(path, p);
	if (v != NULL) {
		whisper_vad_reset_state(v); // the engine leaves in a new one's memory whatever was there before
	}
	return v;
}

float fd_vad_score(struct whisper_vad_context *v, const float *samples, int n) {
	if (!whisper_vad_detect_speech_no_reset(v, samples, n) || whisper_vad_n_probs(v) < 1) {
		return -1.0f;
	}
	return whisper_vad_probs(v)[0];
}
