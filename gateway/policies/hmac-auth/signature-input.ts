import type { PolicyHost } from "../types";

/** Texts are taken apart by the host: slices of the compiler's library do not compile when what calls them is interpreted. */
type Cutter = Pick<PolicyHost, "cut">;

/** The one member of a Signature-Input field (RFC 9421 §4.1). */
export interface SignatureInput {
  readonly label: string;
  readonly components: readonly string[];
  /** All behind the label: the value of @signature-params. */
  readonly parameters: string;
  /** Epoch seconds; undefined when not said. */
  readonly created: number | undefined;
  readonly expires: number | undefined;
  readonly keyId: string | undefined;
  readonly nonce: string | undefined;
  readonly algorithm: string | undefined;
}

type Found = { -readonly [Key in keyof SignatureInput]: SignatureInput[Key] };

const MOST_COMPONENTS = 24;

/**
 * Reads a Signature-Input as RFC 8941 §4.1 would write it, and nothing else: its text is what was signed, so there is nothing to be read in
 * two ways. Undefined for what is no such text, names a component twice, gives one parameters, or holds a second signature.
 */
export function parseSignatureInput(text: string, host: Cutter): SignatureInput | undefined {
  const equals = text.indexOf("=(");
  if (equals < 1) {
    return undefined;
  }
  const input: Found = {
    label: host.cut(text, 0, equals),
    components: [],
    parameters: host.cut(text, equals + 1),
    created: undefined,
    expires: undefined,
    keyId: undefined,
    nonce: undefined,
    algorithm: undefined,
  };
  const components: string[] = [];
  input.components = components;
  const end = readComponents(input.parameters, components, host);
  return end >= 0 && readParameters(input.parameters, end, input, host) ? input : undefined;
}

/** @returns where the parameters begin; -1 for what is no list of components */
function readComponents(text: string, components: string[], host: Cutter): number {
  const seen: Record<string, boolean> = {};
  let at = 1;
  while (host.cut(text, at, at + 1) !== ")") {
    if (components.length > 0) {
      if (host.cut(text, at, at + 1) !== " ") {
        return -1;
      }
      at += 1;
    }
    const end = host.cut(text, at, at + 1) === '"' ? text.indexOf('"', at + 1) : -1;
    const name = end < 0 ? "" : host.cut(text, at + 1, end);
    if (name === "" || seen[name] === true || components.length >= MOST_COMPONENTS) {
      return -1;
    }
    seen[name] = true;
    components.push(name);
    at = end + 1;
  }
  return at + 1;
}

/** @returns whether they are parameters to the end of the text */
function readParameters(text: string, start: number, input: Found, host: Cutter): boolean {
  let at = start;
  while (at < text.length) {
    const equals = text.indexOf("=", at);
    if (host.cut(text, at, at + 1) !== ";" || equals < 0) {
      return false;
    }
    const name = host.cut(text, at + 1, equals);
    if (host.cut(text, equals + 1, equals + 2) === '"') {
      const end = text.indexOf('"', equals + 2);
      const value = end < 0 ? "\\" : host.cut(text, equals + 2, end);
      // An escape: nobody needs one in a name.
      if (value.indexOf("\\") >= 0) {
        return false;
      }
      keepText(name, value, input);
      at = end + 1;
    } else {
      const next = text.indexOf(";", equals);
      const end = next < 0 ? text.length : next;
      if (!keepNumber(name, host.cut(text, equals + 1, end), input)) {
        return false;
      }
      at = end;
    }
  }
  return true;
}

function keepText(name: string, value: string, input: Found): void {
  if (name === "keyid") {
    input.keyId = value;
  } else if (name === "nonce") {
    input.nonce = value;
  } else if (name === "alg") {
    input.algorithm = value;
  }
}

/** @returns false for a time that is none */
function keepNumber(name: string, text: string, input: Found): boolean {
  if (name !== "created" && name !== "expires") {
    return true;
  }
  const seconds = Number(text);
  if (name === "created") {
    input.created = seconds;
  } else {
    input.expires = seconds;
  }
  // Neither is what is no number.
  return seconds >= 0;
}
