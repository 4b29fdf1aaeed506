"""What Hugging Face's BPE trainer makes of small texts full of ties, and of a text that npm carries.

    python3 tests/golden/bpe.py            writes tests/golden/bpe.json
    python3 tests/golden/bpe.py live       reads {"texts", "size", ...} on stdin, prints the tokenizer.json
    python3 tests/golden/bpe.py time       reads the same, prints the seconds that training took, nothing else timed
    python3 tests/golden/bpe.py encode     reads {"json", "texts"} on stdin, prints ids, decoded texts and each token's own ids

Made with Python tokenizers 0.23.3.
"""

import hashlib
import json
import pathlib
import random
import resource
import sys
import time

import tokenizers
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIAGNOSTICS = "node_modules/@tslab/typescript-for-tslab/lib/ko/diagnosticMessages.generated.json"


def train(texts, size, specials=("<|endoftext|>",), minFrequency=0, pattern=None):
    tokenizer = Tokenizer(models.BPE())
    if pattern is None:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(pattern), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=minFrequency,
        special_tokens=list(specials),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def merges_of(tokenizer):
    return [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]


def ties():
    """Few letters and long words: equal counts, overlapping repeats, tokens that two merges spell."""
    draw = random.Random(7)
    for number in range(40):
        letters = "ab" if number % 3 == 0 else "abc" if number % 3 == 1 else "가나é "
        words = ["".join(draw.choice(letters) for _ in range(draw.randint(1, 14))) for _ in range(draw.randint(2, 12))]
        texts = [" ".join(draw.choice(words) for _ in range(draw.randint(1, 9))) for _ in range(draw.randint(1, 5))]
        size = draw.choice([270, 300, 2000])
        minimum = draw.choice([0, 0, 2])
        merges = merges_of(train(texts, size, minFrequency=minimum))
        yield {"texts": texts, "size": size, "minFrequency": minimum, "merges": [" ".join(merge) for merge in merges]}


def diagnostics():
    texts = list(json.loads((ROOT / DIAGNOSTICS).read_text(encoding="utf-8")).values())
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    for size in (1000, 8000):
        merges = [" ".join(merge) for merge in merges_of(train(texts, size))]
        yield {
            "file": DIAGNOSTICS,
            "textSha256": digest,
            "size": size,
            "count": len(merges),
            "mergesSha256": hashlib.sha256("\n".join(merges).encode()).hexdigest(),
            "first": merges[:50],
            "last": merges[-50:],
        }


def live():
    json.dump({"tokenizer": json.loads(train(**json.load(sys.stdin)).to_str())}, sys.stdout)


def timed():
    request = json.load(sys.stdin)
    start = time.perf_counter()
    train(**request)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"version": tokenizers.__version__, "seconds": seconds, "peakMegabytes": peak}, sys.stdout)


def encode():
    request = json.load(sys.stdin)
    tokenizer = Tokenizer.from_str(request["json"])
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in request["texts"]]
    decoded = [tokenizer.decode(row, skip_special_tokens=False) for row in ids]
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    # A model alone spells a token as its merges do, unless it ignores them for whole words.
    bare = json.loads(request["json"])
    bare["model"]["ignore_merges"] = False
    model = Tokenizer.from_str(json.dumps(bare)).model
    alone = {token: [piece.id for piece in model.tokenize(token)] for token in request.get("tokens", [])}
    json.dump({"ids": ids, "decoded": decoded, "vocabulary": vocabulary, "alone": alone}, sys.stdout)


if __name__ == "__main__":
    mode = sys.argv[1] if len(sys.argv) > 1 else "write"
    if mode == "write":
        golden = {"tokenizers": tokenizers.__version__, "ties": list(ties()), "diagnostics": list(diagnostics())}
        path = pathlib.Path(__file__).with_suffix(".json")
        path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        {"live": live, "time": timed, "encode": encode}[mode]()
