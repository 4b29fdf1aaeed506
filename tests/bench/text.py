"""The rules of Gopher, C4 and FineWeb and then MinHash over the documents of a folder, by datatrove: its LocalPipelineExecutor
with two tasks at once. The processes are forked from one that has everything loaded, and no time is counted until then.
"""

import glob
import importlib.metadata
import json
import resource
import sys
import tempfile
import time

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.word_tokenizers import load_word_tokenizer
from loguru import logger


def run(pipeline, folder, tasks=2):
    LocalPipelineExecutor(pipeline, tasks=tasks, workers=2, logging_dir=folder, start_method="fork").run()


def main():
    request = json.load(sys.stdin)
    logger.remove()
    load_word_tokenizer("en").word_tokenize("It is loaded. So it is.")
    rules = [GopherRepetitionFilter(), GopherQualityFilter(), C4QualityFilter(), FineWebQualityFilter()]
    with tempfile.TemporaryDirectory() as folder:
        part = lambda name: f"{folder}/{name}"
        begun = time.perf_counter()
        passed = JsonlWriter(part("passed"), compression=None)
        run(
            [JsonlReader(request["documents"]), *rules, passed, MinhashDedupSignature(part("signatures"))],
            part("log 1"),
        )
        run([MinhashDedupBuckets(part("signatures"), part("buckets"))], part("log 2"), 14)
        run([MinhashDedupCluster(part("buckets"), part("clusters"))], part("log 3"), 1)
        kept = JsonlWriter(part("kept"), compression=None)
        run([JsonlReader(part("passed")), MinhashDedupFilter(part("clusters")), kept], part("log 4"))
        seconds = time.perf_counter() - begun
        lines = [json.loads(line) for path in sorted(glob.glob(part("kept/*"))) for line in open(path)]
    with open(request["kept"]["theirs"], "w") as file:
        file.write("\n".join(line["id"] for line in lines))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"version": importlib.metadata.version("datatrove"), "seconds": seconds, "peakMegabytes": peak}))


main()
