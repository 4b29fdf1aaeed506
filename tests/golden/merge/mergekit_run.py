"""Merges by mergekit: `mergekit_run.py CONFIG OUT [CONFIG OUT ...]`, each config a file as mergekit reads it (YAML or JSON)."""
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

# mergekit wants it for adapters alone, and it brings half of PyTorch's compiler with it: a third of all that this costs.
sys.modules["peft"] = ModuleType("peft")
sys.modules["peft"].__spec__ = ModuleSpec("peft", None)

import yaml
from mergekit.config import MergeConfiguration
from mergekit.merge import MergeOptions, run_merge

for path, out in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(path) as file:
        config = MergeConfiguration.model_validate(yaml.safe_load(file))
    run_merge(config, out, options=MergeOptions(copy_tokenizer=True, quiet=True))
