"""Trains from a hand-off in Megatron-core's GPTModel on the CPU and prints the losses.

usage: handoff_megatron.py FOLDER UPDATES
       The model is built from megatron.args, its weights are the folder's, the windows and rates come through train.py.
       Not Megatron's own: the optimiser (its asks for CUDA by name) and the conversion of the weights, by Megatron-Bridge's names.
       prints {"losses": [...]}
"""
import argparse
import contextlib
import json
import os
import sys

os.environ["TORCHDYNAMO_DISABLE"] = "1"
folder, updates = sys.argv[1], int(sys.argv[2])
os.chdir(folder)
os.environ["MEGATRON_LM"] = os.environ.get("MEGATRON_LM", folder)
sys.path.insert(0, folder)

import torch  # noqa: E402

# What Megatron-core asks of a GPU and a CPU has too.
torch.cuda.current_device = lambda: torch.device("cpu")
import megatron.core.transformer.dot_product_attention as attention  # noqa: E402
from megatron.core import parallel_state  # noqa: E402
from megatron.core.models.gpt import GPTModel  # noqa: E402
from megatron.core.models.gpt.gpt_layer_specs import get_gpt_layer_local_spec  # noqa: E402
from megatron.core.optimizer_param_scheduler import OptimizerParamScheduler  # noqa: E402
from megatron.core.transformer.transformer_config import TransformerConfig  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

import train  # noqa: E402

torch.set_num_threads(1)
attention.tensor_parallel.get_cuda_rng_tracker = lambda: argparse.Namespace(fork=contextlib.nullcontext)

said = {}
with open("megatron.args") as file:
    for line in file:
        name, _, value = line.strip().partition(" ")
        said[name[2:].replace("-", "_")] = value or True
number = lambda name, missing=None: float(said[name]) if name in said else missing  # noqa: E731
whole = lambda name, missing=None: int(said[name]) if name in said else missing  # noqa: E731

torch.distributed.init_process_group("gloo", rank=0, world_size=1, store=torch.distributed.HashStore())
parallel_state.initialize_model_parallel()
config = TransformerConfig(
    num_layers=whole("num_layers"),
    hidden_size=whole("hidden_size"),
    ffn_hidden_size=whole("ffn_hidden_size"),
    num_attention_heads=whole("num_attention_heads"),
    num_query_groups=whole("num_query_groups", whole("num_attention_heads")),
    kv_channels=whole("kv_channels"),
    normalization=said["normalization"],
    layernorm_epsilon=number("norm_epsilon"),
    gated_linear_unit="swiglu" in said,
    activation_func=torch.nn.functional.silu,
    add_bias_linear="disable_bias_linear" not in said,
    add_qkv_bias="add_qkv_bias" in said,
    qk_layernorm="qk_layernorm" in said,
    attention_dropout=number("attention_dropout"),
    hidden_dropout=number("hidden_dropout"),
    use_cpu_initialization=True,
    bias_activation_fusion=False,
    gradient_accumulation_fusion=False,
)
model = GPTModel(
    config,
    get_gpt_layer_local_spec(normalization=config.normalization, qk_layernorm=config.qk_layernorm),
    vocab_size=whole("padded_vocab_size"),
    max_sequence_length=whole("max_position_embeddings"),
    position_embedding_type=said["position_embedding_type"],
    rotary_base=whole("rotary_base"),
    rope_scaling="use_rope_scaling" in said,
    rope_scaling_factor=number("rope_scaling_factor", 8.0),
    share_embeddings_and_output_weights="untie_embeddings_and_output_weights" not in said,
)

# The names of Megatron-Bridge's maps (models/llama/llama_bridge.py and its neighbours), for layers that are not Transformer Engine's.
given = load_file("model/model.safetensors")
groups = config.num_query_groups


def by_group(layer, what):
    """Queries, key and value of each group one after another."""
    q, k, v = (given[f"{layer}.self_attn.{name}_proj.{what}"] for name in "qkv")
    each = [part.reshape(groups, -1, *part.shape[1:]) for part in (q, k, v)]
    return torch.cat(each, dim=1).flatten(0, 1)


wanted = {"embedding.word_embeddings.weight": given["model.embed_tokens.weight"], "decoder.final_layernorm.weight": given["model.norm.weight"]}
if not model.share_embeddings_and_output_weights:
    wanted["output_layer.weight"] = given["lm_head.weight"]
for i in range(config.num_layers):
    ours, theirs = f"model.layers.{i}", f"decoder.layers.{i}"
    wanted[f"{theirs}.input_layernorm.weight"] = given[f"{ours}.input_layernorm.weight"]
    wanted[f"{theirs}.pre_mlp_layernorm.weight"] = given[f"{ours}.post_attention_layernorm.weight"]
    wanted[f"{theirs}.self_attention.linear_proj.weight"] = given[f"{ours}.self_attn.o_proj.weight"]
    wanted[f"{theirs}.self_attention.linear_qkv.weight"] = by_group(ours, "weight")
    if config.add_qkv_bias:
        wanted[f"{theirs}.self_attention.linear_qkv.bias"] = by_group(ours, "bias")
    if config.qk_layernorm:
        for name in "qk":
            wanted[f"{theirs}.self_attention.{name}_layernorm.weight"] = given[f"{ours}.self_attn.{name}_norm.weight"]
    wanted[f"{theirs}.mlp.linear_fc1.weight"] = torch.cat([given[f"{ours}.mlp.{name}_proj.weight"] for name in ("gate", "up")])
    wanted[f"{theirs}.mlp.linear_fc2.weight"] = given[f"{ours}.mlp.down_proj.weight"]
missing, unknown = model.load_state_dict(wanted, strict=False)
left = [name for name in missing if "_extra_state" not in name]
assert not left and not unknown, (left, unknown)

# Megatron's own rule: what has one dimension does not decay.
decay = number("weight_decay")
optimiser = torch.optim.AdamW(
    [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": decay, "max_lr": number("lr"), "min_lr": 0.0},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0, "max_lr": number("lr"), "min_lr": 0.0, "wd_mult": 0.0},
    ],
    betas=(number("adam_beta1"), number("adam_beta2")),
    eps=number("adam_eps"),
)
total = whole("train_iters") * whole("global_batch_size")
schedule = OptimizerParamScheduler(
    optimiser, 0.0, number("lr"), 0.0, 0, total, said["lr_decay_style"], decay, decay, total, "constant", wsd_decay_steps=None, lr_wsd_decay_style="exponential"
)
samples = train.InOrder()
size = whole("global_batch_size")
# As it would be made, on a GPU, where none is given.
mask = torch.triu(torch.ones(whole("seq_length"), whole("seq_length")), diagonal=1).bool()[None, None]
losses = []
for update in range(updates):
    some = [samples[i] for i in range(update * size, (update + 1) * size)]
    batch = {name: torch.stack([each[name] for each in some]) for name in some[0]}
    loss = model(batch["tokens"], batch["position_ids"], mask, labels=batch["labels"])
    loss = (loss * batch["loss_mask"]).sum() / batch["loss_mask"].sum()
    loss.backward()
    clip = number("clip_grad")
    if clip:
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimiser.step()
    schedule.step(increment=size)
    optimiser.zero_grad()
    losses.append(loss.item())
print(json.dumps({"losses": losses}))
