/**
 * Who holds a lock, as the one line in its file, and whether that is still somebody. A process is known by its number only
 * where numbers mean the same: on one boot of one machine, in one container. There a number that was given to another
 * process since is told by the time that the process began. Anywhere else a lock counts as long as it is touched.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";

export interface Owner {
  host: string;
  pid: number;
  /** Where the number means something: boot and process namespace; the host alone where the system does not say. */
  place: string;
  /** When the process began, in ticks since the boot; "" where the system does not say. */
  began: string;
  /** Tells one taking of a lock from every other. */
  nonce: string;
}

/** Milliseconds without a touch until a lock of elsewhere is dead. */
const dead = 60_000;

export const ownerHere = (): Owner => ({
  host: hostname(),
  pid: process.pid,
  place: here,
  began: began(process.pid)?.at ?? "",
  nonce: randomUUID(),
});

export const lineOf = ({ host, pid, place, began, nonce }: Owner): string =>
  `${host} ${pid} ${place} ${began || "-"} ${nonce}\n`;

/** Nothing where the file is absent, not written whole, or an older version's. */
export function ownerOf(path: string): Owner | undefined {
  const [, host, pid, place, at, nonce] = /^(\S+) (\d+) (\S+) (\S+) (\S+)\n$/.exec(textOf(path)) ?? [];
  if (nonce === undefined) return undefined;
  return { host: host!, pid: Number(pid), place: place!, began: at === "-" ? "" : at!, nonce };
}

/** For the message of one who has to wait. */
export function describeOwner(path: string): string {
  const [, host, pid] = /^(\S+) (\d+)[ \n]/.exec(textOf(path)) ?? [];
  return host === undefined ? "another writer" : `process ${pid} on ${host}`;
}

/** Whether whoever wrote the lock is gone. `now` is by the clock that stamps the files. False for a file that is not there. */
export function isAbandoned(path: string, now: number): boolean {
  const owner = ownerOf(path);
  if (owner?.place === here) return !isAlive(owner);
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && now - stat.mtimeMs > dead;
}

/** Whether its number means a process of this machine, in this container. */
export const isHere = ({ place }: Owner): boolean => place === here;

function isAlive({ pid, began: at }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = began(pid);
  return now === undefined || at === "" || (now.at === at && !now.over);
}

/** From Linux's /proc: when a process began, and whether it is over and only not yet collected. */
function began(pid: number): { at: string; over: boolean } | undefined {
  // The name in brackets may hold anything; the state is field 3, the time field 22.
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[19] === undefined ? undefined : { at: fields[19], over: "ZX".includes(fields[0]!) };
}

function placeHere(): string {
  if (process.platform !== "linux") return hostname();
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return randomUUID(); // Two containers may have one name: without more to go by, nobody is here.
  }
}

const here = placeHere();

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
