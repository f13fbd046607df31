import type { ReactNode } from "react";
import { classNames } from "./class-names";

export interface KeyValueItem {
  readonly label: string;
  readonly value: ReactNode;
}

/** Facts about one thing, label beside value, stacked on a phone. */
export function KeyValue({ items, className }: { items: readonly KeyValueItem[]; className?: string }) {
  return (
    <dl
      className={classNames(
        "grid items-baseline gap-x-6 gap-y-2 text-sm sm:grid-cols-[minmax(8rem,auto)_1fr]",
        className,
      )}
    >
      {items.map((item) => (
        <div key={item.label} className="contents">
          <dt className="text-text-muted max-sm:-mb-2">{item.label}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
