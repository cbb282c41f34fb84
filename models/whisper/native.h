#ifndef FRONTDESK_WHISPER_NATIVE_H
#define FRONTDESK_WHISPER_NATIVE_H

#include <stdatomic.h>
#include <stdint.h>
#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <whisper.h>

// fd_worker is what belongs to one whisper context besides it. It lives in C memory because the engine's threads
// read it at any time.
typedef struct {
	atomic_int abort;   // not 0: stop at the next node of the compute graph
	ggml_backend_t cpu; // the context's CPU backend, owned by the context
} fd_worker;

// fd_options are the parameters that the binding has no setter for.
typedef struct {
	const char *prompt; // NULL: none
	int best_of;
} fd_options;

fd_worker *fd_worker_new(void);
void fd_worker_free(fd_worker *w);

// fd_capture_begin makes the next CPU backend that this thread creates the worker's; fd_capture_end stops that.
void fd_capture_begin(fd_worker *w);
int fd_capture_end(void);

// fd_worker_bind lets the worker's flag stop its backend inside a graph.
void fd_worker_bind(fd_worker *w);
void fd_worker_abort(fd_worker *w, int on);

// fd_full runs whisper_full with the worker's flag as its abort callback and no other callbacks.
int fd_full(struct whisper_context *ctx, fd_worker *w, struct whisper_full_params *p, const fd_options *o,
	const float *samples, int n);

// fd_tokens copies the tokens of a segment and returns how many there are, at most max.
int fd_tokens(struct whisper_context *ctx, int segment, int32_t *ids, float *probs, float *logprobs, int max);

// fd_no_speech returns the model's probability that the window encoded last holds no speech, or a negative number.
float fd_no_speech(struct whisper_context *ctx, int threads);

// fd_log_install sends the engine's log lines to fdLog.
void fd_log_install(void);

// fd_vad_open opens one detector, NULL on failure.
struct whisper_vad_context *fd_vad_open(const char *path);

// fd_vad_score scores one window and keeps the detector's memory; negative on failure.
float fd_vad_score(struct whisper_vad_context *v, const float *samples, int n);

#endif
