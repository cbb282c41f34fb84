"""Prints the hashes of g722_test.go with another coder: the package G722 of the Python index (libg722).

    pip install G722 numpy && python oracle.py
"""
import hashlib

import G722
import numpy as np


def signal(name, n=48000):
    """The same integers as signal in g722_test.go."""
    out, state = [], 1
    for i in range(n):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        noise = (state >> 16) - 32768
        if name == "noise":
            v = noise
        elif name == "quiet":
            v = noise >> 9
        elif name == "saw":
            v = (i * (37 + i // 4000)) % 24000 - 12000
        elif name == "bursts":
            v = noise if i // 1600 % 3 == 0 else 0
        else:
            v = 32767 if i // 40 % 2 else -32768
        out.append(v)
    return np.array(out, dtype=np.int16)


for name in ("noise", "quiet", "saw", "bursts", "square"):
    pcm = signal(name)
    code = bytes(G722.G722(16000, 64000).encode(pcm))
    back = np.array(G722.G722(16000, 64000).decode(code), dtype="<i2").tobytes()
    print(name, hashlib.sha256(code).hexdigest()[:32], hashlib.sha256(back).hexdigest()[:32])
# Codes that no coder writes must be decoded alike, too.
code = bytes((int(v) + 32768) >> 8 for v in signal("noise"))
back = np.array(G722.G722(16000, 64000).decode(code), dtype="<i2").tobytes()
print("any", hashlib.sha256(code).hexdigest()[:32], hashlib.sha256(back).hexdigest()[:32])
