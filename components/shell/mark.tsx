/** The Gatehouse mark: a round arch with a raised portcullis of three bars. Drawn on a 16 px grid, so that it is crisp at 16 px. */
function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" className={className} aria-hidden="true">
      <path d="M2 14.75V8a6 6 0 0 1 12 0v6.75" strokeWidth="2" />
      <path d="M5 4.25v7M8 3v9.5M11 4.25v7" strokeWidth="1.5" />
    </svg>
  );
}

/** Mark and name, as they stand at the top of the rail and on the sign-in pages. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <Mark className="size-5 text-accent-text" />
      Gatehouse
    </span>
  );
}
