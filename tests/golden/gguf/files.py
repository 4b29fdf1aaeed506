"""Small GGUF files and what is in them, for tests/model/gguf-golden.test.ts. Run where torch, transformers and gguf are:

    python3 tests/golden/gguf/files.py

blocks.gguf has one tensor of each type, packed by the gguf package where it can and of random bytes where not; its values are
that package's. The others are tiny models of transformers with random weights (multiples of 1/1024, so that adding and taking
away one is exact), converted here as llama.cpp's conversion does, under the names of the gguf package's own table. Where
transformers reads such files itself it must give the weights back, or this script stops.
"""
import hashlib
import json
import os
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers

here = Path(__file__).parent
rng = np.random.default_rng(0)
sha = lambda array: hashlib.sha256(np.ascontiguousarray(array, dtype="<f4").tobytes()).hexdigest()[:16]
expected = {"gguf": "0.19.0", "transformers": transformers.__version__, "blocks": {}, "models": {}}


def blocks():
    types = gguf.GGMLQuantizationType
    writer = gguf.GGUFWriter(here / "blocks.gguf", "llama")
    writer.add_custom_alignment(64)
    for kind in [types.F32, types.F16, types.BF16, types.Q4_0, types.Q4_1, types.Q5_0, types.Q5_1, types.Q8_0, types.Q4_K, types.Q5_K, types.Q6_K]:
        name = f"a.{kind.name}"
        values = rng.normal(0, 0.7, (2, 256)).astype(np.float32)
        if kind in (types.Q4_K, types.Q5_K, types.Q6_K):
            size = gguf.GGML_QUANT_SIZES[kind][1]
            raw = rng.integers(0, 256, (2, size), dtype=np.uint8)
            at = [208] if kind == types.Q6_K else [0, 2]
            for place in at:  # scales that are numbers
                raw[:, place : place + 2] = np.array([0.0123, -0.0045], dtype="<f2").view(np.uint8).reshape(2, 2)
        else:
            raw = gguf.quants.quantize(values, kind)
        if kind == types.F16:
            raw = raw.view(np.float16)
        writer.add_tensor(name, raw, raw_dtype=kind)
        numbers = gguf.quants.dequantize(raw.view(np.uint8) if raw.dtype != np.float32 else raw, kind)
        if kind == types.F16:
            numbers = raw.astype(np.float32)
        numbers = np.asarray(numbers, dtype=np.float32).reshape(2, 256)
        expected["blocks"][name] = {"sha256": sha(numbers), "first": [float(x) for x in numbers[0, :4]]}
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


tokens = ["a", "b", "Ġ", "c", "ab", "Ġa", "Ġab", "<|end|>"]
merges = ["a b", "Ġ a", "Ġ ab"]
pieces = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("ab", -1, 1), ("▁a", -2, 1), ("▁ab", -3, 1), ("▁", -4, 1), ("a", -5, 1), ("b", -6, 1)]


def vocabulary(writer, pre):
    if pre:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(pre)
        writer.add_token_list(tokens)
        writer.add_token_types([3 if token == "<|end|>" else 1 for token in tokens])
        writer.add_token_merges(merges)
        writer.add_eos_token_id(7)
        return len(tokens)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token for token, _, _ in pieces])
    writer.add_token_scores([score for _, score, _ in pieces])
    writer.add_token_types([kind for _, _, kind in pieces])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    return len(pieces)


def unpaired(weight, heads):
    """Halves of a head to neighbours, as LlamaModel.permute has it."""
    shape = weight.shape
    return weight.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


small = dict(hidden_size=16, num_hidden_layers=2, intermediate_size=24, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=32)
dense = dict(**small, rms_norm_eps=1e-5, rope_theta=50000.0)

# arch of GGUF: (config, pre-tokeniser, fields of config.json that must come back)
models = {
    "llama": (transformers.LlamaConfig(**dense, head_dim=8, tie_word_embeddings=False, attention_bias=True), "llama-bpe"),
    "llama3": (transformers.LlamaConfig(**{**dense, "max_position_embeddings": 65536, "rope_theta": 500000.0}, head_dim=16, tie_word_embeddings=True, rope_scaling=dict(rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)), "llama-bpe"),
    "qwen2": (transformers.Qwen2Config(**dense, tie_word_embeddings=True), "qwen2"),
    "qwen3": (transformers.Qwen3Config(**dense, head_dim=8, tie_word_embeddings=False), "qwen2"),
    "smollm3": (transformers.SmolLM3Config(**dense, tie_word_embeddings=True, pad_token_id=None), "llama-bpe"),
    "gemma": (transformers.GemmaConfig(**dense, head_dim=8), None),
    "gemma2": (transformers.Gemma2Config(**dense, head_dim=8, query_pre_attn_scalar=8, sliding_window=16), None),
    "gemma3": (transformers.Gemma3TextConfig(**dense, head_dim=8, query_pre_attn_scalar=8, sliding_window=16), None),
    "olmo2": (transformers.Olmo2Config(**dense, tie_word_embeddings=False), "dbrx"),
    "phi3": (transformers.Phi3Config(**dense, pad_token_id=None, sliding_window=16, tie_word_embeddings=False), None),
    "gpt2": (transformers.GPT2Config(n_embd=16, n_layer=2, n_head=4, n_positions=32, n_inner=24), "gpt-2"),
    "gptneox": (transformers.GPTNeoXConfig(hidden_size=16, num_hidden_layers=2, intermediate_size=24, num_attention_heads=2, max_position_embeddings=32, rotary_pct=0.5), "olmo"),
}
keep = """model_type architectures vocab_size hidden_size num_hidden_layers intermediate_size num_attention_heads num_key_value_heads head_dim
max_position_embeddings rms_norm_eps tie_word_embeddings query_pre_attn_scalar sliding_window attn_logit_softcapping
final_logit_softcapping n_embd n_layer n_head n_positions n_inner layer_norm_epsilon activation_function layer_norm_eps rotary_pct
use_parallel_residual hidden_act hidden_activation no_rope_layer_interval eos_token_id""".split()


def model(key, config, pre):
    arch = "llama" if key == "llama3" else key
    path = here / f"{key}.gguf"
    writer = gguf.GGUFWriter(path, arch)
    config.vocab_size = vocabulary(writer, pre)
    config.eos_token_id = 7 if pre else 2
    torch.manual_seed(1)
    net = transformers.AutoModelForCausalLM.from_config(config)
    state = {}
    for name, weight in net.state_dict().items():
        values = torch.randint(-512, 512, weight.shape) / 1024
        state[name] = (values + 1 if name.endswith("norm.weight") and "gemma" not in arch else values).numpy().astype(np.float32)
    if config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    get = lambda *names: next((getattr(config, name) for name in names if getattr(config, name, None) is not None), None)
    heads, width = get("num_attention_heads", "n_head"), get("hidden_size", "n_embd")
    kv = get("num_key_value_heads") or heads
    head = get("head_dim") or width // heads
    rope = getattr(config, "rope_parameters", None) or {}
    writer.add_block_count(get("num_hidden_layers", "n_layer"))
    writer.add_context_length(get("max_position_embeddings", "n_positions"))
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(get("intermediate_size", "n_inner"))
    writer.add_head_count(heads)
    if arch not in ("gpt2", "gptneox"):
        writer.add_head_count_kv(kv)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        theta = rope.get("full_attention", rope).get("rope_theta", 10000.0)
        writer.add_rope_freq_base(theta)
        writer.add_rope_dimension_count(head)
        if get("head_dim"):
            writer.add_key_length(head)
            writer.add_value_length(head)
    else:
        writer.add_layer_norm_eps(get("layer_norm_epsilon", "layer_norm_eps"))
    if arch == "gptneox":
        writer.add_rope_dimension_count(int(config.rope_parameters["partial_rotary_factor"] * head))
        writer.add_parallel_residual(config.use_parallel_residual)
    if get("sliding_window") and arch in ("gemma2", "gemma3", "phi3"):
        writer.add_sliding_window(config.sliding_window)
    if arch == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)

    layers = get("num_hidden_layers", "n_layer")
    names = gguf.get_tensor_name_map(next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == arch), layers)
    for name, weight in state.items():
        out = names.get_name(name.replace("embed_out", "lm_head") if arch == "gptneox" else name, try_suffixes=(".weight", ".bias"))
        assert out, name
        if arch in ("llama", "smollm3") and (".q_proj." in name or ".k_proj." in name):
            weight = unpaired(weight, heads if ".q_proj." in name else kv)
        if arch.startswith("gemma") and name.endswith("norm.weight"):
            weight = weight + 1
        if arch == "gpt2" and name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")):
            weight = weight.T
        if arch == "gptneox" and "query_key_value" in name:
            weight = weight.reshape(heads, 3, head, *weight.shape[1:]).swapaxes(0, 1).reshape(weight.shape)
        writer.add_tensor(out, np.ascontiguousarray(weight))
    if key == "llama3":
        plain = 1.0 / theta ** (np.arange(0, head, 2) / head)
        scaled = transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")[0].numpy()
        writer.add_tensor("rope_freqs.weight", (plain / scaled).astype(np.float32))
    finish(writer)

    on_disk = lambda name: name.replace("lm_head", "embed_out") if arch == "gptneox" else name
    expected["models"][key] = {
        "config": {name: value for name in keep if (value := {**config.to_dict(), "architectures": [type(net).__name__]}.get(name)) is not None},
        "rope_theta": theta if arch not in ("gpt2", "gptneox") else None,
        "tensors": {on_disk(name): f"{'x'.join(map(str, weight.shape))} {sha(weight)}" for name, weight in state.items()},
    }
    try:
        again = transformers.AutoModelForCausalLM.from_pretrained(str(here), gguf_file=path.name, config=config, dtype=torch.float32).state_dict()
    except Exception as error:  # a kind that it does not know
        print(key, "not read by transformers:", str(error).splitlines()[0][:100])
        return
    absent = [name for name in state if name not in again]
    differ = [name for name, weight in state.items() if name in again and not np.array_equal(again[name].numpy(), weight)]
    print(key, "read by transformers;", differ or "weights equal", "without", absent)


blocks()
for key, (config, pre) in models.items():
    model(key, config, pre)
with open(here / "files.json", "w") as file:
    json.dump(expected, file, indent=1, sort_keys=True)
    file.write("\n")
print(sum(os.path.getsize(path) for path in here.glob("*.gguf")), "bytes")
