// Builds whatever is not current: `npm run build`.
import { ALL_BUILDS, buildWhatIsStale } from "./lib/builds.mjs";
import { inRoot } from "./lib/paths.mjs";
import { createProgress } from "./lib/progress.mjs";
import { reportFailure } from "./lib/report-failure.mjs";

const progress = createProgress();
try {
  for (const build of ALL_BUILDS) {
    await progress.step(build.title, async (step) => {
      const built = await buildWhatIsStale([build], { logFile: inRoot("dist", "build.log"), detail: step.detail });
      step.detail(built.length === 0 ? "up to date" : "built");
    });
  }
} catch (error) {
  reportFailure(error);
}
