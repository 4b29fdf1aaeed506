"""Interpolated Kneser-Ney by its definition, with sets of n-grams: python kneser_ney.py > kneser_ney.json

Counts of the longest n-grams are of the text; of shorter ones, how many different symbols stand before them, and of those that begin
a sequence, how often they do (Heafield et al. 2013, 3.1). One discount, 0.75; the unknown symbol is one of the vocabulary.
"""
import json
import sys

D = 0.75
TRAIN = ["the cat sat on the mat", "the cat ate", "a dog sat on a cat", "the dog ate the mat", "on the mat the cat sat"]
TEST = ["the cat sat", "a cat ate the dog", "the bird sat on the mat", "mat", "dog dog dog dog"]


def padded(line):
    return ("<s>", *line.split(), "</s>")


def counts(n):
    lines = [padded(line) for line in TRAIN]
    grams = lambda k: [line[i:i + k] for line in lines for i in range(len(line) - k + 1) if line[i + k - 1] != "<s>"]
    of = {}
    for k in range(1, n + 1):
        longer = set(grams(k + 1))
        for gram in set(grams(k)):
            raw = k == n or gram[0] == "<s>"
            of[gram] = grams(k).count(gram) if raw else len({each[0] for each in longer if each[1:] == gram})
    return of


def probability(of, n, before, symbol):
    vocabulary = {gram[0] for gram in of if len(gram) == 1}
    if before is None:
        return 1 / (len(vocabulary) + 1)
    follows = {gram: c for gram, c in of.items() if gram[:-1] == before}
    shorter = probability(of, n, before[1:] if before else None, symbol)
    total = sum(follows.values())
    if total == 0:
        return shorter
    return max(follows.get((*before, symbol), 0) - D, 0) / total + D * len(follows) / total * shorter


def scores(n):
    of = counts(n)
    result = []
    for line in TEST:
        symbols = padded(line)
        result.append([probability(of, n, symbols[max(0, i - n + 1):i], symbols[i]) for i in range(1, len(symbols))])
    return result


json.dump({"train": TRAIN, "test": TEST, "probabilities": {n: scores(n) for n in (1, 2, 3, 4)}}, sys.stdout, indent=1)
