"""Loads model folders with transformers and prints what it makes of them: one line of JSON, a list.

usage: huggingface_check.py IDS_JSON TEXT DIR RESAVE_DIR [DIR RESAVE_DIR …]
       each model and tokenizer is also saved again, in RESAVE_DIR, as transformers saves them
"""
import json
import sys

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

torch.set_num_threads(1)
ids, text, folders = torch.tensor(json.loads(sys.argv[1])), sys.argv[2], sys.argv[3:]
results = []
for folder, again in zip(folders[::2], folders[1::2]):
    model, info = LlamaForCausalLM.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        out = model(ids, labels=ids)
    encoded = tokenizer(text, add_special_tokens=False)["input_ids"]
    results.append({
        "logits": out.logits.flatten().tolist(),
        "loss": out.loss.item(),
        "missing": sorted(info["missing_keys"]),
        "unexpected": sorted(info["unexpected_keys"]),
        "ids": encoded,
        "decoded": tokenizer.decode(encoded, clean_up_tokenization_spaces=False),
        "eos": tokenizer.eos_token_id,
        "size": len(tokenizer),
        "parameters": model.num_parameters(),
    })
    model.save_pretrained(again)
    tokenizer.save_pretrained(again)
print(json.dumps(results))
