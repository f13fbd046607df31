/** A release this node must not run. It keeps what it has and says why in its heartbeats. */
export class ReleaseRefused extends Error {
  override readonly name = "ReleaseRefused";

  /** @param code stable, snake_case; @param message for the console, a sentence without a full stop */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
