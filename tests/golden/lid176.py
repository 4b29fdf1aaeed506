"""What Python's fastText says with a model: python lid176.py MODEL < lines (JSON) > [label, probability] of each (JSON)."""
import json
import sys

import fasttext

model = fasttext.load_model(sys.argv[1])
# Its own wrapper needs numpy below 2; what it wraps takes a line end.
guesses = [model.f.predict(line + "\n", 1, 0.0, "strict") for line in json.load(sys.stdin)]
json.dump([[label, probability] for [(probability, label)] in guesses], sys.stdout)
