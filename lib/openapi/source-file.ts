import type { JsonValue } from "./json";
import type { Place } from "./place-tree";
import type { ProblemLog } from "./problem-log";
import { readJson } from "./read-json";
import { readYaml } from "./read-yaml";
import type { Pace } from "./pace";

/** One parsed file of a document. */
export interface SourceFile {
  /** URL or relative file name; "" for a document that came as mere text. */
  readonly location: string;
  readonly value: JsonValue;
  /** Where values stand in the text. Slow (reads the text again), so it is asked once, for all the places of problems. */
  locate(places: readonly string[]): Map<string, Place>;
  /** Start of the value itself: tells "1.10" from 1.1. */
  textAt(place: string): string | undefined;
}

/** A larger text that breaks the rules of JSON is not read a second time as YAML. */
const MAX_SECOND_READING = 4_000_000;

/**
 * Reads JSON or YAML. Whatever is wrong goes to `log`; undefined when there is then no value to go on with.
 * @param location for problems and relative references
 */
export async function readSource(
  text: string,
  location: string,
  log: ProblemLog,
  pace: Pace,
): Promise<SourceFile | undefined> {
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const start = content.search(/\S/);
  if (start === -1) {
    log.add({ code: "document_empty", message: "The document is empty.", place: "", file: location });
    return undefined;
  }
  const first = content.charAt(start);
  if (first === "<") {
    const message = "The text begins with “<”: it is a web page or XML, not an OpenAPI document in JSON or YAML.";
    log.add({ code: "not_openapi", message, place: "", file: location, line: 1, column: 1 });
    return undefined;
  }
  if (first !== "{" && first !== "[") {
    return readYaml(content, location, log, pace);
  }
  const jsonLog = log.fork();
  const { file, mayBeYaml } = await readJson(content, location, jsonLog, pace);
  if (file === undefined && mayBeYaml && jsonLog.has("syntax_error") && content.length <= MAX_SECOND_READING) {
    // YAML's flow style looks like JSON with comments, trailing commas or bare words, which people do write by hand.
    const yamlLog = log.fork();
    const yamlFile = await readYaml(content, location, yamlLog, pace);
    if (!yamlLog.has("syntax_error")) {
      log.join(yamlLog);
      return yamlFile;
    }
  }
  log.join(jsonLog);
  return file;
}
