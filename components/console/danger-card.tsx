import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";

export interface DangerCardProps {
  title: string;
  /** What it takes with it, or why it cannot be done now. */
  text: ReactNode;
  /** The verb: "Remove API". */
  action: string;
  isDisabled?: boolean;
  onAction: () => void;
  /** The dialog that asks. */
  children?: ReactNode;
}

/** One thing that cannot be undone, at the end of a settings page. */
export function DangerCard({ title, text, action, isDisabled = false, onAction, children }: DangerCardProps) {
  return (
    <Card title={title}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-60 text-sm text-text-muted">{text}</p>
        <Button variant="dangerGhost" className="border-broken/40" disabled={isDisabled} onClick={onAction}>
          {action}
        </Button>
      </div>
      {children}
    </Card>
  );
}
