import { describeError } from "./log";
import { StartError } from "./start-error";

/** Runs a program and ends the process with its exit code; what went wrong is said in one line. */
export async function runToTheEnd(program: () => Promise<number>): Promise<void> {
  try {
    process.exit(await program());
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") {
      // Asked to stop while it still waited for the control plane to enrol it.
      process.exit(0);
    }
    process.stderr.write(`${error instanceof StartError ? error.message : describeError(error)}\n`);
    process.exit(1);
  }
}
