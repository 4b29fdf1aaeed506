"""What PEFT makes of the cases of cases.ts: `low_rank.py FOLDER`, where FOLDER/cases.json says them. Prints JSON: of each case the
losses and gradient norms of the updates from the adapter in `start`, and logits of the probe with the adapter in `end`. Leaves
an adapter of PEFT's own making in `theirs` of the second case, and prints the logits with it as `theirs`."""
import json, sys
from os.path import join

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

torch.manual_seed(0)
torch.set_num_threads(1)
folder = sys.argv[1]


def base(case):
    return AutoModelForCausalLM.from_pretrained(join(folder, case["name"], "base"), dtype=torch.float32)


def read_tokens(model, tokens):
    """Logits after the tokens, without those after a prompt's vectors."""
    return model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits[:, -tokens.shape[1] :]


def trained(case):
    start = join(folder, case["name"], "start")
    # PEFT opens a prompt only to read with it; what it then computes can be differentiated all the same.
    prompt = json.load(open(join(start, "adapter_config.json")))["peft_type"] == "PROMPT_TUNING"
    model = PeftModel.from_pretrained(base(case), start, is_trainable=not prompt)
    if prompt:
        model.prompt_encoder.requires_grad_(True)
    groups = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((".lora_B." in name, parameter.dim() > 1), []).append(parameter)
    leaves = [each for group in groups.values() for each in group]
    factor = lambda is_b: case["rateOfB"] if is_b else 1
    optimiser = torch.optim.AdamW(
        [{"params": group, "weight_decay": 0.1 if wide else 0.0, "factor": factor(is_b)} for (is_b, wide), group in groups.items()],
        betas=(0.9, 0.95),
        eps=1e-8,
    )
    losses, norms = [], []
    for batch, rate in zip(case["batches"], case["rates"]):
        for group in optimiser.param_groups:
            group["lr"] = rate * group["factor"]
        tokens = torch.tensor(batch)
        logits = read_tokens(model, tokens[:, :-1])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(leaves, 1.0).item())
        optimiser.step()
        losses.append(loss.item())
    return {"losses": losses, "norms": norms, "trained": sum(each.numel() for each in leaves)}


def read(case):
    model = PeftModel.from_pretrained(base(case), join(folder, case["name"], "end")).eval()
    with torch.no_grad():
        return read_tokens(model, torch.tensor([case["probe"]])).flatten().tolist()


def made(case):
    """Ranks and alphas by module, and a whole head."""
    config = LoraConfig(
        r=4, lora_alpha=6, target_modules=["q_proj", "down_proj", "up_proj"], rank_pattern={"up_proj": 2},
        alpha_pattern={"layers.1.mlp.down_proj": 3}, modules_to_save=["lm_head"], init_lora_weights=False, task_type="CAUSAL_LM",
    )
    model = get_peft_model(base(case), config).eval()
    with torch.no_grad():
        model.get_output_embeddings().weight.add_(0.1)
    model.save_pretrained(join(folder, case["name"], "theirs"))
    with torch.no_grad():
        return model(input_ids=torch.tensor([case["probe"]])).logits.flatten().tolist()


cases = json.load(open(join(folder, "cases.json")))
found = {case["name"]: {**trained(case), "logits": read(case)} for case in cases}
print(json.dumps({"cases": found, "theirs": made(cases[1])}))
