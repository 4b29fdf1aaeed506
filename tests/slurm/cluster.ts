/**
 * A Slurm of its own on this machine: munged, a controller and nodes, each a process of Debian's packages `slurm-wlm` and
 * `munge`, on ports that were free, with everything they keep in one folder. Needs root, as nodes start tasks for others.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "../sweep/kills.js";

export interface Cluster {
  env: NodeJS.ProcessEnv;
  /** What a command of Slurm's says. */
  ask(command: string, ...given: string[]): string;
  /** As a power cut would: the node's daemon and everything that it started. */
  cut(node: string): void;
  /** Ends the controller, which keeps what it knows, and starts it again. */
  restartController(): Promise<void>;
  /** The end of its log, for who has to find out. */
  log(): string;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Gets the cluster's files; its path must be short enough for a socket. */
  dir: string;
  /** Each has two cores and two of a GPU in name only. Partitions "low" and "high", which takes nodes from "low", have all but the last; "apart" has that one. */
  nodes: number;
  /** Tasks that an array may have. */
  longestArray: number;
  /** A folder that the last node has an empty one of its own in place of. */
  unshared: string;
}

/** Why there can be none here, in words. */
export function reasonForNone(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "a Slurm of its own needs Linux and root";
  const missing = ["munged", "slurmctld", "slurmd", "sbatch", "unshare"].filter(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0,
  );
  return missing.length > 0 ? `no ${missing.join(", ")} (apt-get install slurm-wlm munge)` : undefined;
}

export async function cluster({ dir, nodes, unshared, longestArray }: ClusterOptions): Promise<Cluster> {
  const at = (name: string): string => join(dir, name);
  for (const folder of [dir, at("state"), unshared]) mkdirSync(folder, { recursive: true });
  chmodSync(dir, 0o755);
  writeFileSync(at("key"), randomBytes(1024), { mode: 0o400 });
  const names = Array.from({ length: nodes }, (_, i) => `node${i + 1}`);
  const [controller, ...ports] = await freePorts(nodes + 1);
  const here = hostname().split(".")[0]!;
  const shared = names.slice(0, -1).join(",");
  writeFileSync(
    at("slurm.conf"),
    `ClusterName=palimpsest
SlurmctldHost=${here}(127.0.0.1)
SlurmctldPort=${controller}
SlurmUser=root
AuthType=auth/munge
# Slurm lets a requeued task wait for as long as credentials live, two minutes unless said.
AuthInfo=socket=${at("munge")},cred_expire=5
SlurmctldPidFile=${at("controller.pid")}
SlurmdPidFile=${at("%n.pid")}
SlurmdSpoolDir=${at("%n.spool")}
StateSaveLocation=${at("state")}
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=8
KillWait=20
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MaxArraySize=${longestArray}
GresTypes=gpu
${names.map((name, i) => `NodeName=${name} NodeHostname=${here} NodeAddr=127.0.0.1 Port=${ports[i]} CPUs=2 RealMemory=4000 Gres=gpu:toy:2 Feature=tiny`).join("\n")}
PartitionName=low Nodes=${shared} Default=YES PriorityTier=1 MaxTime=60
PartitionName=high Nodes=${shared} PriorityTier=10 MaxTime=60
PartitionName=apart Nodes=${names.at(-1)} MaxTime=60
`,
  );
  writeFileSync(at("gres.conf"), "AutoDetect=off\nName=gpu Type=toy Count=2 File=/dev/null,/dev/zero\n");
  const env = { ...process.env, SLURM_CONF: at("slurm.conf") };
  const alive = new Map<string, ChildProcess>();
  const start = (name: string, command: string, given: string[]): void => {
    const log = openSync(at(`${name}.log`), "a");
    alive.set(name, spawn(command, given, { env, stdio: ["ignore", log, log] }));
  };
  const startController = (): void => start("controller", "slurmctld", ["-D"]);
  const ask = (command: string, ...given: string[]): string =>
    execFileSync(command, given, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const answers = async (want: (said: string) => boolean): Promise<void> => {
    for (let waited = 0; ; waited += 200) {
      const said = spawnSync("sinfo", ["--noheader", "--Node", "--format=%N %t"], { env, encoding: "utf8" });
      if (said.status === 0 && want(said.stdout)) return;
      assert.ok(waited < 120_000, `the cluster does not come up: ${said.stdout}${said.stderr}`);
      await sleep(200);
    }
  };
  const cut = (name: string): void => {
    const { pid } = alive.get(name)!;
    alive.delete(name);
    for (const each of [pid!, ...childrenOf(pid!), ...stepsOf(name, env.SLURM_CONF)]) kill(each);
  };
  start("munged", "munged", [
    "--foreground",
    "--force",
    ...["key-file=key", "socket=munge", "pid-file=munge.pid", "log-file=munge.log", "seed-file=seed"].map((option) => {
      const [name, file] = option.split("=") as [string, string];
      return `--${name}=${at(file)}`;
    }),
  ]);
  for (let waited = 0; !existsSync(at("munge")); waited += 50) {
    assert.ok(waited < 120_000, "munged does not come up");
    await sleep(50);
  }
  startController();
  for (const name of names.slice(0, -1)) start(name, "slurmd", ["-D", "-N", name]);
  const apart = `mount -t tmpfs none "$1" && exec slurmd -D -N "$2"`;
  start(names.at(-1)!, "unshare", ["--mount", "sh", "-c", apart, "sh", unshared, names.at(-1)!]);
  await answers((said) => said.split("\n").filter((line) => line.endsWith(" idle")).length >= nodes - 1);
  return {
    env,
    ask,
    cut,
    async restartController() {
      const controller = alive.get("controller")!;
      controller.kill("SIGTERM");
      await once(controller, "exit");
      startController();
      await answers(() => true);
    },
    log: () => readFileSync(at("controller.log"), "utf8").split("\n").slice(-30).join("\n"),
    async stop() {
      for (const name of [...alive.keys()].reverse()) cut(name);
      await sleep(100);
    },
  };
}

/** What runs on a node of this cluster, each process after the one that watches over it: a node's daemon lets go of both. */
function stepsOf(node: string, config: string): number[] {
  const isItsOwn = (pid: string): boolean => {
    const variables = textOf(`/proc/${pid}/environ`).split("\0");
    return variables.includes(`SLURM_CONF=${config}`) && variables.includes(`SLURMD_NODENAME=${node}`);
  };
  const tasks = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isItsOwn(name));
  const watchers = tasks
    .map((pid) => Number(/\) \S (\d+)/.exec(textOf(`/proc/${pid}/stat`))?.[1]))
    .filter((pid) => textOf(`/proc/${pid}/comm`).startsWith("slurmstepd"));
  return [...watchers, ...tasks.map(Number)];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Gone meanwhile.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
