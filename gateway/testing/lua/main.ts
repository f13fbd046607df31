import * as json from "cjson.safe";
import { JOBS } from "./jobs";

interface Call {
  readonly job: string;
  readonly argument: never;
}

/** Reads one call per line, answers each with one line: `{"value": …}` or `{"error": "…"}`. gateway/testing/lua-process.ts talks to it. */
function serve(): void {
  let line = io.stdin.read("*l");
  while (line !== undefined) {
    io.stdout.write(`${answer(line)}\n`);
    io.stdout.flush();
    line = io.stdin.read("*l");
  }
}

function answer(line: string): string {
  const [call, problem] = json.decode(line);
  if (call === undefined) {
    return json.encode({ error: `not JSON: ${problem}` });
  }
  const { job, argument } = call as Call;
  const run = JOBS.get(job);
  if (run === undefined) {
    return json.encode({ error: `there is no job "${job}"` });
  }
  const [succeeded, value] = pcall(() => run(argument));
  return succeeded ? json.encode({ value }) : json.encode({ error: tostring(value) });
}

serve();
