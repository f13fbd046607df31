/**
 * A failure that a person can act on: the message is one clear sentence that says what to do. Anything else that is thrown is a
 * mistake of ours and keeps its stack.
 */
export class PlainError extends Error {
  /**
   * @param {string} message
   * @param {{ details?: string, cause?: unknown }} [options] details: the last lines of a log, shown below the sentence
   */
  constructor(message, options = {}) {
    super(message, { cause: options.cause });
    this.name = "PlainError";
    this.details = options.details;
  }
}
