import type { VerificationKey } from "../../contract/key-set-types";
import type { Claims } from "../types";

/** A token that was verified, all of it but the time. */
export interface KnownToken {
  /** With which keys: it is verified anew when they have changed. */
  readonly keys: readonly VerificationKey[];
  readonly claims: Claims;
  /** Epoch seconds from which on it has expired. */
  readonly until: number;
}

/** The tokens that one plan has verified, by their whole text; a plan of another release begins with none. */
export interface TokenMemory {
  known: Record<string, KnownToken>;
  isEmpty: boolean;
}

/** Of all plans of a worker together; then all are forgotten at once, which needs no list of tokens. */
const MOST_BYTES = 4_194_304;
/** What a token costs besides its text and its claims, which are part of the text. */
const BYTES_AROUND = 512;

let rememberedBytes = 0;
/** Those that remember something. */
let filled: TokenMemory[] = [];

export function newTokenMemory(): TokenMemory {
  return { known: {}, isEmpty: true };
}

/** Only a token that was verified, with these keys, and has not expired since. */
export function recallToken(
  memory: TokenMemory,
  token: string,
  keys: readonly VerificationKey[],
  nowSeconds: number,
): KnownToken | undefined {
  const known = memory.known[token];
  return known !== undefined && known.keys === keys && nowSeconds < known.until ? known : undefined;
}

export function rememberToken(memory: TokenMemory, token: string, verified: KnownToken): void {
  const bytes = 2 * token.length + BYTES_AROUND;
  if (rememberedBytes + bytes > MOST_BYTES) {
    forgetAll();
  }
  if (memory.isEmpty) {
    memory.isEmpty = false;
    filled.push(memory);
  }
  memory.known[token] = verified;
  rememberedBytes += bytes;
}

function forgetAll(): void {
  for (const memory of filled) {
    memory.known = {};
    memory.isEmpty = true;
  }
  filled = [];
  rememberedBytes = 0;
}
