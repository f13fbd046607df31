import { classNames } from "./class-names";

/** A grey block that stands where something of the same size will appear. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div className={classNames("animate-pulse rounded-sm bg-sunken dark:bg-raised", className)} aria-hidden="true" />
  );
}

/** Several lines of skeleton text under one spoken "Loading". */
export function SkeletonLines({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={classNames("flex flex-col gap-2", className)}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={classNames("h-4", index === lines - 1 ? "w-2/3" : "w-full")} />
      ))}
    </div>
  );
}
