// `npm run build`: everything that `npm start` would set up, but nothing is started.
import { ALL_BUILDS, buildWhatIsStale } from "./lib/builds.mjs";
import { requireNode } from "./lib/node-version.mjs";
import { ensureNpmPackages } from "./lib/npm-packages.mjs";
import { inRoot } from "./lib/paths.mjs";
import { createProgress } from "./lib/progress.mjs";
import { reportFailure } from "./lib/report-failure.mjs";
import { installMissingTools, NGINX_WITH_LUA } from "./lib/system-packages.mjs";

try {
  requireNode();
  const progress = createProgress();
  const logFile = inRoot("dist", "build.log");
  await installMissingTools([NGINX_WITH_LUA], { progress, logFile });
  await ensureNpmPackages({ progress, logFile });
  await buildWhatIsStale(ALL_BUILDS, { logFile, progress });
} catch (error) {
  reportFailure(error);
}
