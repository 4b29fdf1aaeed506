"""Tiny models of every kind, made and computed by transformers: the oracle of `src/architecture`.

usage: architectures.py golden    rewrites architectures.json beside this file: weights are formulas, so none are in it;
                                  and architectures-fields.json, what config.json may look like and says
       architectures.py live      reads jobs from standard input and answers each with one line of JSON
           {"make": DIR, "tokenizer": FILE}   one folder for each case, DIR/<case>, with random weights and the tokenizer,
                                               and the same in DIR/<case>-bf16; answers what `golden` writes, all logits
           {"compare": [[DIR, DIR], ...], "columns": N}   how far the logits of the first N tokens are apart, at most
           {"encoders": DIR, "tokenizers": {...}}, {"opened": [DIR, TEXT, IDS, HIDDEN]}   see encoder_folders.py

A case is a row of CASES; `model_type` is a kind. Weights of the goldens, from a tensor's name and the flat index i of each
number: r = 2·frac((i + 1)·(i + 1 + h)·7919 / 65537) − 1 with h = Σ (j + 1)·name[j] mod 997; a matrix is r/2, a vector
r/10 more than what transformers starts it with (1 for gains, 0 for biases and for gains of the form 1 + w).
"""
import copy
import json
import os
import shutil
import sys

import encoder_folders
import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, LlamaConfig, __version__
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.utils import logging

V, WINDOW, BATCH, STEPS = 304, 16, 2, 5
RATES = [5e-3 * (s + 1) / STEPS for s in range(STEPS)]
COMMON = {"vocab_size": V, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4,
          "max_position_embeddings": WINDOW, "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": None}
LLAMA = {**COMMON, "num_key_value_heads": 2, "rms_norm_eps": 1e-5}
ROPE = {"rope_type": "default", "rope_theta": 100.0}
YARN = {**ROPE, "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 8, "beta_fast": 2.0, "beta_slow": 0.25}
LLAMA3 = {**ROPE, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8}
LONG = {**ROPE, "rope_type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [2.0, 4.0], "partial_rotary_factor": 0.5}

GPT2 = {"model_type": "gpt2", "vocab_size": V, "n_embd": 16, "n_layer": 3, "n_head": 4, "n_positions": WINDOW, "n_inner": 24,
        "bos_token_id": 0, "eos_token_id": 0}
NEOX = {**COMMON, "model_type": "gpt_neox", "rope_parameters": {**ROPE, "partial_rotary_factor": 0.5}}
OPT = {**COMMON, "model_type": "opt", "ffn_dim": 24, "pad_token_id": 1}
del OPT["intermediate_size"]
BERT = {**COMMON, "model_type": "bert", "pad_token_id": 0, "bos_token_id": None, "eos_token_id": None}
ROBERTA = {**COMMON, "model_type": "roberta", "pad_token_id": 1, "max_position_embeddings": WINDOW + 2, "type_vocab_size": 1}

# Far from the defaults, so that a field which is not read shows.
CASES = {
    "llama": {**LLAMA, "model_type": "llama", "head_dim": 8, "rope_parameters": ROPE},
    "llama, tied, biases": {**LLAMA, "model_type": "llama", "tie_word_embeddings": True, "attention_bias": True, "mlp_bias": True},
    "llama, linear": {**LLAMA, "model_type": "llama", "rope_parameters": {**ROPE, "rope_type": "linear", "factor": 4.0}},
    "llama, dynamic": {**LLAMA, "model_type": "llama", "rope_parameters": {**ROPE, "rope_type": "dynamic", "factor": 4.0}},
    "llama, llama3": {**LLAMA, "model_type": "llama", "head_dim": 8, "rope_parameters": LLAMA3},
    "llama, yarn": {**LLAMA, "model_type": "llama", "head_dim": 8, "rope_parameters": YARN},
    "mistral": {**LLAMA, "model_type": "mistral", "head_dim": 8, "sliding_window": 5, "rope_parameters": ROPE},
    "mistral, no window": {**LLAMA, "model_type": "mistral", "sliding_window": None},
    "qwen2": {**LLAMA, "model_type": "qwen2", "tie_word_embeddings": True, "rope_parameters": {**YARN, "factor": 2.0}},
    "qwen2, windows": {**LLAMA, "model_type": "qwen2", "use_sliding_window": True, "sliding_window": 5, "max_window_layers": 1},
    "qwen3": {**LLAMA, "model_type": "qwen3", "head_dim": 8, "attention_bias": True, "rope_parameters": ROPE},
    "qwen3, layer types": {**LLAMA, "model_type": "qwen3", "use_sliding_window": True, "sliding_window": 5,
                           "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]},
    "gemma": {**LLAMA, "model_type": "gemma", "head_dim": 8, "rope_parameters": ROPE},
    "gemma2": {**LLAMA, "model_type": "gemma2", "head_dim": 8, "query_pre_attn_scalar": 10, "attn_logit_softcapping": 2.0,
               "final_logit_softcapping": 3.0, "sliding_window": 5, "rope_parameters": ROPE},
    "gemma2, no caps": {**LLAMA, "model_type": "gemma2", "head_dim": 6, "attn_logit_softcapping": None, "final_logit_softcapping": None},
    "gemma3": {**LLAMA, "model_type": "gemma3_text", "head_dim": 8, "query_pre_attn_scalar": 10, "sliding_window": 5,
               "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
               "rope_parameters": {"full_attention": {"rope_type": "linear", "rope_theta": 1000.0, "factor": 8.0},
                                   "sliding_attention": ROPE}},
    "olmo2": {**LLAMA, "model_type": "olmo2", "attention_bias": True, "rope_parameters": ROPE},
    "phi3": {**LLAMA, "model_type": "phi3", "sliding_window": 5, "rope_parameters": {**ROPE, "partial_rotary_factor": 0.5}, "pad_token_id": 0},
    "phi3, longrope": {**LLAMA, "model_type": "phi3", "hidden_size": 32, "rope_parameters": LONG, "original_max_position_embeddings": 8, "pad_token_id": 0},
    "phi3, longrope, short": {**LLAMA, "model_type": "phi3", "hidden_size": 32, "rope_parameters": {**LONG, "factor": 4.0},
                              "original_max_position_embeddings": 16, "pad_token_id": 0},
    "smollm3": {**LLAMA, "model_type": "smollm3", "no_rope_layer_interval": 2, "pad_token_id": 0, "rope_parameters": ROPE},
    "smollm3, windows": {**LLAMA, "model_type": "smollm3", "no_rope_layers": [0, 1, 1], "use_sliding_window": True, "sliding_window": 5,
                         "attention_bias": True, "mlp_bias": True, "pad_token_id": 0},
    "gpt2": GPT2,
    "gpt2, scores by layer, own head": {**GPT2, "scale_attn_by_inverse_layer_idx": True, "activation_function": "relu", "tie_word_embeddings": False},
    "gpt_neox": NEOX,
    "gpt_neox, serial, tied": {**NEOX, "use_parallel_residual": False, "attention_bias": False, "hidden_act": "gelu_new", "tie_word_embeddings": True},
    "opt": OPT,
    "opt, norms after sums, narrow table": {**OPT, "do_layer_norm_before": False, "word_embed_proj_dim": 8},
    "opt, no biases, own head": {**OPT, "enable_bias": False, "tie_word_embeddings": False},
    "bert": BERT,
    "bert, another activation": {**BERT, "hidden_act": "gelu_new", "layer_norm_eps": 1e-5},
    "roberta": ROBERTA,
    "xlm-roberta, another pad": {**ROBERTA, "model_type": "xlm-roberta", "pad_token_id": 3, "max_position_embeddings": WINDOW + 4},
}
# Rotary positions: what rope_parameters say, the width of a head, the longest window and the one that is computed.
ROPES = {
    "default": ({"rope_theta": 10000.0}, 16, 2048, 1024),
    "linear": ({"rope_type": "linear", "rope_theta": 10000.0, "factor": 8.0}, 16, 2048, 1024),
    "dynamic, within": ({"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}, 16, 2048, 1024),
    "dynamic, beyond": ({"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}, 16, 2048, 4096),
    "llama3, Llama 3.2 1B": ({"rope_type": "llama3", "rope_theta": 500000.0, "factor": 32.0, "low_freq_factor": 1.0,
                              "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}, 64, 131072, 8192),
    "yarn, Qwen": ({"rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0, "original_max_position_embeddings": 32768}, 128, 131072, 40000),
    "yarn, no factor": ({"rope_type": "yarn", "rope_theta": 1e4, "factor": None, "original_max_position_embeddings": 512}, 32, 2048, 2048),
    "yarn, given magnitude": ({"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0, "attention_factor": 1.5, "beta_fast": 16,
                               "beta_slow": 2, "original_max_position_embeddings": 512}, 32, 2048, 2048),
    "yarn, DeepSeek": ({"rope_type": "yarn", "rope_theta": 10000.0, "factor": 40.0, "original_max_position_embeddings": 4096,
                        "mscale": 0.8, "mscale_all_dim": 1.0, "truncate": False}, 64, 163840, 5000),
    "longrope, short": ({**LONG, "short_factor": [1.0, 1.1], "original_max_position_embeddings": 64}, 8, 256, 60),
    "longrope, long": ({**LONG, "original_max_position_embeddings": 64}, 8, 256, 100),
    "longrope, factor": ({**LONG, "factor": 2.0, "original_max_position_embeddings": 64}, 8, 256, 64),
}
# What config.json may also look like: fields left to their defaults, older spellings. Kept beside what transformers makes of it.
SIZES = {name: COMMON[name] for name in ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")}
LONGER = {**SIZES, "max_position_embeddings": 64}
SPELLINGS = {
    **{f"{kind}, defaults": {**SIZES, "num_attention_heads": heads, "num_hidden_layers": 8, "model_type": kind} for kind, heads in
       {"llama": 4, "olmo2": 4, "phi3": 4, "mistral": 8, "qwen2": 32, "qwen3": 32, "gemma": 16, "gemma2": 4, "gemma3_text": 4, "smollm3": 4}.items()},
    "llama, nulls": {**LONGER, "model_type": "llama", "head_dim": None, "num_key_value_heads": None, "rope_scaling": None},
    "llama, older scaling": {**LONGER, "model_type": "llama", "rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 2.0}},
    "llama, two scalings": {**LONGER, "model_type": "llama", "rope_theta": 500.0, "rope_scaling": {"rope_type": "dynamic", "factor": 2.0},
                            "rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 700.0}},
    "qwen2, older yarn": {**LONGER, "model_type": "qwen2", "num_key_value_heads": 2, "rope_theta": 1e6,
                          "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}},
    "qwen2, a window that is off": {**LONGER, "model_type": "qwen2", "num_key_value_heads": 2, "sliding_window": 8, "max_window_layers": 1},
    "gemma, gelu": {**SIZES, "model_type": "gemma", "num_key_value_heads": 1, "hidden_act": "gelu"},
    "gemma2, layer types": {**SIZES, "model_type": "gemma2", "layer_types": ["full_attention", "sliding_attention", "sliding_attention"]},
    "gemma3_text, older": {**LONGER, "model_type": "gemma3_text", "rope_theta": 1e5, "rope_local_base_freq": 500.0, "sliding_window_pattern": 2,
                           "rope_scaling": {"rope_type": "linear", "factor": 8.0}, "attn_logit_softcapping": 5.0, "final_logit_softcapping": 6.0},
    "phi3, su": {**LONGER, "model_type": "phi3", "hidden_size": 32, "original_max_position_embeddings": 16, "partial_rotary_factor": 0.5,
                 "rope_theta": 500.0, "rope_scaling": {"type": "su", "short_factor": [1.0, 2.0], "long_factor": [3.0, 4.0], "original_max_position_embeddings": 16}},
    "phi3, yarn": {**LONGER, "model_type": "phi3", "rope_scaling": {"type": "yarn", "short_factor": [1.0, 2.0], "long_factor": [3.0, 4.0]}},
    "smollm3, interval": {**SIZES, "model_type": "smollm3", "no_rope_layer_interval": 3, "use_sliding_window": True, "sliding_window": 8},
}
ENCODERS = ("bert", "roberta", "xlm-roberta", "modernbert")


def auto(kind):
    return AutoModelForMaskedLM if kind in ENCODERS else AutoModelForCausalLM


def config_of(fields):
    return AutoConfig.for_model(**copy.deepcopy(fields))


def saved(config, use_diff=True):
    """As it is in config.json."""
    fields = json.loads(config.to_json_string(use_diff=use_diff))
    return {name: value for name, value in fields.items() if name not in ("architectures", "transformers_version")}


def model_of(case):
    config, kind = config_of(CASES[case]), CASES[case]["model_type"]
    return auto(kind).from_config(config, attn_implementation="eager").float().eval()


def stored(model):
    """The parameters by the names that they are saved under."""
    rename = {"lm_head.weight": "embed_out.weight"} if model.config.model_type == "gpt_neox" else {}
    named = model.named_parameters(remove_duplicate=False)
    return {rename.get(name, name): tensor for name, tensor in named if name not in model.all_tied_weights_keys}


def raw(name, tensor):
    h = sum((j + 1) * ord(c) for j, c in enumerate(name)) % 997
    i = torch.arange(1, tensor.numel() + 1)
    return (2 * (i * (i + h) * 7919 % 65537).double() / 65537 - 1).reshape(tensor.shape)


@torch.no_grad()
def by_formula(model):
    for name, tensor in stored(model).items():
        tensor.copy_(raw(name, tensor) / 2 if tensor.dim() > 1 else tensor.double() + raw(name, tensor) / 10)


@torch.no_grad()
def at_random(model):
    """Large enough for the logits to differ by more than rounding."""
    for tensor in model.parameters():
        noise = torch.randn_like(tensor)
        tensor.copy_(0.3 * noise if tensor.dim() > 1 else tensor + 0.2 * noise)


def tokens_of(step):
    """A line with a step of its own for each row: something that can be learned. [batch, window + 1]"""
    row, at = torch.arange(BATCH)[:, None], torch.arange(WINDOW + 1)[None]
    return (7 * step + 50 * row + (11 + row) * at) % 270 + 8


MASK = 7


def hidden_at(step):
    """Of an encoder's step: positions that read as the mask token and are to be predicted; as many at every step."""
    return (torch.arange(0, WINDOW, 3) + step) % WINDOW


def loss_of(model, kind, step):
    tokens = tokens_of(step)
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    if kind in ENCODERS:
        at = hidden_at(step)
        inputs, targets = inputs.clone(), inputs[:, at]
        inputs[:, at] = MASK
    logits = model(inputs).logits
    logits = logits[:, at] if kind in ENCODERS else logits
    return torch.nn.functional.cross_entropy(logits.reshape(-1, V), targets.reshape(-1))


def losses_of(model, kind):
    """AdamW with decay on matrices only, after clip_grad_norm_: the lab's defaults."""
    p = list(model.parameters())
    groups = [{"params": [t for t in p if t.dim() >= 2], "weight_decay": 0.1},
              {"params": [t for t in p if t.dim() < 2], "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.95), eps=1e-8)
    losses = []
    for step, rate in enumerate(RATES):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(model, kind, step)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(p, 1.0)
        optimiser.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def logits_of(model):
    return model(tokens_of(0)[:, :-1]).logits


def outcome(model, case):
    logits = logits_of(model)
    return {"logits": logits, "losses": losses_of(model, CASES[case]["model_type"])}


def rounded(x):
    return [float(f"{value:.7g}") for value in x]


def rope(parameters, width, context, window):
    config = LlamaConfig(head_dim=width, max_position_embeddings=context, rope_parameters=copy.deepcopy(parameters))
    given = {"parameters": parameters, "head_dim": width, "max_position_embeddings": context, "window": window}
    if "rope_type" not in parameters:
        return {**given, "frequencies": rounded(parameters["rope_theta"] ** -(torch.arange(0, width, 2).double() / width)), "magnitude": 1}
    frequencies, magnitude = ROPE_INIT_FUNCTIONS[parameters["rope_type"]](config, seq_len=window)
    return {**given, "frequencies": rounded(frequencies.tolist()), "magnitude": magnitude}


def golden():
    rows = {}
    for case in CASES:
        model = model_of(case)
        by_formula(model)
        shapes = {name: list(tensor.shape) for name, tensor in stored(model).items()}
        out = outcome(model, case)
        rows[case] = {"config": saved(model.config), "shapes": shapes, "logits": rounded(out["logits"][-1, -1].tolist()), "losses": rounded(out["losses"])}
    write("architectures.json", rates=RATES, batches=[tokens_of(step).tolist() for step in range(STEPS)],
          mask=MASK, hidden=[hidden_at(step).tolist() for step in range(STEPS)], cases=rows)
    spellings = {name: {"given": given, "meant": saved(config_of(given), use_diff=False)} for name, given in SPELLINGS.items()}
    write("architectures-fields.json", ropes={name: rope(*given) for name, given in ROPES.items()}, spellings=spellings)


def write(name, **tables):
    """A line for each row."""
    made_by = f"architectures.py, transformers {__version__}, PyTorch {torch.__version__.split('+')[0]}"
    line = lambda value: json.dumps(value, separators=(",", ":"))
    rows = lambda table: "{\n" + ",\n".join(f"{line(key)}: {line(row)}" for key, row in table.items()) + "\n}"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as f:
        f.write("{" + ",\n".join(f"{line(key)}: {rows(value) if isinstance(value, dict) else line(value)}"
                                 for key, value in {"made_by": made_by, **tables}.items()) + "}\n")


def make(folder, tokenizer):
    torch.manual_seed(1)
    out = {}
    for case in CASES:
        model = model_of(case)
        at_random(model)
        for name, dtype in (("-bf16", torch.bfloat16), ("", torch.float32)):
            to = os.path.join(folder, case + name)
            copy.deepcopy(model).to(dtype).save_pretrained(to)
            shutil.copy(tokenizer, os.path.join(to, "tokenizer.json"))
        made = outcome(model, case)
        out[case] = {**made, "logits": made["logits"].flatten().tolist()}
    return out


def read(folder):
    kind = json.load(open(os.path.join(folder, "config.json")))["model_type"]
    model, info = auto(kind).from_pretrained(folder, output_loading_info=True, attn_implementation="eager")
    wrong = {name: sorted(info[name]) for name in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[name]}
    if wrong:
        raise ValueError(f"{folder}: {wrong}")
    return model.eval()


def apart(one, other, columns):
    a, b = (logits_of(read(folder))[..., :columns] for folder in (one, other))
    return (a - b).abs().max().item()


def answer(job):
    if "make" in job:
        return make(job["make"], job["tokenizer"])
    if "encoders" in job:
        return encoder_folders.make(job["encoders"], job["tokenizers"])
    if "opened" in job:
        return encoder_folders.opened(*job["opened"])
    return [apart(*pair, job["columns"]) for pair in job["compare"]]


torch.set_num_threads(1)
logging.set_verbosity_error()
logging.disable_progress_bar()
if sys.argv[1] == "golden":
    golden()
else:
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
