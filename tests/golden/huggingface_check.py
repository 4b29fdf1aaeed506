"""Loads a model folder with transformers and prints what it makes of it, as one line of JSON.

usage: huggingface_check.py DIR IDS_JSON TEXT [RESAVE_DIR]
       with RESAVE_DIR the model and tokenizer are saved there again, as transformers saves them
"""
import json
import sys

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

torch.set_num_threads(1)
folder, ids, text = sys.argv[1], torch.tensor(json.loads(sys.argv[2])), sys.argv[3]
model, info = LlamaForCausalLM.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
model.eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
with torch.no_grad():
    out = model(ids, labels=ids)
encoded = tokenizer(text, add_special_tokens=False)["input_ids"]
print(json.dumps({
    "logits": out.logits.flatten().tolist(),
    "loss": out.loss.item(),
    "missing": sorted(info["missing_keys"]),
    "unexpected": sorted(info["unexpected_keys"]),
    "tokenizer": type(tokenizer).__name__,
    "ids": encoded,
    "decoded": tokenizer.decode(encoded, clean_up_tokenization_spaces=False),
    "eos": tokenizer.eos_token_id,
    "size": len(tokenizer),
    "parameters": model.num_parameters(),
}))
if len(sys.argv) > 4:
    model.save_pretrained(sys.argv[4])
    tokenizer.save_pretrained(sys.argv[4])
