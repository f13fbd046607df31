import { readdirSync, rmSync } from "node:fs";
import path from "node:path";

/** Mode of the values: signing secrets stand among them. */
export const ONLY_THIS_USER = 0o600;

export function indexFile(directory: string, generation: number): string {
  return path.join(directory, `credentials.${generation}.index`);
}

export function valuesFile(directory: string, generation: number): string {
  return path.join(directory, `credentials.${generation}.values`);
}

/** Generations whose index is there, newest first. */
export function listGenerations(directory: string): number[] {
  const numbers = readdirSync(directory).flatMap((name) => {
    const match = /^credentials\.(\d+)\.index$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  return numbers.sort((left, right) => right - left);
}

/** Deletes all credential files but those of one generation, also what a crash left of a draft. */
export function removeOtherGenerations(directory: string, kept: number): void {
  for (const name of readdirSync(directory)) {
    const match = /^credentials\.(\d+)\.(index|values)(\.tmp)?$/.exec(name);
    if (match !== null && (Number(match[1]) !== kept || match[3] !== undefined)) {
      rmSync(path.join(directory, name));
    }
  }
}
