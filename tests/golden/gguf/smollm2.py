"""What transformers and the gguf package make of a GGUF file: one line of JSON.

usage: smollm2.py FILE PROMPT TEXTS_JSON
       sha256 of every weight by its Hugging Face name, ids of the texts, loss of the first, fifty greedy tokens after the prompt

transformers does not know how "smollm" cuts text (every digit a word), and cuts as GPT-2: what the model's own tokenizer.json
says is put in its place.
"""
import functools
import hashlib
import json
import os
import sys

import gguf
import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
# transformers reads the file three times, and makes the table of names for every module.
gguf.GGUFReader, gguf.get_tensor_name_map = map(functools.cache, (gguf.GGUFReader, gguf.get_tensor_name_map))
folder, file = os.path.split(sys.argv[1])
prompt, texts = sys.argv[2], json.loads(sys.argv[3])
tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
)
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32).eval()
weights = {name: weight for name, weight in model.state_dict().items() if name != "lm_head.weight"}
ids = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
start = [2, *tokenizer.encode(prompt, add_special_tokens=False)]
with torch.no_grad():
    scored = torch.tensor([ids[0]])
    loss = model(scored, labels=scored).loss.item()
    made = model.generate(
        torch.tensor([start]), attention_mask=torch.ones(1, len(start)), max_new_tokens=50, do_sample=False, eos_token_id=-1
    )[0].tolist()
print(json.dumps({
    "weights": {name: hashlib.sha256(weight.numpy().tobytes()).hexdigest() for name, weight in weights.items()},
    "ids": ids,
    "loss": loss,
    "greedy": made,
    "prompt": len(start),
}))
