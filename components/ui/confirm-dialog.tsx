"use client";

import { TriangleAlert } from "lucide-react";
import { AlertDialog as Primitive } from "radix-ui";
import { useState, type ReactNode } from "react";
import { Button } from "./button";
import { Field } from "./field";
import { Input } from "./input";
import { useReturnFocus } from "./use-return-focus";

export interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  /** A question: "Revoke the key “nightly job”?" */
  title: string;
  /** What stops working, one sentence each. Shown as a list. */
  consequences: readonly ReactNode[];
  /** Anything else worth knowing, such as what goes on working. */
  children?: ReactNode;
  /** The verb: "Revoke key". */
  confirmLabel: string;
  cancelLabel?: string;
  /** Must be typed before the button works; for what cannot be had back. */
  textToType?: string;
  /** Rejects when it failed: the dialog stays open and shows why. */
  onConfirm: () => Promise<unknown>;
}

/** Asks before something stops working, and names what that is. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { rememberFocus, onCloseAutoFocus } = useReturnFocus();
  return (
    <Primitive.Root open={props.isOpen} onOpenChange={(open) => !open && props.onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="animate-fade-in fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          onOpenAutoFocus={rememberFocus}
          onCloseAutoFocus={onCloseAutoFocus}
          className="animate-float-in fixed top-[12vh] left-1/2 z-50 w-[calc(100%-2rem)] -translate-x-1/2 rounded-md border bg-raised shadow-float focus:outline-none sm:max-w-md"
        >
          {/* Mounted with the dialog, so that what was typed and what failed do not survive into the next question. */}
          <ConfirmBody {...props} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function ConfirmBody({
  onClose,
  title,
  consequences,
  children,
  confirmLabel,
  cancelLabel = "Cancel",
  textToType,
  onConfirm,
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  const [isRunning, setIsRunning] = useState(false);
  const [failure, setFailure] = useState<string>();

  const confirm = async () => {
    setIsRunning(true);
    setFailure(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "It did not work. Try again.");
    } finally {
      setIsRunning(false);
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <div className="flex gap-3 px-4 pt-4">
        <TriangleAlert className="mt-0.5 size-5 shrink-0 text-watch" aria-hidden="true" />
        <div className="min-w-0 flex-1">
          <Primitive.Title className="text-lg font-semibold break-words">{title}</Primitive.Title>
          <Primitive.Description asChild>
            <div className="mt-2 flex flex-col gap-2 text-sm">
              <ul className="flex list-disc flex-col gap-1 pl-4">
                {consequences.map((consequence, index) => (
                  <li key={index}>{consequence}</li>
                ))}
              </ul>
              {children !== undefined && <div className="text-text-muted">{children}</div>}
            </div>
          </Primitive.Description>
          {textToType !== undefined && (
            <Field className="mt-4" label={`Type ${textToType} to confirm`}>
              <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" isCode />
            </Field>
          )}
          {failure !== undefined && (
            <p role="alert" className="mt-3 text-sm text-broken">
              {failure}
            </p>
          )}
        </div>
      </div>
      <div className="mt-4 flex flex-wrap justify-end gap-2 border-t px-4 py-3">
        <Primitive.Cancel asChild>
          <Button disabled={isRunning}>{cancelLabel}</Button>
        </Primitive.Cancel>
        <Button
          type="submit"
          variant="danger"
          isLoading={isRunning}
          disabled={textToType !== undefined && typed !== textToType}
        >
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}
