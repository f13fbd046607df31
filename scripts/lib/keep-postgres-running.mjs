import { makePassable } from "./postgres-runner.mjs";
import { startEmbeddedPostgres } from "./postgres.mjs";
import { delay } from "./processes.mjs";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Starts the embedded Postgres and, when it ends by itself, starts it again at the same address. It is stopped after everybody who
 * uses it.
 * @param {object} options
 * @param {string} options.directory
 * @param {ReturnType<typeof import("./supervisor.mjs").createSupervisor>} options.supervisor
 * @param {import("./run-until-stopped.mjs").Lifetime} options.lifetime
 * @returns {Promise<string>} its connection string
 */
export async function keepPostgresRunning({ directory, supervisor, lifetime }) {
  makePassable(directory);
  /** @type {import("./postgres.mjs").EmbeddedPostgres | undefined} */
  let postgres;
  let pauseMs = FIRST_PAUSE_MS;

  const launch = async () => {
    const started = await startEmbeddedPostgres({ directory });
    postgres = started;
    supervisor.note("database", started.process.pid);
    started.process.once("exit", () => {
      supervisor.note("database", undefined);
      if (!lifetime.isStopping()) {
        void restart();
      }
    });
    if (lifetime.isStopping()) {
      await started.stop();
    }
    return started.url;
  };

  const restart = async () => {
    supervisor.say(`The database ended by itself; it starts again in ${pauseMs / 1000} s.`);
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    if (lifetime.isStopping()) {
      return;
    }
    try {
      await launch();
      pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      supervisor.say(error instanceof Error ? error.message : String(error));
      void restart();
    }
  };

  lifetime.onEnd(() => postgres?.stop());
  return launch();
}
