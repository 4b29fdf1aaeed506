"""What transformers' generate_merges makes of small vocabularies with scores.

    python3 tests/golden/vocab/generate_merges.py      writes tests/golden/vocab/generate_merges.json

Made with transformers' slow-to-fast converter, which turns SentencePiece models into tokenizer.json files.
"""

import json
import pathlib
import random

import transformers
from transformers.convert_slow_tokenizer import generate_merges


def vocabularies():
    toy = {token: i for i, token in enumerate(["a", "b", "c", "d", "ab", "cd", "abc", "bc"])}
    yield toy, {"abc": -1.0, "bc": -2.0}
    draw = random.Random(3)
    for _ in range(30):
        letters = draw.choice(["ab", "abc", "가나▁", "a😀b"])
        pieces = list(letters)
        for _ in range(draw.randint(3, 20)):
            piece = "".join(draw.choice(letters) for _ in range(draw.randint(2, 6)))
            if piece not in pieces:
                pieces.append(piece)
        ids = {piece: i for i, piece in enumerate(pieces)}
        tied = draw.random() < 0.5
        yield ids, {piece: 0.0 if tied else float(draw.randint(-9, 0)) for piece in pieces[len(letters) :]}


if __name__ == "__main__":
    cases = []
    for ids, scores in vocabularies():
        made = generate_merges(dict(ids), dict(scores))
        cases.append({"ids": ids, "scores": scores, "merges": made})
    path = pathlib.Path(__file__).with_suffix(".json")
    golden = {"transformers": transformers.__version__, "cases": cases}
    path.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
