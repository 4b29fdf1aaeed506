"""What ProX's released code makes of texts and programs: python prox.py FOLDER > prox.json, where FOLDER is utils/ of GAIR-NLP/ProX.

Programs are drawn by chance from calls that a model might write, well formed or not, over short texts of numbered lines.
"""
import json
import random
import sys

sys.path.insert(0, sys.argv[1])
import chunk_utils  # noqa: E402

random.seed(7)
WORDS = "home menu the proof of a lemma (see) buy now, cookies = yes numbers 12 kissa 고양이 😀 \"quoted\"".split(" ")


def text():
    line = lambda: " ".join(random.choice(WORDS) for _ in range(random.randint(0, 10)))
    return "\n".join(line() for _ in range(random.randint(1, 12)))


def call():
    n = lambda: random.choice([0, 1, 2, 3, 5, 8, 11, 12, 40, -1, "007", "1_0", "x", "", "1.5", " 4 "])
    word = lambda: random.choice(WORDS + ["", " ", "the proof", "a b"])
    return random.choice([
        lambda: f"remove_lines(line_start={n()}, line_end={n()})",
        lambda: f"remove_lines(line_start={random.randint(0, 4)}, line_end={random.randint(2, 8)})",
        lambda: f"remove_lines({n()}, {n()})",
        lambda: f"remove_lines(line_start={n()})",
        lambda: f"remove_lines(line_start={n()}, line_end={n()}",
        lambda: "remove_lines(all=True)",
        lambda: "remove_lines",
        lambda: f'normalize(source_str="{word()}", target_str="{word()}")',
        lambda: f'normalize(source_str="{word()}", target_str="")',
        lambda: f'normalize(source_str="{word()}")',
        lambda: f'normalize(source_str="{word()}", target_str="{word()}"',
        lambda: f'normalize("{word()}", "{word()}")',
        lambda: f'normalize(source_str="{word()}", "{word()}", "x")',
        lambda: "normalize",
        lambda: "keep_all()",
        lambda: " remove_lines(line_start=0, line_end=0)",
    ])()


cases = []
while len(cases) < 160:
    source, program = text(), "\n".join(call() for _ in range(random.randint(1, 4)))
    edited, _, _, _, malformed = chunk_utils.execute_operations(source, program.strip(" ").split("\n"))
    run = chunk_utils.execute_meta_operations(source, program) if source.split() else source
    cases.append([source, program, edited, malformed, run])
json.dump(cases, sys.stdout, ensure_ascii=False, indent=0)
