"""Conversations as transformers renders, encodes and masks them: chat.py < JOBS.json > chat.json

A job is {"name", "folder", "template", "messages", "tools", "variables"}: a folder with tokenizer.json and perhaps tokenizer_config.json, a
template, or null for the folder's own. What comes back is the text, its ids and the mask of what the assistant said; of folders whose text is
somebody else's, "digest": true, the hash of these alone.
"""
import hashlib
import json
import logging
import os
import sys

logging.disable(logging.WARNING)
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
from transformers import PreTrainedTokenizerFast

NAMES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]


def tokenizer_of(folder):
    path = os.path.join(folder, "tokenizer_config.json")
    config = json.load(open(path)) if os.path.exists(path) else {}
    found = {name: config.get(name) for name in NAMES}
    special = {name: one["content"] if isinstance(one, dict) else one for name, one in found.items() if one}
    own = os.path.join(folder, "chat_template.jinja")
    template = open(own).read() if os.path.exists(own) else config.get("chat_template")
    return PreTrainedTokenizerFast(tokenizer_file=os.path.join(folder, "tokenizer.json"), **special), template


def said(job, known={}):
    folder = job["folder"]
    if folder not in known:
        known[folder] = tokenizer_of(folder)
    tokenizer, own = known[folder]
    try:
        given = dict(chat_template=job["template"] or own, tools=job.get("tools"), **job.get("variables", {}))
        text = tokenizer.apply_chat_template(job["messages"], tokenize=False, **given)
        encoded = tokenizer.apply_chat_template(
            job["messages"], return_dict=True, return_assistant_tokens_mask=True, **given
        )
    except Exception:
        return {"refused": True}
    row = {"text": text, "ids": encoded["input_ids"], "mask": encoded["assistant_masks"]}
    if not job.get("digest"):
        return row
    exact = json.dumps([row["text"], row["ids"], row["mask"]], ensure_ascii=False, separators=(",", ":"))
    return {"digest": hashlib.sha256(exact.encode()).hexdigest()[:16]}


json.dump({job["name"]: said(job) for job in json.load(sys.stdin)}, sys.stdout, ensure_ascii=False, indent=1)
print()
