/** A sweep as a Slurm array job. */
import { basename } from "node:path";
import { quoted } from "./learn.js";
import { rangesOf, type Sweep } from "./sweepfile.js";

const PLAIN = /^[\w./ %+,@:=-]+$/;

/**
 * A script for sbatch. Each task is one run; a task that is requeued goes on from its checkpoint, and one whose run is done ends at once, so
 * the whole array may be submitted again. `program`: the words that start this program.
 */
export function slurmScript({ directory, shards, grid }: Sweep, program: readonly string[]): string {
  const threads = Number(grid.base.workers ?? 1);
  const cores = Number.isInteger(threads) && threads > 0 ? threads : 1;
  return `#!/bin/bash
#SBATCH --job-name=${`liefield-${basename(directory)}`.replace(/[^\w.-]/g, "_")}
#SBATCH --array=${rangesOf(shards.map(({ index }) => index))}
#SBATCH --cpus-per-task=${cores}
#SBATCH --requeue
#SBATCH --open-mode=append
${PLAIN.test(directory) ? `#SBATCH --output="${directory.replaceAll("%", "%%")}/logs/%a.log"` : "# the directory's name does not fit a line of sbatch: output goes where sbatch puts it"}
# Only some: sbatch --array=3,7-9 THIS_FILE. What is missing: liefield sweep merge names it as such a range.
exec ${[...program, "sweep", "exec", directory].map(quoted).join(" ")} --index "$SLURM_ARRAY_TASK_ID"
`;
}
