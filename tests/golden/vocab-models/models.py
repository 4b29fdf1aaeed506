"""WordPiece and Unigram tokenizers made by Hugging Face's `tokenizers`, and what it makes of texts with them.

`models.py` writes models.json beside itself: two small tokenizers with ids and decoded texts. `models.py live` reads
{"texts": [...], "learn": [...]} from standard input, trains larger ones on `learn` and prints the same of them.
`models.py encode` reads {"json": "...", "texts": [...]} and prints ids and decoded texts of that tokenizer.
"""
import json
import os
import struct
import sys
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers


def charsmap(rules):
    """SentencePiece's compiled normaliser: a double-array trie, each node with a block of 256 units of its own."""
    tree = {}
    texts = b""
    for key in sorted(rules):
        node = tree
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node["value"] = len(texts)
        texts += rules[key].encode() + b"\0"
    units = [0] * 256
    todo = [(tree, 0, 0)]
    while todo:
        node, at, label = todo.pop()
        base = len(units)
        units += [0] * 256
        units[at] = ((at ^ base) << 10) | ((1 << 8) if "value" in node else 0) | label
        if "value" in node:
            units[base] = node["value"] | (1 << 31)
        for byte, child in node.items():
            if byte != "value":
                todo.append((child, base ^ byte, byte))
    return struct.pack("<I", 4 * len(units)) + b"".join(struct.pack("<I", unit) for unit in units) + texts


RULES = {"ﬁ": "fi", "Ａ": "A", "①": "1", "\u3000": " ", "\u00a0": " ", "\t": " ", "\n": " ", "½": "1⁄2", "e\u0301": "é", "\u200b": ""}


def word_piece(learn, size):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, show_progress=False, limit_alphabet=400)
    tokenizer.train_from_iterator(learn, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def unigram(learn, size, byte_fallback):
    """As XLM-RoBERTa's, or with bytes to fall back on."""
    draft = Tokenizer(models.Unigram())
    spaces = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    if byte_fallback:
        draft.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")])
        draft.pre_tokenizer = spaces
    else:
        draft.normalizer = normalizers.Precompiled(charsmap(RULES))
        draft.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), spaces])
    draft.train_from_iterator(learn, trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False))
    pieces = [(piece, round(score, 4)) for piece, score in json.loads(draft.to_str())["model"]["vocab"]]
    specials = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    bytes_ = [(f"<0x{byte:02X}>", -20.0) for byte in range(256)] if byte_fallback else []
    vocab = specials + bytes_ + [(piece, score) for piece, score in pieces if piece != "<unk>"] + [("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocab, 3, byte_fallback))
    tokenizer.normalizer = draft.normalizer
    tokenizer.pre_tokenizer = draft.pre_tokenizer
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    if byte_fallback:
        tokenizer.decoder = decoders.Sequence([
            decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return tokenizer


def told(tokenizer, texts):
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts, add_special_tokens=False)]
    return {"ids": ids, "decoded": [tokenizer.decode(each, skip_special_tokens=False) for each in ids]}


def made(learn, texts, size):
    kinds = {"wordPiece": word_piece(learn, size), "unigram": unigram(learn, size, False), "bytes": unigram(learn, size, True)}
    return {name: {"json": json.loads(kind.to_str()), **told(kind, texts)} for name, kind in kinds.items()}


LEARN = ["the cat sat on the mat and the other cats sat with the mother", "unaffable words and the other words in the sentence",
         "don't stop, it's 12.5! it isn't stopping, don't", "Das Übel der Tür und die Türen der Häuser übel",
         "한국어 단어와 한국어 문장 그리고 한국어 단어", "日本語の文章と日本語の単語", "кошка сидела на ковре и кошки сидели на ковре",
         "ﬁne ＡＢ① the finest and the fine"] * 6
TEXTS = ["", " ", "The cats' unaffable mats.", "don't stop: 12.5%", "ÜBEL tür Türen", "한국어 문장을 읽는다", "日本語 and кошки",
         "ﬁ Ａ① ½ cafe\u0301", "  two  spaces\tand\nlines ", "[MASK] <mask> <s>the[SEP]", "emoji 👩‍👩‍👧 🇰🇷", "c" * 101, "\u0000a\u0007b\ufffd",
         "##ing ▁low <0x41>", "naïve \u200bzero"]

if __name__ == "__main__":
    mode = sys.argv[1] if len(sys.argv) > 1 else "golden"
    if mode == "golden":
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json")
        with open(path, "w") as file:
            json.dump({"texts": TEXTS, **made(LEARN, TEXTS, 240)}, file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")
    elif mode == "live":
        asked = json.load(sys.stdin)
        json.dump(made(asked["learn"], asked["texts"], 1000), sys.stdout)
    else:
        asked = json.load(sys.stdin)
        json.dump(told(Tokenizer.from_str(asked["json"]), asked["texts"]), sys.stdout)
