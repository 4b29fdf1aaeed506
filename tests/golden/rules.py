"""datatrove's verdicts on documents: what the rules of quality and repetition are compared with.

Reads {"documents": [{"text", "language", "words"?, "sentences"?}], "filters": {name: {option: value}}} and writes for each
document {filter: [kept, reason or edited text]}. Words and sentences that are given stand for datatrove's own, the sentences by
the line that they are of. Needs datatrove and spaCy: `python3 tests/golden/rules.py <in.json >out.json`.
"""

import json
import sys

import datatrove.utils.text as text_module
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4ParagraphFilter,
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.filters import c4_filters, fineweb_quality_filter, gopher_quality_filter, gopher_repetition_filter

rows = {
    "gopher-quality": GopherQualityFilter,
    "gopher-repetition": GopherRepetitionFilter,
    "c4": C4QualityFilter,
    "c4-paragraphs": C4ParagraphFilter,
    "fineweb": FineWebQualityFilter,
}
given = {}


def words(text, language="en"):
    return given["words"] if given.get("words") is not None else text_module.split_into_words(text, language)


def sentences(text, language="en"):
    if given.get("sentences") is not None:
        return given["sentences"][text]
    return text_module.split_into_sentences(text, language)


gopher_quality_filter.split_into_words = words
gopher_repetition_filter.split_into_words = words
fineweb_quality_filter.split_into_words = words
c4_filters.split_into_sentences = sentences

asked = json.load(sys.stdin)
made = {}


def filter_of(name, language):
    if (name, language) not in made:
        options = {key: tuple(value) if isinstance(value, list) else value for key, value in asked["filters"][name].items()}
        if name != "c4-paragraphs":
            options["language"] = language
        made[name, language] = rows[name](**options)
    return made[name, language]


verdicts = []
for row in asked["documents"]:
    given = row
    verdict = {}
    for name in asked["filters"]:
        document = Document(text=row["text"], id="")
        try:
            result = filter_of(name, row["language"]).filter(document)
        except ZeroDivisionError:
            result = (False, "no words")
        kept, reason = result if isinstance(result, tuple) else (result, None)
        verdict[name] = [bool(kept), document.text if kept else reason]
    verdicts.append(verdict)
json.dump(verdicts, sys.stdout)
