"""Hidden states, logit lens, a tuned lens's losses, attention and how often neurons are above 0, of folders by transformers, one text at a time, as JSON, one line for each folder.

usage: states.py TEXTS FOLDER... (TEXTS is JSON: the ids of each text, after one id before it)
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)


def tuned(model, norm, states, steps=8, rate=1e-2):
    """Mean over layers of KL(final || layer) before each update of translators on all positions at once, `states` [layers + 1][positions, width]."""
    read = lambda x: torch.log_softmax(model.lm_head(norm(x)), -1)
    final = read(states[-1]).detach()
    own = [(torch.zeros(s.shape[1], s.shape[1], requires_grad=True), torch.zeros(s.shape[1], requires_grad=True)) for s in states[:-1]]
    flat = [t for pair in own for t in pair]
    adam = torch.optim.AdamW(flat, lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)
    losses = []
    for step in range(steps):
        adam.param_groups[0]["lr"] = rate * (steps - step) / steps
        each = [(final.exp() * (final - read(s + s @ a + b))).sum(-1).mean() for s, (a, b) in zip(states, own)]
        losses.append((sum(each) / len(each)).item())
        adam.zero_grad()
        sum(each).backward()
        torch.nn.utils.clip_grad_norm_(flat, 1.0, error_if_nonfinite=True)
        adam.step()
    return losses


def read(folder, texts):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    norm = next(m for name, m in model.named_modules() if name in ("model.norm", "transformer.ln_f"))
    mean, last, tokens, lens, attention, before = [], [], [], [], [], []
    fires = {}
    for name, module in model.named_modules():
        if name.endswith(("mlp.gate_proj", "mlp.c_fc", "mlp.gate_up_proj")):
            module.register_forward_hook(lambda _, __, y, name=name: fires.setdefault(name, []).append(y[0, 1:, : model.config.to_dict().get("intermediate_size") or y.shape[-1]] > 0))
    for ids in texts:
        caught = {}
        hook = norm.register_forward_pre_hook(lambda _, args: caught.update(states=args[0]))
        with torch.no_grad():
            out = model(torch.tensor([ids]), output_hidden_states=True, output_attentions=True)
            hook.remove()
            states = [*out.hidden_states[:-1], caught["states"]]
            logs = [torch.log_softmax(model.lm_head(norm(s))[0, :-1].double(), -1) for s in states]
        attention.append([a[0].tolist() for a in out.attentions])
        before.append([s[0, :-1] for s in states])
        own = torch.tensor(ids[1:])
        states = [s[0, 1:] for s in states]
        mean.append([s.mean(0).tolist() for s in states])
        last.append([s[-1].tolist() for s in [*states[:-1], out.hidden_states[-1][0]]])
        tokens.append([s.tolist() for s in states])
        rows = []
        for log in logs:
            gold = log[torch.arange(len(own)), own]
            rows.append({
                "kl": (logs[-1].exp() * (logs[-1] - log)).sum(-1).tolist(),
                "loss": (-gold).tolist(),
                "rank": ((log > gold[:, None]).sum(-1) + 1).tolist(),
                "agrees": (log.argmax(-1) == logs[-1].argmax(-1)).tolist(),
                "mass": log.exp()[:, :100].sum(-1).tolist(),
                "first": (log.argmax(-1) < 100).tolist(),
            })
        lens.append(rows)
    firing = [torch.cat(of).double().mean(0).tolist() for of in fires.values()]
    tune = tuned(model.requires_grad_(False), norm, [torch.cat(of) for of in zip(*before)])
    return {"tuned": tune, "firing": firing, "mean": mean, "last": last, "tokens": tokens, "lens": lens, "attention": attention}


for folder in sys.argv[2:]:
    print(json.dumps(read(folder, json.loads(sys.argv[1]))))
