"""What datatrove finds of repeats in texts that come on stdin, a JSON string each line; prints one JSON object.

    node -r ./tests/typescript.cjs tests/corpus/steps/repeated-texts.ts | python3 tests/golden/repeats.py > tests/golden/repeats.json

minhash: for each text its cluster (-1: alone), and the places of those that are removed; signatures: of the first texts, bucket by
bucket, as decimal text; sentences: for each text what is left of it, its SHA-256's first 16 digits, and null where it is dropped.
Made with datatrove 0.10.1 and spaCy 3.8.18.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import sys
import tempfile

from datatrove.data import Document
from datatrove.pipeline.dedup.minhash import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
from datatrove.pipeline.dedup.sentence_dedup import (
    SentDedupConfig,
    SentenceDedupFilter,
    SentenceDedupSignature,
    SentenceFindDedups,
)
from datatrove.utils.binaryio import read_tuples_from_file
from loguru import logger


def pairs(path, form):
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        yield from read_tuples_from_file(file, form)


def documents_of(texts):
    return iter([Document(text, str(i)) for i, text in enumerate(texts)])


def minhash(texts, folder):
    signatures, buckets, clusters = (f"{folder}/{name}" for name in ("signatures", "buckets", "clusters"))
    MinhashDedupSignature(signatures).run(documents_of(texts))
    for bucket in range(14):
        MinhashDedupBuckets(signatures, buckets).run(None, bucket, 14)
    MinhashDedupCluster(buckets, clusters, save_cluster_id=True).run()
    of = dict(pairs(f"{clusters}/000000.clusters", "2I"))
    removed = [one for (one,) in pairs(f"{clusters}/000000.remove", "I")]
    return {"clusters": [of.get(i, -1) for i in range(len(texts))], "removed": removed}


def signatures(texts):
    step = MinhashDedupSignature(".")
    return [[[str(n) for n in bucket] for bucket in step.get_signature(step.get_shingles(text))] for text in texts]


def sentences(texts, folder):
    hashes, found = f"{folder}/hashes", f"{folder}/found"
    config = SentDedupConfig()
    SentenceDedupSignature(hashes, config=config).run(documents_of(texts))
    SentenceFindDedups(hashes, found, config=config).run()
    kept = {document.id: document.text for document in SentenceDedupFilter(found, config=config).run(documents_of(texts))}
    short = lambda text: hashlib.sha256(text.encode()).hexdigest()[:16]
    return [short(kept[str(i)]) if str(i) in kept else None for i in range(len(texts))]


def main():
    logger.remove()
    texts = [json.loads(line) for line in sys.stdin]
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "versions": {name: importlib.metadata.version(name) for name in ("datatrove", "spacy")},
            "texts": hashlib.sha256("\n".join(texts).encode()).hexdigest(),
            "signatures": signatures(texts[:3]),
            "minhash": minhash(texts, folder),
            "sentences": sentences(texts, folder),
        }
    print(json.dumps(found))


main()
