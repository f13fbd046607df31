import { OUTCOMES } from "../../contract/outcome";
import { ringRecordSchema, type RequestRecord } from "../../contract/request-log";

/** Control characters and halves of surrogate pairs: a database takes neither, and no page can show them. */
const UNPRINTABLE = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A worker's record as it is shipped; undefined for what this agent does not understand. */
export function parseRecord(text: string): RequestRecord | undefined {
  const parsed = ringRecordSchema.safeParse(parseJson(text));
  const outcome = parsed.success ? OUTCOMES[parsed.data.outcome] : undefined;
  if (!parsed.success || outcome === undefined) {
    return undefined;
  }
  return { ...parsed.data, at: new Date(parsed.data.at * 1_000).toISOString(), outcome };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown) =>
      typeof value === "string" ? value.replace(UNPRINTABLE, "\ufffd") : value,
    );
  } catch {
    return undefined;
  }
}
