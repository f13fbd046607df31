import * as json from "cjson.safe";
import { readFile } from "./memory";

/** What a file that the agent has written says. Throws when it is missing or not JSON; its shape is the agent's to check. */
export function readJsonFile<T>(path: string): T {
  const text = readFile(path);
  if (text === undefined) {
    return error(`${path} is missing`);
  }
  const [value, problem] = json.decode(text);
  if (value === undefined) {
    return error(`${path} is not JSON: ${problem}`);
  }
  return value as T;
}
