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


def answer(value):
    """The log-likelihood or the text of a response, whatever it is wrapped in."""
    while isinstance(value, (list, tuple)):
        value = value[0]
    return value if isinstance(value, str) else float(value)


def scores(results):
    """By name of the metric, with that of what read the answer where it has one."""
    said = {}
    for key, value in results.items():
        if "," in key:
            metric, way = key.split(",")
            name = metric.removesuffix("_stderr")
            said[name + ("" if way == "none" else f".{way}") + metric[len(name) :]] = value
    return said


def samples(name):
    """Of each item once: with several ways to read an answer each has its own."""
    first = {}
    for sample in found["samples"][name]:
        first.setdefault(sample["doc_id"], sample)
    return [first[item] for item in sorted(first)]


said = {
    name: {
        "scores": scores(found["results"][name]),
        "answers": [[answer(response) for response in sample["resps"]] for sample in samples(name)],
    }
    for name in names
}
os.write(out, json.dumps(said).encode())
