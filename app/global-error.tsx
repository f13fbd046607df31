"use client";

/** The last resort, when even the root layout failed: no shell, no styles but its own. */
export default function GlobalError({ reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: "system-ui, sans-serif", padding: "15vh 1.5rem", textAlign: "center" }}>
        <h1 style={{ fontSize: "1.25rem" }}>Gatehouse could not show this page</h1>
        <p>Its server may be starting, or may not reach its database.</p>
        <button type="button" onClick={reset} style={{ padding: "0.5rem 1rem" }}>
          Try again
        </button>
      </body>
    </html>
  );
}
