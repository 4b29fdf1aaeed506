"""Folders of small encoders as they are published: a tokenizer of their own kind beside a model with random weights.

Not a script: `architectures.py live` imports it, so that one process answers for all.
"""
import json
import os

import torch
from transformers import AutoConfig, AutoModelForMaskedLM, AutoTokenizer

WINDOW = 16
MASK = {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}
SIZES = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4}
# What tokenizer_config.json and config.json say of each kind.
KINDS = {
    "bert": ({"tokenizer_class": "BertTokenizer", "do_lower_case": True, "unk_token": "[UNK]", "sep_token": "[SEP]",
              "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"},
             {"max_position_embeddings": WINDOW, "pad_token_id": 0}),
    "xlm-roberta": ({"tokenizer_class": "XLMRobertaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>",
                     "cls_token": "<s>", "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": MASK},
                    {"max_position_embeddings": WINDOW + 2, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}),
}


@torch.no_grad()
def make(folder, tokenizers):
    """A folder for each kind, FOLDER/<kind>, saved by transformers, around its tokenizer.json, given as an object."""
    torch.manual_seed(2)
    for kind, (tokenizer_config, fields) in KINDS.items():
        to = os.path.join(folder, kind)
        os.makedirs(to)
        config = AutoConfig.for_model(kind, vocab_size=len(tokenizers[kind]["model"]["vocab"]), **SIZES, **fields)
        config.save_pretrained(to)
        for name, value in (("tokenizer.json", tokenizers[kind]), ("tokenizer_config.json", tokenizer_config)):
            with open(os.path.join(to, name), "w", encoding="utf-8") as file:
                json.dump(value, file)
        AutoTokenizer.from_pretrained(to).save_pretrained(to)
        model = AutoModelForMaskedLM.from_config(config, attn_implementation="eager")
        for tensor in model.parameters():
            noise = torch.randn_like(tensor)
            tensor.copy_(0.3 * noise if tensor.dim() > 1 else tensor + 0.2 * noise)
        model.save_pretrained(to)


@torch.no_grad()
def opened(folder, text, ids=None, hidden=()):
    """Ids of the text in the folder's tokenizer, and the model on `ids` (else those, as many as the window): the loss of the
    hidden places, and all logits."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model, info = AutoModelForMaskedLM.from_pretrained(folder, output_loading_info=True, attn_implementation="eager")
    wrong = {name: sorted(info[name]) for name in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[name]}
    if wrong:
        raise ValueError(f"{folder}: {wrong}")
    spelled = tokenizer(text, add_special_tokens=False)["input_ids"]
    read = torch.tensor([ids if ids is not None else tokenizer(text)["input_ids"][:WINDOW]])
    labels = torch.full_like(read, -100)
    at = torch.tensor(hidden, dtype=torch.long)
    labels[0, at] = read[0, at]
    inputs = read.clone()
    inputs[0, at] = tokenizer.mask_token_id
    out = model.eval()(inputs, labels=labels if len(hidden) > 0 else None)
    return {"spelled": spelled, "decoded": tokenizer.decode(spelled), "ids": read[0].tolist(), "mask": tokenizer.mask_token_id,
            "logits": out.logits[0].tolist(), "loss": out.loss.item() if len(hidden) > 0 else None}
