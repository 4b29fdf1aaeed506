/** A job for Slurm that runs a trainer on one node. What a cluster wants besides is the user's: partition, account, modules. */

export interface SbatchOptions {
  name: string;
  commands: readonly string[];
}

export const sbatch = ({ name, commands }: SbatchOptions): string =>
  `#!/bin/bash
#SBATCH --job-name=${name.replace(/[^\w.-]+/g, "-").slice(0, 60)}
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=16
#SBATCH --time=24:00:00
#SBATCH --output=%x-%j.out
#SBATCH --requeue
# Submit it in this folder, or give sbatch --chdir.
set -euo pipefail
gpus=\${SLURM_GPUS_ON_NODE:-1}
${commands.join("\n")}
`;
