"""A folder of runs as one Parquet table, by pandas as one writes it: every record and every line of metrics, read each time."""

import json
import pathlib
import resource
import sys
import time

import pandas as pd


def last(path):
    found = {}
    for line in open(path):
        row = json.loads(line)
        if row["kind"] == "evaluation":
            found["bitsPerByte_" + row["domain"]] = row["bitsPerByte"]
    return found


def main():
    request = json.load(sys.stdin)
    begun = time.perf_counter()
    folders = sorted(pathlib.Path(request["dir"]).glob("runs/*"))
    table = pd.json_normalize([json.load(open(folder / "run.json")) | last(folder / "metrics.jsonl") for folder in folders])
    table.to_parquet(request["theirs"])
    seconds = time.perf_counter() - begun
    assert len(table) == request["count"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"version": pd.__version__, "seconds": seconds, "peakMegabytes": peak}))


main()
