// Builds whatever is not current: `npm run build`.
import { ALL_BUILDS, buildWhatIsStale } from "./lib/builds.mjs";
import { inRoot } from "./lib/paths.mjs";
import { createProgress } from "./lib/progress.mjs";
import { reportFailure } from "./lib/report-failure.mjs";

try {
  await buildWhatIsStale(ALL_BUILDS, { logFile: inRoot("dist", "build.log"), progress: createProgress() });
} catch (error) {
  reportFailure(error);
}
