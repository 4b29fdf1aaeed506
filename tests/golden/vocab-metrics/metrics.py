"""The measures of tokenizers by languages, written from their formulas with Hugging Face's tokenizers as the encoder.

Reads {"tokenizers": {name: tokenizer.json}, "texts": {language: [...]}, "keys": {...}, "pivot", "base", "alpha"} and
prints one row per tokenizer and language. Words are Python's str.split, as tokenizer benchmarks count them.
"""

import json
import math
import sys
from collections import Counter

from tokenizers import Tokenizer


def entropy(counts, alpha):
    total = sum(counts)
    p = [c / total for c in counts]
    if alpha == 1:
        return -sum(x * math.log2(x) for x in p)
    return math.log2(sum(x**alpha for x in p)) / (1 - alpha)


def spelled(text):
    """Each word with the blank that stands before it inside a line."""
    for line in text.split("\n"):
        at = 0
        for word in line.split():
            at = line.index(word, at)
            yield (" " if at > 0 and line[at - 1].isspace() else "") + word
            at += len(word)


def main():
    request = json.load(sys.stdin)
    rows, lengths = [], {}
    known = json.loads(request["tokenizers"][request["base"]])["model"]["vocab"]
    for name, text in request["tokenizers"].items():
        tokenizer = Tokenizer.from_str(text)
        encode = lambda s: tokenizer.encode(s, add_special_tokens=False).ids
        vocab = tokenizer.get_vocab(with_added_tokens=True)
        alphabet = {i: t for t, i in json.loads(text)["model"]["vocab"].items() if len(t) == 1}
        encoded = {language: [encode(d) for d in documents] for language, documents in request["texts"].items()}
        for language, ids in encoded.items():
            lengths[name, language] = dict(zip(request["keys"][language], map(len, ids)))
        for language, documents in request["texts"].items():
            ids = encoded[language]
            flat = [i for run in ids for i in run]
            counts = Counter(flat)
            words = [w for d in documents for w in spelled(d)]
            spaced = {w.strip() for w in words if w[0] == " "}
            types = {" " + w if w in spaced else w for w in (w.strip() for w in words)}
            size = sum(len(d.encode()) for d in documents)
            own, other = lengths[name, language], lengths[name, request["pivot"]]
            common = own.keys() & other.keys()
            efficiency = lambda a: entropy(counts.values(), a) / math.log2(len(counts))
            fresh = [i for t, i in vocab.items() if t not in known]
            rows.append(
                {
                    "tokenizer": name,
                    "language": language,
                    "documents": len(documents),
                    "tokens": len(flat),
                    "bytes": size,
                    "chars": sum(map(len, documents)),
                    "words": len(words),
                    "fertility": len(flat) / len(words),
                    "continuedWords": sum(len(encode(w)) > 1 for w in words) / len(words),
                    "singleTokenTypes": sum(len(encode(w)) == 1 for w in types) / len(types),
                    "charsPerToken": sum(map(len, documents)) / len(flat),
                    "bytesPerToken": size / len(flat),
                    "bytesPerTokenMacro": sum(len(d.encode()) / len(i) for d, i in zip(documents, ids)) / len(documents),
                    "unknown": 0,
                    "byteFallback": sum(i in alphabet for i in flat) / len(flat),
                    # A letter of the alphabet above 0x7F is U+0080 to U+00FF as itself, or one of the last stand-ins.
                    "nonAsciiBytes": sum(i in alphabet and high(alphabet[i]) for i in flat) / len(flat),
                    "utilisation": len(counts) / len(vocab),
                    "renyi": efficiency(request["alpha"]),
                    "shannon": efficiency(1),
                    "parity": sum(own[k] for k in common) / sum(other[k] for k in common),
                    "aligned": len(common),
                    "compression": sum(lengths[request["base"], language].values()) / len(flat),
                    "utilisationOfNew": len(counts.keys() & set(fresh)) / len(fresh) if fresh else None,
                }
            )
    json.dump(rows, sys.stdout)


def high(symbol):
    """GPT-2's stand-ins begin at U+0100 for the bytes 0-32, 127-160 and 173 in that order."""
    code = ord(symbol)
    return code >= 0x100 + 34 if code >= 0x100 else code >= 0x80


main()
