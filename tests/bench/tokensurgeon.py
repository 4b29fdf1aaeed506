"""One run of mergekit's tokensurgeon at what widen.ts asks: rows for a wider tokenizer, each new one the mean of its pieces, all
bytes on the device. It takes the new tokens from a donor, a model of that tokenizer: here one of narrow tables. Request on stdin."""

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from importlib.metadata import version

import torch
import transformers
from mergekit.scripts.tokensurgeon import main as tokensurgeon
from safetensors.torch import save_file

request = json.load(sys.stdin)
transformers.logging.set_verbosity_error()

with tempfile.TemporaryDirectory() as donor:
    with open(request["wider"]) as file:
        tokens = len(json.load(file)["model"]["vocab"])
    with open(os.path.join(request["dir"], "config.json")) as file:
        config = json.load(file)
    with open(os.path.join(donor, "config.json"), "w") as file:
        json.dump({**config, "vocab_size": tokens}, file)
    shutil.copy(request["wider"], os.path.join(donor, "tokenizer.json"))
    table = torch.zeros(tokens, 8, dtype=torch.bfloat16)
    save_file({"model.embed_tokens.weight": table, "lm_head.weight": table.clone()}, os.path.join(donor, "model.safetensors"))
    start = time.perf_counter()
    arguments = [request["dir"], donor, request["out"], "--approximation-method", "subword", "--quiet"]
    tokensurgeon.main(arguments, standalone_mode=False)
for name in os.listdir(request["out"]):
    handle = os.open(os.path.join(request["out"], name), os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
seconds = time.perf_counter() - start
shutil.rmtree(request["out"])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
says = f"mergekit {version('mergekit')}, torch {torch.__version__}"
print(json.dumps({"version": says, "seconds": seconds, "peakMegabytes": peak}))
