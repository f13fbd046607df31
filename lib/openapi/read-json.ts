import { cleanText } from "./clean-text";
import { isObject, type JsonObject, type JsonValue } from "./json";
import { MAX_DEPTH, MAX_NODES } from "./limits";
import type { Pace } from "./pace";
import { LineIndex, makePlaceTree, readPlaces, readValueOffset, type PlaceTree } from "./place-tree";
import { toPointer } from "./pointer";
import type { ProblemCode } from "./problem-codes";
import { quote, type ProblemLog } from "./problem-log";
import type { SourceFile } from "./source-file";

const STEPS_PER_SLICE = 5_000;

export interface JsonReading {
  /** Undefined when there is no usable value; the log says why. */
  readonly file: SourceFile | undefined;
  /** The text broke off at a bare word, a comment or a trailing comma, which YAML's flow style allows. */
  readonly mayBeYaml: boolean;
}

/**
 * Reads JSON (RFC 8259). Not JSON.parse, because that drops duplicate keys without a word, has no bound on depth, knows no lines
 * and cannot rest.
 */
export async function readJson(text: string, location: string, log: ProblemLog, pace: Pace): Promise<JsonReading> {
  const reader = new JsonReader(text, undefined);
  while (!reader.readSome(STEPS_PER_SLICE)) {
    await pace.restIfDue();
  }
  const lines = reader.findings.length > 0 ? new LineIndex(text) : undefined;
  for (const { code, message, place, offset } of reader.findings) {
    log.add({ code, message, place, file: location, ...lines?.placeOf(offset) });
  }
  if (reader.failed || reader.value === undefined) {
    return { file: undefined, mayBeYaml: reader.mayBeYaml };
  }
  const { value } = reader;
  const walk = (places: readonly string[]): PlaceTree => {
    const tree = makePlaceTree(places);
    new JsonReader(text, tree).readSome(Infinity);
    return tree;
  };
  const file: SourceFile = {
    location,
    value,
    locate: (places) => readPlaces(walk(places), places, text),
    textAt: (place) => {
      const offset = readValueOffset(walk([place]), place);
      return offset === undefined ? undefined : text.slice(offset, offset + 100);
    },
  };
  return { file, mayBeYaml: false };
}

interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly place: string;
  readonly offset: number;
}

interface Frame {
  readonly container: JsonObject | JsonValue[];
  key: string | number;
  readonly places: PlaceTree | undefined;
}

/** What may come next. */
type State = "value" | "first-value" | "key" | "first-key" | "after-value" | "end";

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORDS: readonly (readonly [string, JsonValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** A reader with its own stack, so that depth costs no call stack. */
class JsonReader {
  readonly findings: Finding[] = [];
  failed = false;
  mayBeYaml = false;
  value: JsonValue | undefined;
  private offset = 0;
  private nodes = 0;
  private state: State = "value";
  private readonly frames: Frame[] = [];

  constructor(
    private readonly text: string,
    private readonly places: PlaceTree | undefined,
  ) {}

  /** True when the text is read or given up. */
  readSome(steps: number): boolean {
    for (let step = 0; step < steps; step += 1) {
      if (this.failed || !this.readNext()) {
        return true;
      }
    }
    return false;
  }

  private readNext(): boolean {
    this.skipSpace();
    const character = this.text.charAt(this.offset);
    switch (this.state) {
      case "first-value":
      case "value":
        if (character === "]" && this.state === "first-value") {
          this.close();
        } else {
          this.readValue(character);
        }
        return true;
      case "first-key":
      case "key":
        if (character === "}" && this.state === "first-key") {
          this.close();
        } else {
          this.readKey(character);
        }
        return true;
      case "after-value":
        this.readSeparator(character);
        return true;
      case "end":
        if (this.offset < this.text.length) {
          this.fail("syntax_error", `Nothing more was expected, but there is ${this.found()}.`);
        }
        return false;
    }
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.offset);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
        return;
      }
      this.offset += 1;
    }
  }

  private readValue(character: string): void {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) {
      this.fail("too_complex", `The document has more than ${MAX_NODES.toLocaleString("en")} values.`);
      return;
    }
    const places = this.placesOfNext();
    if (places !== undefined) {
      places.valueOffset = this.offset;
      places.offset ??= this.offset;
    }
    if (character === "{" || character === "[") {
      this.open(character, places);
    } else if (character === '"') {
      const value = this.readText();
      if (value !== undefined) {
        this.put(cleanText(value));
      }
    } else {
      this.readWord();
    }
  }

  private open(character: "{" | "[", places: PlaceTree | undefined): void {
    if (this.frames.length >= MAX_DEPTH) {
      this.fail("too_deep", `More than ${MAX_DEPTH} lists and objects stand inside each other.`);
      return;
    }
    const isList = character === "[";
    const container: JsonObject | JsonValue[] = isList ? [] : {};
    this.put(container);
    this.frames.push({ container, key: isList ? 0 : "", places });
    this.state = isList ? "first-value" : "first-key";
    this.offset += 1;
  }

  private close(): void {
    this.frames.pop();
    this.offset += 1;
    this.state = this.frames.length === 0 ? "end" : "after-value";
  }

  private readKey(character: string): void {
    const start = this.offset;
    const frame = this.frames.at(-1);
    if (character !== '"') {
      this.fail("syntax_error", `A key in double quotes was expected, but there is ${this.found()}.`);
      return;
    }
    const text = this.readText();
    if (text === undefined || frame === undefined || !isObject(frame.container)) {
      return;
    }
    const key = cleanText(text);
    frame.key = key;
    if (Object.hasOwn(frame.container, key)) {
      this.find("duplicate_key", `The key ${quote(key)} is there twice.`, start);
    } else if (key === "__proto__") {
      this.find("forbidden_key", "The key “__proto__” is not allowed.", start);
    } else if (frame.places !== undefined) {
      const child = frame.places.children.get(key);
      if (child !== undefined) {
        child.offset = start;
      }
    }
    this.skipSpace();
    if (this.text.charAt(this.offset) !== ":") {
      this.fail("syntax_error", `A colon was expected after the key ${quote(key)}, but there is ${this.found()}.`);
      return;
    }
    this.offset += 1;
    this.state = "value";
  }

  private readSeparator(character: string): void {
    const frame = this.frames.at(-1);
    const isList = Array.isArray(frame?.container);
    if (character === (isList ? "]" : "}")) {
      this.close();
    } else if (character === ",") {
      this.offset += 1;
      this.state = isList ? "value" : "key";
    } else {
      this.fail("syntax_error", `A comma or “${isList ? "]" : "}"}” was expected, but there is ${this.found()}.`);
    }
  }

  private put(value: JsonValue): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      this.value = value;
      this.state = "end";
      return;
    }
    if (Array.isArray(frame.container)) {
      frame.container.push(value);
      frame.key = frame.container.length;
    } else if (frame.key !== "__proto__") {
      frame.container[frame.key] = value;
    }
    this.state = "after-value";
  }

  /** The text at a double quote; undefined when it is broken. */
  private readText(): string | undefined {
    const start = this.offset;
    let hasEscapes = false;
    for (let at = start + 1; ; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 0x22) {
        this.offset = at + 1;
        return hasEscapes ? this.unescape(start, at + 1) : this.text.slice(start + 1, at);
      }
      if (code === 0x5c) {
        hasEscapes = true;
        at += 1;
      } else if (Number.isNaN(code) || code < 0x20) {
        this.offset = at;
        this.fail("syntax_error", "The text in double quotes is not closed on its line.");
        return undefined;
      }
    }
  }

  private unescape(start: number, end: number): string | undefined {
    try {
      return JSON.parse(this.text.slice(start, end)) as string;
    } catch {
      this.offset = start;
      this.fail("syntax_error", "The text holds an escape that JSON does not have.");
      return undefined;
    }
  }

  private readWord(): void {
    NUMBER.lastIndex = this.offset;
    const number = NUMBER.exec(this.text)?.[0];
    if (number !== undefined) {
      this.offset += number.length;
      // 1e999 is JSON, but no number that could be written again.
      this.put(Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(number))));
      return;
    }
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.offset)) {
        this.offset += word.length;
        this.put(value);
        return;
      }
    }
    this.fail("syntax_error", `A value was expected, but there is ${this.found()}.`);
  }

  private placesOfNext(): PlaceTree | undefined {
    const frame = this.frames.at(-1);
    return frame === undefined ? this.places : frame.places?.children.get(String(frame.key));
  }

  private found(): string {
    const character = String.fromCodePoint(this.text.codePointAt(this.offset) ?? 0);
    return this.offset >= this.text.length ? "the end of the text" : quote(character);
  }

  private find(code: ProblemCode, message: string, offset: number): void {
    if (this.places === undefined && this.findings.length < 1_000) {
      this.findings.push({ code, message, place: toPointer(this.frames.map(({ key }) => key)), offset });
    }
  }

  private fail(code: ProblemCode, message: string): void {
    // A missing comma is a mistake in both: YAML would read what stands around it as one text.
    this.mayBeYaml =
      this.state !== "after-value" && this.state !== "end" && /[^\s",:]/.test(this.text.charAt(this.offset));
    this.find(code, message, Math.min(this.offset, this.text.length));
    this.failed = true;
  }
}
