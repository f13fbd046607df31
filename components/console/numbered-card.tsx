import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";

export interface NumberedCardProps {
  number: number;
  title: string;
  description: string;
  children: ReactNode;
}

/** One step of a guided page. All steps are in sight; the number is the order, not a lock. */
export function NumberedCard({ number, title, description, children }: NumberedCardProps) {
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          <span className="grid size-5 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-text tabular-nums">
            {number}
          </span>
          {title}
        </span>
      }
      description={description}
    >
      {children}
    </Card>
  );
}
