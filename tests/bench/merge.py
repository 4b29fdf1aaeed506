"""Seconds and memory of one merge by mergekit: `merge.py < request.json`, as a row of `npm run bench -- --only merge`."""
import importlib.metadata
import json
import resource
import shutil
import sys
import time

from mergekit.config import MergeConfiguration
from mergekit.merge import MergeOptions, run_merge

request = json.load(sys.stdin)
config = MergeConfiguration.model_validate(request["config"])
start = time.perf_counter()
run_merge(config, request["out"], options=MergeOptions(copy_tokenizer=True, quiet=True, write_model_card=False))
seconds = time.perf_counter() - start
shutil.rmtree(request["out"])
print(json.dumps({
    "version": importlib.metadata.version("mergekit"),
    "seconds": seconds,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
