"""Hidden states, logit lens, attention and how often neurons are above 0, of folders by transformers, one text at a time, as JSON, one line for each folder.

usage: states.py TEXTS FOLDER... (TEXTS is JSON: the ids of each text, after one id before it)
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)


def read(folder, texts):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    norm = next(m for name, m in model.named_modules() if name in ("model.norm", "transformer.ln_f"))
    mean, last, tokens, lens, attention = [], [], [], [], []
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
    return {"firing": firing, "mean": mean, "last": last, "tokens": tokens, "lens": lens, "attention": attention}


for folder in sys.argv[2:]:
    print(json.dumps(read(folder, json.loads(sys.argv[1]))))
