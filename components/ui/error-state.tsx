"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import { Button } from "./button";
import { classNames } from "./class-names";

export interface ErrorStateProps {
  title?: string;
  /** The error as caught; its message is shown when it has one meant for people. */
  error?: unknown;
  onRetry?: () => void;
  className?: string;
}

/** What stands where content would, when it could not be had: what happened and a way to try again. */
export function ErrorState({ title = "This could not be loaded", error, onRetry, className }: ErrorStateProps) {
  const message = error instanceof Error && error.message !== "" ? error.message : "The server gave no reason.";
  const requestId = readRequestId(error);
  return (
    <div role="alert" className={classNames("flex flex-col items-center px-4 py-10 text-center", className)}>
      <CircleAlert className="mb-3 size-6 text-broken" strokeWidth={1.5} aria-hidden="true" />
      <p className="font-medium">{title}</p>
      <p className="mt-1 max-w-md text-sm break-words text-text-muted">{message}</p>
      {requestId !== undefined && <p className="mt-1 font-mono text-xs text-text-faint">Request {requestId}</p>}
      {onRetry !== undefined && (
        <Button className="mt-4" onClick={onRetry}>
          <RotateCw aria-hidden="true" />
          Try again
        </Button>
      )}
    </div>
  );
}

function readRequestId(error: unknown): string | undefined {
  if (typeof error === "object" && error !== null && "requestId" in error && typeof error.requestId === "string") {
    return error.requestId;
  }
  return undefined;
}
