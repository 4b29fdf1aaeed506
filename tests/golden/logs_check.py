"""Reads a run's logs back with the packages that they are for, and prints what they hold as JSON: logs_check.py LOGS"""

import glob
import json
import struct
import sys
import zlib

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from wandb.proto.wandb_internal_pb2 import Record

folder = sys.argv[1]

events = EventAccumulator(f"{folder}/tensorboard", size_guidance={"scalars": 0})
events.Reload()
scalars = {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def records(path):
    """LevelDB's log format, as wandb's own reader goes through it."""
    data = open(path, "rb").read()
    assert data[:4] == b":W&B" and struct.unpack("<HB", data[4:7]) == (0xBEE1, 0)
    at, parts = 7, []
    while at < len(data):
        left = 32768 - at % 32768
        if left < 7:
            assert not any(data[at : at + left])
            at += left
            continue
        checksum, length, kind = struct.unpack("<IHB", data[at : at + 7])
        piece = data[at + 7 : at + 7 + length]
        assert zlib.crc32(bytes([kind]) + piece) & 0xFFFFFFFF == checksum
        parts.append(piece)
        at += 7 + length
        if kind in (1, 4):
            record = Record()
            record.ParseFromString(b"".join(parts))
            parts = []
            yield record


[path] = glob.glob(f"{folder}/wandb/offline-run-*/run-*.wandb")
kinds, history, run = [], [], None
for record in records(path):
    kind = record.WhichOneof("record_type")
    kinds.append(kind)
    if kind == "run":
        config = {item.key: json.loads(item.value_json) for item in record.run.config.update}
        run = {"name": record.run.display_name, "project": record.run.project, "config": config}
    if kind == "history":
        history.append({item.nested_key[0]: json.loads(item.value_json) for item in record.history.item})
    if kind == "exit":
        code = record.exit.exit_code
print(json.dumps({"scalars": scalars, "kinds": kinds, "history": history, "run": run, "exit": code}))
