import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type Document, type Node } from "yaml";
import { isObject } from "./json";
import { MAX_DEPTH, MAX_YAML_TOKENS } from "./limits";
import type { Pace } from "./pace";
import { LineIndex, makePlaceTree, readPlaces, readValueOffset, type PlaceTree } from "./place-tree";
import type { ProblemCode } from "./problem-codes";
import type { ProblemLog } from "./problem-log";
import type { SourceFile } from "./source-file";
import { keyText, YamlValues } from "./yaml-values";

const TOKENS_PER_SLICE = 2_000;
/** Of one mistake the parser often makes many errors: the first ones say what is wrong. */
const MAX_SYNTAX_ERRORS = 20;

type YamlToken = ReturnType<Parser["next"]> extends Generator<infer Token> ? Token : never;

/** A YAML text takes many times its size in memory while it is read, so one is read at a time. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Reads YAML 1.2 (core schema, with the merge keys of 1.1 that many documents use). Undefined when there is no usable value; the log
 * says why. Unlike `parse` of the yaml package it is bounded in depth, tokens and alias expansion, and linear where that compares
 * each key with every other and looks each alias up by walking the document.
 */
export async function readYaml(
  text: string,
  location: string,
  log: ProblemLog,
  pace: Pace,
): Promise<SourceFile | undefined> {
  const reading = turn.then(() => readYamlInTurn(text, location, log, pace));
  turn = reading.catch(() => undefined);
  return reading;
}

async function readYamlInTurn(
  text: string,
  location: string,
  log: ProblemLog,
  pace: Pace,
): Promise<SourceFile | undefined> {
  const lines = new LineIndex(text);
  const find = (code: ProblemCode, message: string, place: string, offset: number): void =>
    log.add({ code, message, place, file: location, ...lines.placeOf(offset) });

  const tokens = await parseTokens(text, pace, find);
  if (tokens === undefined) {
    return undefined;
  }
  const document = compose(tokens, text, find);
  if (document === undefined) {
    return undefined;
  }
  await pace.restIfDue();
  const values = new YamlValues(find);
  const value = values.read(document.contents);
  if (value === undefined) {
    return undefined;
  }
  const walk = (places: readonly string[]): PlaceTree => {
    const tree = makePlaceTree(places);
    tree.valueOffset = document.contents?.range?.[0] ?? 0;
    notePlaces(document, document.contents, tree);
    return tree;
  };
  return {
    location,
    value,
    locate: (places) => readPlaces(walk(places), places, text),
    textAt: (place) => {
      const offset = readValueOffset(walk([place]), place);
      return offset === undefined ? undefined : text.slice(offset, offset + 100);
    },
  };
}

type Find = (code: ProblemCode, message: string, place: string, offset: number) => void;

async function parseTokens(text: string, pace: Pace, find: Find): Promise<YamlToken[] | undefined> {
  const parser = new Parser();
  const tokens: YamlToken[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
    }
    count += 1;
    // What composes the tokens is recursive, so this has to come before it.
    if (parser.stack.length > MAX_DEPTH + 2) {
      find("too_deep", `More than ${MAX_DEPTH} lists and mappings stand inside each other.`, "", parser.offset);
      return undefined;
    }
    if (count > MAX_YAML_TOKENS) {
      const limit = MAX_YAML_TOKENS.toLocaleString("en");
      find("too_complex", `The YAML text has more than ${limit} tokens. As JSON it can be larger.`, "", parser.offset);
      return undefined;
    }
    if (count % TOKENS_PER_SLICE === 0) {
      await pace.restIfDue();
    }
  }
  for (const token of parser.end()) {
    tokens.push(token);
  }
  return tokens;
}

function compose(tokens: readonly YamlToken[], text: string, find: Find): Document.Parsed | undefined {
  const composer = new Composer({
    schema: "core",
    version: "1.2",
    merge: false,
    // Quadratic there; YamlValues finds duplicates.
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: "silent",
  });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [first, ...others] = documents;
  const errors = documents.flatMap((document) => document.errors);
  for (const error of errors.slice(0, MAX_SYNTAX_ERRORS)) {
    find("syntax_error", `${error.message}.`, "", error.pos[0]);
  }
  for (const warning of (first?.warnings ?? []).slice(0, MAX_SYNTAX_ERRORS)) {
    find("yaml_tag_ignored", `${warning.message}.`, "", warning.pos[0]);
  }
  const second = others.find(({ contents }) => contents !== null && !(isScalar(contents) && contents.value === null));
  if (second !== undefined) {
    const message = "The text holds several YAML documents, separated by “---”; one is expected.";
    find("multiple_documents", message, "", second.range[0]);
  }
  return errors.length > 0 || second !== undefined || first === undefined ? undefined : first;
}

function notePlaces(document: Document.Parsed, node: Node | null | undefined, tree: PlaceTree): void {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (tree.children.size === 0 || target === undefined || target === null) {
    return;
  }
  if (isMap(target)) {
    for (const pair of target.items) {
      const child = tree.children.get(keyText(pair.key) ?? "");
      if (child !== undefined) {
        noteChild(document, pair.key as Node, pair.value as Node | null, child);
      }
    }
  } else if (isSeq(target)) {
    for (const [index, child] of tree.children) {
      const item = target.items[Number(index)];
      if (isObject(item)) {
        noteChild(document, item as unknown as Node, item as unknown as Node, child);
      }
    }
  }
}

function noteChild(document: Document.Parsed, key: Node, value: Node | null, child: PlaceTree): void {
  child.offset ??= key.range?.[0];
  child.valueOffset ??= value?.range?.[0];
  notePlaces(document, value, child);
}
