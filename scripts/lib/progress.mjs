const LABEL_WIDTH = 22;
const DETAIL_WIDTH = 44;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const ERASE_LINE = "\r\u001b[2K";

/**
 * What a person sees of a start: one line per step with what came of it and how long it took. On a terminal the running step turns;
 * elsewhere (a log, CI) each line is written once, when its step is done. Of steps that run side by side the one that began last turns.
 *
 * @typedef {object} Progress
 * @property {<T>(label: string, work: (step: Step) => Promise<T>) => Promise<T>} step
 * @property {(text: string) => void} note a line of its own, below what stands there
 * @property {(text: string) => void} write as it is
 * @property {Paint} paint
 *
 * @typedef {{ detail: (text: string) => void, failed: () => void, pause: () => void, resume: () => void }} Step detail: the last one
 *   stays; failed: it went wrong, but what follows goes on; pause: leave the terminal to somebody else, like sudo asking for a password
 *
 * @typedef {Record<"bold" | "dim" | "green" | "red" | "yellow" | "cyan", (text: string) => string>} Paint
 */

/**
 * @param {NodeJS.WriteStream} [stream]
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 * @returns {Progress}
 */
export function createProgress(stream = process.stdout, environment = process.env) {
  const live = stream.isTTY === true && environment.CI === undefined && environment.TERM !== "dumb";
  const paint = createPaint(stream.isTTY === true && !environment.NO_COLOR);
  /** Steps that run, in the order they began. @type {{ draw: () => void }[]} */
  const running = [];

  /** @type {Progress["step"]} */
  async function step(label, work) {
    const started = performance.now();
    let detail = "";
    let frame = 0;
    let paused = false;
    let outcome = paint.green("✓");
    const line = (/** @type {string} */ mark, /** @type {string} */ text) => {
      const room = live
        ? Math.max(10, Math.min(DETAIL_WIDTH, (stream.columns || 100) - LABEL_WIDTH - 15))
        : DETAIL_WIDTH;
      const shown = live && text.length > room ? `${text.slice(0, room - 1)}…` : text;
      return `  ${mark} ${label.padEnd(LABEL_WIDTH)} ${paint.dim(shown.padEnd(room))} ${paint.dim(seconds(performance.now() - started))}`;
    };
    const draw = () => {
      if (live && !paused && running.at(-1) === self) {
        stream.write(ERASE_LINE + line(paint.cyan(FRAMES[frame % FRAMES.length] ?? ""), detail));
        frame += 1;
      }
    };
    const self = { draw };
    running.push(self);
    const timer = live ? setInterval(draw, 100) : undefined;
    draw();
    const finish = (/** @type {string} */ mark) => {
      clearInterval(timer);
      running.splice(running.indexOf(self), 1);
      stream.write(`${live ? ERASE_LINE : ""}${line(mark, detail)}\n`);
    };
    try {
      const result = await work({
        detail: (text) => {
          detail = text;
          draw();
        },
        failed: () => {
          outcome = paint.red("✗");
        },
        pause: () => {
          paused = true;
          stream.write(live ? ERASE_LINE : "");
        },
        resume: () => {
          paused = false;
        },
      });
      finish(outcome);
      return result;
    } catch (error) {
      finish(paint.red("✗"));
      throw error;
    }
  }

  return {
    step,
    paint,
    note(text) {
      stream.write(`${live && running.length > 0 ? ERASE_LINE : ""}  ${text}\n`);
      running.at(-1)?.draw();
    },
    write(text) {
      stream.write(`${live && running.length > 0 ? ERASE_LINE : ""}${text}`);
    },
  };
}

/**
 * The same, but no step begins once the signal is given.
 * @param {Progress} progress
 * @param {AbortSignal} signal
 * @returns {Progress}
 */
export function endingWith(progress, signal) {
  return {
    ...progress,
    step(label, work) {
      signal.throwIfAborted();
      return progress.step(label, work);
    },
  };
}

/** @param {boolean} colour @returns {Paint} */
function createPaint(colour) {
  const wrap = (/** @type {number} */ on, /** @type {number} */ off) => (/** @type {string} */ text) =>
    colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    green: wrap(32, 39),
    red: wrap(31, 39),
    yellow: wrap(33, 39),
    cyan: wrap(36, 39),
  };
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  const value = milliseconds / 1000;
  return (value < 100 ? value.toFixed(1) : value.toFixed(0)).padStart(6) + " s";
}
