"use client";

import { useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog, type ConfirmDialogProps } from "@/components/ui/confirm-dialog";

export interface DangerCardProps extends Pick<ConfirmDialogProps, "consequences" | "textToType" | "onConfirm"> {
  title: string;
  /** What it takes with it, or why it cannot be done now. */
  text: ReactNode;
  /** The verb, on the card and in the dialog: "Remove API". */
  action: string;
  isDisabled?: boolean;
  /** What the dialog asks: "Remove Orders?" */
  question: string;
  /** What goes on working, for the dialog. */
  children?: ReactNode;
}

/** One thing that cannot be undone, at the end of a settings page, and the dialog that asks before it is done. */
export function DangerCard({ title, text, action, isDisabled = false, question, children, ...rest }: DangerCardProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="text-base font-semibold">{title}</h2>
          <p className="text-sm text-text-muted">{text}</p>
        </div>
        <Button
          variant="dangerGhost"
          className="border-broken/40"
          disabled={isDisabled}
          onClick={() => setIsOpen(true)}
        >
          {action}
        </Button>
      </div>
      <ConfirmDialog {...rest} isOpen={isOpen} onClose={() => setIsOpen(false)} title={question} confirmLabel={action}>
        {children}
      </ConfirmDialog>
    </Card>
  );
}
