/** README.md of a hand-off: for whoever has the folder and not the lab. */
import type { JobProfile } from "./job-header.js";
import { jobSays } from "./sbatch.js";
import type { Handoff, Trainer } from "./types.js";

export interface ReadmeOptions {
  handoff: Handoff;
  trainer: Trainer;
  /** Names of those that are the trainer's own. */
  files: readonly string[];
  profile: JobProfile;
}

export function readme({ handoff, trainer, files, profile }: ReadmeOptions): string {
  const { name, to, updates, batch, accumulate, context, tokens, data, firstLoss, mixture, schedule } = handoff;
  const shares = Object.entries(mixture.realised).map(([domain, share]) => `${domain} ${(100 * share).toFixed(1)}%`);
  const format = (each: Handoff["data"][number]): string =>
    `| \`${each.folder}/\` | ${each.rows} windows of ${context + 1} tokens in the order of training, as ${each.format} has them (${each.dtype}) |`;
  return `# ${name}, for ${to}

${trainer.summary}. ${updates} updates of ${batch * accumulate} windows of ${context} tokens, ${tokens} in all: ${shares.join(", ")}.

1. It takes ${trainer.needs}. Below, \`handoff.py\` needs torch, numpy and transformers.
2. \`python handoff.py\` computes the first update's loss before any update. It is ${firstLoss.toFixed(4)}, and what the trainer reports first: if not, stop.
3. \`sbatch job.sbatch\` asks for ${jobSays(profile)}. Options on sbatch's own line win over those in the file:
   \`sbatch --gpus-per-node=4 --time=12:00:00 job.sbatch\`. Or, without Slurm, here:

\`\`\`sh
gpus=1
${trainer.commands.join("\n").replaceAll(' "$@"', "")}
\`\`\`

| file | what |
| --- | --- |
| \`model/\` | what training begins with: a Hugging Face folder, ${handoff.model.kind}, ${handoff.model.vocabSize} ids |
${data.map(format).join("\n")}
| \`schedule.csv\` | the learning rate of every update, at most ${schedule.highest}: followed whatever curves the trainer has |
| \`handoff.json\` | batch, AdamW's fields, mixture, seed, and hashes of recipe, model and text |
| \`handoff.py\` | windows, rates and AdamW for any loop in PyTorch; run, it checks the folder |
| ${files.map((file) => `\`${file}\``).join(", ")} | what ${to} is started with |
| \`job.sbatch\` | those commands as a job of Slurm on one node, a process for each GPU |
| \`sources.csv\` | a line for each stretch of one document in a window: \`update\` from 1, \`row\` of the update from 0, so that its window is (update - 1) × ${batch * accumulate} + row; \`domain\`; \`document\`, its number in the text of the domain that was trained on, and \`key\`, its name where the text gives one; \`from\` and \`at\`, where its tokens begin in document and window; \`tokens\`, how many, the end of text among them |

What does not travel: moments, which begin at zero; evaluation while training; the seed's draws, since all windows are drawn already. Processes
must divide the ${batch * accumulate} windows of an update.

Seen to work: ${trainer.seen}.
`;
}
