"""One run of transformers at what widen.ts asks: load, resize_token_embeddings, save, all bytes on the device. Request on stdin."""

import json
import os
import resource
import shutil
import sys
import time

import torch
import transformers
from transformers import AutoModelForCausalLM

request = json.load(sys.stdin)
transformers.logging.set_verbosity_error()
start = time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(request["dir"], dtype="auto")
model.resize_token_embeddings(request["rows"])
model.save_pretrained(request["out"], max_shard_size="5GB")
for name in os.listdir(request["out"]):
    handle = os.open(os.path.join(request["out"], name), os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
seconds = time.perf_counter() - start
shutil.rmtree(request["out"])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
version = f"transformers {transformers.__version__}, torch {torch.__version__}"
print(json.dumps({"version": version, "seconds": seconds, "peakMegabytes": peak}))
