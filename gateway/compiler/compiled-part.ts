import type { Chunk } from "../contract/bundle";
import type { CompileProblem } from "./snapshot";

/** What one part of the compiler gives back: its chunk, or everything that is wrong with its part of the snapshot. */
export interface CompiledPart {
  readonly name: string;
  readonly chunk: Chunk | undefined;
  readonly problems: readonly CompileProblem[];
}
