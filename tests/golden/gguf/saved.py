"""Opens model folders in transformers: weights by name (shape and the first 16 digits of sha256), logits, ids. One line of JSON, a list.

usage: saved.py IDS_JSON DIR [DIR …]
"""
import hashlib
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
ids = torch.tensor([json.loads(sys.argv[1])])
results = []
for folder in sys.argv[2:]:
    model, info = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        logits = model.eval()(ids).logits.flatten().tolist()
    results.append({
        "weights": {
            name: "x".join(map(str, weight.shape)) + " " + hashlib.sha256(weight.numpy().tobytes()).hexdigest()[:16]
            for name, weight in model.state_dict().items()
        },
        "problems": [str(info[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[key]],
        "logits": logits,
        "ids": tokenizer.encode("ab a", add_special_tokens=False),
        "eos": tokenizer.eos_token_id,
    })
print(json.dumps(results))
