"""Scores a text file, one document, with transformers on the windows of `palimpsest evaluate`: prints nats per token and bits per byte.

usage: evaluate_check.py MODEL_DIR TEXT_FILE CONTEXT
"""
import json
import math
import sys

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

torch.set_num_threads(1)
folder, path, context = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
data = open(path, "rb").read()
ids = tokenizer(data.decode(), add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
nats = 0.0
for start in range(0, len(ids) - 1, context):
    window = torch.tensor([ids[start : start + context + 1]])
    with torch.no_grad():
        logits = model(window[:, :-1]).logits
    nats += torch.nn.functional.cross_entropy(logits[0].double(), window[0, 1:], reduction="sum").item()
# The first token is nobody's target, so its bytes count for nothing.
scored = len(data) - len(tokenizer.decode(ids[:1]).encode())
print(json.dumps({"loss": nats / (len(ids) - 1), "bitsPerByte": nats / math.log(2) / scored}))
