"""How Hugging Face's Python library encodes texts with some tokenizer.json files.

    python3 tests/golden/vocab/encode.py < request.json
    {"paths": [...], "texts": [...]} in; for each path the SHA-256 of each text's ids (32-bit, little-endian), and the ids
    that the model alone makes of the last tokens' own strings: {"digests": [...], "alone": {...}} out

    python3 tests/golden/vocab/encode.py time < request.json
    {"base": tokenizer.json as text, "texts": [...]} in; the seconds that encoding took out, nothing else timed
"""

import array
import hashlib
import json
import resource
import sys
import time

import tokenizers
from tokenizers import Tokenizer


def digest(ids):
    words = array.array("I", ids)
    if sys.byteorder == "big":
        words.byteswap()
    return hashlib.sha256(words.tobytes()).hexdigest()


def answer(path, texts, last):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    tokenizer = Tokenizer.from_str(text)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    digests = []
    for start in range(0, len(texts), 256):
        batch = tokenizer.encode_batch(texts[start : start + 256], add_special_tokens=False)
        digests += [digest(encoding.ids) for encoding in batch]
    bare = json.loads(text)
    added = {token["content"] for token in bare["added_tokens"]}
    if bare["model"]["type"] == "BPE":
        bare["model"]["ignore_merges"] = False
    model = Tokenizer.from_str(json.dumps(bare)).model
    vocab = bare["model"]["vocab"]
    ordered = [piece for piece, _ in vocab] if isinstance(vocab, list) else sorted(vocab, key=vocab.get)
    tokens = ordered[-last:] if last else []
    alone = {token: [piece.id for piece in model.tokenize(token)] for token in tokens if token not in added}
    return {"digests": digests, "alone": alone}


def timed(request):
    tokenizer = Tokenizer.from_str(request["base"])
    texts = request["texts"]
    start = time.perf_counter()
    for at in range(0, len(texts), 256):
        for encoding in tokenizer.encode_batch(texts[at : at + 256], add_special_tokens=False):
            encoding.ids
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"version": tokenizers.__version__, "seconds": seconds, "peakMegabytes": peak}


if __name__ == "__main__":
    request = json.load(sys.stdin)
    if sys.argv[1:] == ["time"]:
        json.dump(timed(request), sys.stdout)
    else:
        json.dump([answer(path, request["texts"], request["last"]) for path in request["paths"]], sys.stdout)
