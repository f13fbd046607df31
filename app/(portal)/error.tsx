"use client";

import { ErrorState } from "@/components/ui/error-state";

/** A page that failed while it was drawn. The shell around it goes on working. */
export default function PortalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  // In production the message of a server's error is hidden, and the digest is what leads to it in the log.
  const shown =
    error.digest === undefined ? error : new Error(`The portal failed. Its log knows it as ${error.digest}.`);
  return <ErrorState title="This page could not be shown" error={shown} onRetry={reset} />;
}
