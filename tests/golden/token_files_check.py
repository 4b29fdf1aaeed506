"""Token files as their own trainers read them, and as Megatron writes them.

usage: token_files_check.py FOLDER VOCAB_SIZE
       FOLDER/FORMAT holds the files of that format, named "tokens"; formats whose package, or what it needs, is missing are left out
       prints {format: [[id, ...], ...], "megatron bytes": whether Megatron's own writer makes the same bytes}
"""
import glob
import importlib.util
import json
import os
import sys
import types

import numpy as np

folder, vocab_size = sys.argv[1], int(sys.argv[2])
at = lambda *names: os.path.join(folder, *names)


def bare(name):
    """A package without what its __init__ loads: of streaming that is vision and clouds."""
    spec = importlib.util.find_spec(name)
    module = types.ModuleType(name)
    module.__path__ = list(spec.submodule_search_locations)
    sys.modules[name] = module


def megatron():
    from megatron.core.datasets.indexed_dataset import DType, IndexedDataset, IndexedDatasetBuilder

    rows = [row.tolist() for row in IndexedDataset(at("megatron", "tokens"))]
    builder = IndexedDatasetBuilder(at("own.bin"), dtype=DType.optimal_dtype(vocab_size))
    for row in rows:
        builder.add_document(np.array(row), [len(row)])
    builder.finalize(at("own.idx"))
    read = lambda *names: open(at(*names), "rb").read()
    found["megatron bytes"] = all(read("own" + end) == read("megatron", "tokens" + end) for end in (".bin", ".idx"))
    return rows


def datatrove():
    from datatrove.utils.dataset import DatatroveFolderDataset

    ends = np.fromfile(at("datatrove", "tokens.ds.index"), np.uint64)
    width = 2 if vocab_size <= 65536 else 4
    size = int(ends[0])
    # A seq_len, in the one as in the other, is what is predicted.
    windows = DatatroveFolderDataset(at("datatrove"), seq_len=size - 1, token_size=width)
    return [windows[i]["input_ids"].tolist() for i in range(len(windows))]


def mds():
    bare("streaming")
    from streaming.base.local import LocalDataset

    return [sample["tokens"].tolist() for sample in LocalDataset(at("mds"))]


def litdata():
    from litdata.streaming import StreamingDataset, TokensLoader

    index = json.load(open(at("litdata", "index.json")))["chunks"][0]
    size = index["dim"] // index["chunk_size"]
    return [row.tolist() for row in StreamingDataset(at("litdata"), item_loader=TokensLoader(size))]


def parquet():
    from datasets import load_dataset

    rows = load_dataset("parquet", data_files=glob.glob(at("parquet", "*.parquet")), split="train", cache_dir=at("cache"))
    found["parquet rows"] = [{name: row[name] for name in ("text", "id", "source", "lang", "tokens")} for row in rows]
    return [row["input_ids"] for row in rows]


def olmo():
    return np.fromfile(at("olmo", "tokens.npy"), np.uint16 if vocab_size <= 65536 else np.uint32).tolist()


found = {}
for read, package in ((megatron, "megatron"), (datatrove, "datatrove"), (mds, "streaming"), (litdata, "litdata"), (parquet, "datasets"), (olmo, "numpy")):
    if importlib.util.find_spec(package):
        try:
            found[read.__name__] = read()
        except ModuleNotFoundError as missing:
            print(f"{read.__name__}: {missing}", file=sys.stderr)
print(json.dumps(found))
