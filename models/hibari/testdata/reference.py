#!/usr/bin/env python3
"""What the reference makes of the sentences: python reference.py SENTENCES [FOLDER]

Needs hibari-tts 0.2.1 (pip install --require-hashes with the hash in models/manifest.toml). For each sentence it prints the beginning of
the SHA-256 of its phonemes; for every 20th also the samples and the levels of eight bands of 1.5 kHz in dB, made without noise. With a
folder it also writes there the phonemes of all, and the sound of each as float32 samples.
"""
import hashlib
import json
import os
import sys

import numpy as np
import onnxruntime
from hibari import Hibari, __version__


class Silent:
    """Draws zeros in place of random numbers."""

    @staticmethod
    def standard_normal(shape, dtype):
        return np.zeros(shape, dtype)


def open_voice():
    """The voice, with numbers near zero taken for zero, as models/onnx has them."""
    voice = Hibari()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    voice.sess = onnxruntime.InferenceSession(voice.model_path, options, providers=["CPUExecutionProvider"])
    return voice


def levels(wave):
    """dB of eight bands over the whole sound."""
    power = np.abs(np.fft.rfft(wave.astype(np.float64))) ** 2
    bands = np.array_split(power[: len(power) // 8 * 8], 8)
    return [10 * np.log10(b.sum() / len(wave) + 1e-9) for b in bands]


def main():
    assert __version__ == "0.2.1", __version__
    voice = open_voice()
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    with open(sys.argv[1], encoding="utf-8") as f:
        sentences = f.read().splitlines()
    everything = []
    for i, sentence in enumerate(sentences):
        phonemes = voice.phonemize(sentence)
        everything.append(phonemes)
        line = [hashlib.sha256("\n".join(phonemes).encode()).hexdigest()[:16]]
        if folder or i % 20 == 0:
            wave = np.concatenate([voice.from_ids(voice.ids(p), 1.0, Silent) for p in phonemes])
            if folder:
                wave.astype("<f4").tofile(os.path.join(folder, f"{i}.f32"))
            if i % 20 == 0:
                line += [str(len(wave)), *(f"{x:.1f}" for x in levels(wave))]
        print(" ".join(line))
    if folder:
        with open(os.path.join(folder, "phonemes.json"), "w", encoding="utf-8") as f:
            json.dump(everything, f, ensure_ascii=False)


if __name__ == "__main__":
    main()
