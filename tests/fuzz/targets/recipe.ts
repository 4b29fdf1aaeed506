/** A recipe with most of what one may have. */
export const recipe = {
  name: "a recipe",
  seed: 1,
  corpus: { files: { en: "en.txt", ko: ["ko.txt"] } },
  model: { size: "nano", vocabSize: 300 },
  mixture: { en: 0.25, ko: 0.75 },
  schedule: { name: "cosine", peak: 0.001, warmup: 0.1 },
  optimiser: { betas: [0.9, 0.99], clip: 1 },
  trainable: { embedding: { from: 256 }, layers: [0, -1], norms: true },
  newRows: { from: 256 },
  steps: 10,
  evaluate: { at: [0, 5, 10], bytes: 1000 },
  labels: { share: 0.25 },
};
