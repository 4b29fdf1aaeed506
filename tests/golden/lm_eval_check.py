"""What lm-evaluation-harness says of a model folder on tasks in a folder: lm_eval_check.py MODEL TASKS NAME... gives one JSON object."""
import json
import logging
import os
import sys

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
logging.disable(logging.WARNING)
out = os.dup(1)
os.dup2(2, 1)

import lm_eval
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

model, tasks, *names = sys.argv[1:]
found = lm_eval.simple_evaluate(
    model=HFLM(pretrained=model, device="cpu", dtype="float32", batch_size=8),
    tasks=names,
    task_manager=TaskManager(include_path=tasks, include_defaults=False),
    bootstrap_iters=2,
    log_samples=True,
)


def number(value):
    """The log-likelihood of a response, whatever it is wrapped in."""
    while isinstance(value, (list, tuple)):
        value = value[0]
    return float(value)


said = {
    name: {
        "scores": {key.split(",")[0]: value for key, value in found["results"][name].items() if key.endswith(",none")},
        "logLikelihoods": [
            [number(response) for response in sample["resps"]]
            for sample in sorted(found["samples"][name], key=lambda sample: sample["doc_id"])
        ],
    }
    for name in names
}
os.write(out, json.dumps(said).encode())
