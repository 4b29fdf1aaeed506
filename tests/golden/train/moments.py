"""Moments in 8 bits: the oracle of tests/train/moments.test.ts.

usage: moments.py     rewrites moments.json beside this file

The numbers are coded in NumPy by the formulas of src/train/step/optimisers/moments.ts. bitsandbytes (its functions for the CPU), given the same
256 steps as its map, must find the same codes of their roots in blocks of 256, and read them back as the same numbers.
"""
import base64
import json
import os

import numpy as np
import torch
from bitsandbytes.functional import dequantize_blockwise, quantize_blockwise

BLOCK = 256
random = np.random.default_rng(1)
# Ends in the middle of a block; two blocks differ in size, one is all 0 but for one number.
x = (random.standard_normal(4100) * np.exp(3 * random.standard_normal(4100))).astype(np.float32)
x[256:512] *= 1e-6
x[512:768] = 0
x[600] = 3.5


def blocks(values):
    return np.concatenate([values, np.zeros(-len(values) % BLOCK, np.float32)]).reshape(-1, BLOCK)


def oracle(roots, steps):
    packed, state = quantize_blockwise(torch.from_numpy(roots.ravel()), code=torch.from_numpy(steps), blocksize=BLOCK)
    return packed.numpy().reshape(roots.shape), dequantize_blockwise(packed, state).numpy().reshape(roots.shape)


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


golden = {"x": text(x)}
for sign in ("any", "positive"):
    given = blocks(x if sign == "any" else x * x)
    root = np.sign(given) * np.sqrt(np.abs(given)) if sign == "any" else np.sqrt(np.sqrt(given))
    zero, most = (128, 127) if sign == "any" else (0, 255)
    scale = np.abs(root).max(axis=1, keepdims=True) / np.float32(most)
    if sign == "positive":
        root = np.maximum(root, scale)
    codes = np.rint(root / scale).astype(int) + zero
    decoded = ((codes - zero) * scale).astype(np.float32)
    theirs, read = oracle(root.astype(np.float32), ((np.arange(256) - zero) / most).astype(np.float32))
    # What lies in the middle of two steps may go either way; bitsandbytes looks the map up in steps of its own.
    off = np.abs(np.abs(root / scale - np.rint(root / scale)) - 0.5)
    between = off < 1e-4
    same = theirs == codes
    assert np.all(same | (off < 5e-3)) and same.mean() > 0.99, "bitsandbytes finds other codes"
    assert np.allclose(read[same], decoded[same], rtol=1e-5, atol=0), "bitsandbytes reads other numbers"
    value = decoded * np.abs(decoded) if sign == "any" else decoded**4
    golden[sign] = {
        "codes": text(codes.astype(np.uint8)),
        "between": np.flatnonzero(between.ravel()).tolist(),
        "scale": [float(each) for each in scale.ravel()],
        "value": [float(f"{each:.6g}") for each in value.ravel()[: len(x) : 7]],
    }

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "moments.json")
with open(path, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
