"""Orders of pruning from their definitions, and Hugging Face's reading of a trimmed tokenizer.json.

Mode "orders": {"json", "texts"} to {order: [ids]}; merges are applied one by one, as slowly as they are defined.
Mode "encode": {"json", "texts", "special"} to {"ids", "decoded"}.
"""

import json
import sys
from collections import Counter

from tokenizers import Tokenizer


def derive(symbols, ranks):
    """The final symbols of a word, and every merge that was made."""
    made = []
    while True:
        pairs = [(ranks[p], i) for i, p in enumerate(zip(symbols, symbols[1:])) if p in ranks]
        if not pairs:
            return symbols, made
        _, i = min(pairs)
        made.append((symbols[i], symbols[i + 1]))
        symbols = symbols[:i] + [symbols[i] + symbols[i + 1]] + symbols[i + 2 :]


def leaves_first(splits, counts, ids, key):
    counts = Counter(counts)
    alive, order = set(ids), []
    splits = dict(splits)
    while True:
        used = {part for token, parts in splits.items() for part in parts}
        free = [t for t in alive if t not in used]
        if not free:
            return order
        token = min(free, key=lambda t: key(counts[t], t))
        order.append(token)
        alive.discard(token)
        for part in splits.pop(token, ()):
            counts[part] += counts[token]


def orders(request):
    data = json.loads(request["json"])
    vocab = data["model"]["vocab"]
    merges = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in data["model"]["merges"]]
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    tokenizer = Tokenizer.from_str(request["json"])
    words = Counter(w for t in request["texts"] for w, _ in tokenizer.pre_tokenizer.pre_tokenize_str(t))
    counts, part_of = Counter(), Counter()
    for word, times in words.items():
        final, made = derive(list(word), ranks)
        for token in final:
            counts[token] += times
        for pair in made:
            for part in pair:
                part_of[part] += times
    fixed = {t["content"] for t in data["added_tokens"]}
    tokens = [t for t in vocab if len(t) > 1 and t not in fixed]
    splits = {}
    for token in vocab:
        final, made = derive(list(token), ranks)
        if final == [token] and made and token not in fixed:
            splits[token] = made[-1]
    found = {
        "last-n": sorted(tokens, key=lambda t: -vocab[t]),
        "frequency": sorted(tokens, key=lambda t: (counts[t], -vocab[t])),
        "leaf-frequency": leaves_first(splits, counts, tokens, lambda n, t: (n, -vocab[t])),
        "leaf-last-n": leaves_first(splits, counts, tokens, lambda n, t: -vocab[t]),
        "merge-based": sorted(tokens, key=lambda t: (counts[t] + part_of[t], -len(t), -vocab[t])),
    }
    return {name: [vocab[t] for t in order] for name, order in found.items()}


def encode(request):
    tokenizer = Tokenizer.from_str(request["json"])
    special = request.get("special", False)
    ids = [tokenizer.encode(t, add_special_tokens=special).ids for t in request["texts"]]
    return {"ids": ids, "decoded": [tokenizer.decode(i, skip_special_tokens=False) for i in ids]}


request = json.load(sys.stdin)
json.dump({"orders": orders, "encode": encode}[sys.argv[1]](request), sys.stdout)
