"""Worked examples of the initialisers, in double precision, by NumPy:
`python3 tests/golden/embed/initialisers.py > tests/golden/embed/initialisers.json`.

With `--resize` it instead reads a list of {table, added} as JSON on stdin and prints, of each, what transformers' `resize_token_embeddings`
makes of a model with that table: mean and covariance of the rows it adds, which is how the live comparison asks it.
"""
import json
import sys

import numpy as np

ROWS = {"a": [1, 0, 2], "b": [3, 4, 0], "c": [2, 2, 4]}


def mean(*names):
    return np.mean([ROWS[name] for name in names], axis=0)


def slope(count, sign):
    exponents = sign * 2.0 * np.arange(1, count + 1)
    weights = np.exp(exponents - exponents.max())
    return weights / weights.sum()


def tree(token):
    if isinstance(token, str):
        return np.array(ROWS[token], dtype=float)
    left, right = token
    return (tree(left) + tree(right)) / 2


def goldens():
    abc = np.array([ROWS[name] for name in "abc"], dtype=float)
    norms = np.linalg.norm(abc, axis=1)
    script = np.array([[1, 1], [3, 5], [2, 0]], dtype=float)
    toy = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=float)
    hidden = np.array([1, 0.5])
    old = np.exp(toy @ hidden)
    new = np.exp(toy.mean(axis=0) @ hidden)
    return {
        "rows": ROWS,
        "subword-mean": mean("a", "b", "c").tolist(),
        "eeve": {"input": mean("a", "b", "c").tolist(), "output": ROWS["a"]},
        "adaptivocab": {
            "input": (slope(3, 1) @ abc).tolist(),
            "output": (slope(3, -1) @ abc).tolist(),
            "weights": [
                {"count": k, "input": slope(k, 1).tolist(), "output": slope(k, -1).tolist()} for k in (1, 2, 3, 7)
            ],
        },
        "tree-mean": {
            "left": tree((("a", "b"), "c")).tolist(),
            "right": tree(("a", ("b", "c"))).tolist(),
            "both": ((tree((("a", "b"), "c")) + tree(("a", ("b", "c")))) / 2).tolist(),
        },
        "align": (0.25 * mean("a") + 0.75 * mean("a", "b")).tolist(),
        "scripts": {"centre": script.mean(axis=0).tolist(), "deviation": script.std(axis=0, ddof=1).tolist()},
        "magnitude": {
            "norms": norms.tolist(),
            "mean": norms.mean(),
            "median": float(np.median(norms)),
            "row": (mean("a", "b", "c") * norms.mean() / np.linalg.norm(mean("a", "b", "c"))).tolist(),
        },
        "divergence": {"value": float(np.log1p(new / old.sum())), "bound": float(np.log(5 / 4))},
    }


def resize(request):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    table = torch.tensor(request["table"], dtype=torch.float32)
    rows, width = table.shape
    config = LlamaConfig(
        vocab_size=rows, hidden_size=width, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    model = LlamaForCausalLM(config)
    model.model.embed_tokens.weight.data.copy_(table)
    model.resize_token_embeddings(rows + request["added"])
    after = model.get_input_embeddings().weight.data.double().numpy()
    assert np.array_equal(after[:rows], table.double().numpy())
    added = after[rows:]
    return {
        "mean": added.mean(axis=0).tolist(),
        "covariance": np.cov(added.T, bias=True).reshape(width, width).tolist(),
        "equal": bool((added == added[0]).all()),
        "first": added[0].tolist(),
    }


print(json.dumps([resize(each) for each in json.load(sys.stdin)] if "--resize" in sys.argv else goldens(), indent=1))
