"use client";

import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import { IconButton } from "./icon-button";
import { useReturnFocus } from "./use-return-focus";

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** Buttons, right-aligned, the primary one last. */
  footer?: ReactNode;
  width?: "small" | "medium" | "large";
  /** For what must not be lost by a stray click, such as a key shown once. */
  keepOnOutsideClick?: boolean;
  children?: ReactNode;
}

const WIDTHS = { small: "sm:max-w-sm", medium: "sm:max-w-lg", large: "sm:max-w-2xl" };

/** A question in the middle of the screen. Esc closes it; focus returns to where it was. */
export function Dialog({ width = "medium", ...rest }: DialogProps) {
  return (
    <Floating
      {...rest}
      className={classNames(
        "animate-float-in top-[8vh] left-1/2 max-h-[84vh] w-[calc(100%-2rem)] -translate-x-1/2 rounded-md border",
        WIDTHS[width],
      )}
    />
  );
}

export interface SidePanelProps extends Omit<DialogProps, "width"> {
  width?: "medium" | "large";
}

const PANEL_WIDTHS = { medium: "sm:max-w-md", large: "sm:max-w-2xl" };

/** Work beside the page it belongs to: publish, edit, details. Full width on a phone. */
export function SidePanel({ width = "medium", ...rest }: SidePanelProps) {
  return (
    <Floating
      {...rest}
      className={classNames("animate-panel-in inset-y-0 right-0 w-full border-l", PANEL_WIDTHS[width])}
    />
  );
}

/** What both have: scrim, heading, a body that scrolls, a foot that stays. */
function Floating({
  isOpen,
  onClose,
  title,
  description,
  footer,
  keepOnOutsideClick = false,
  children,
  className,
}: Omit<DialogProps, "width"> & { className: string }) {
  const { rememberFocus, onCloseAutoFocus } = useReturnFocus();
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="animate-fade-in fixed inset-0 z-40 bg-scrim" />
        <Primitive.Content
          onInteractOutside={(event) => keepOnOutsideClick && event.preventDefault()}
          onOpenAutoFocus={(event) => {
            rememberFocus();
            focusFirstField(event);
          }}
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={classNames("fixed z-50 flex flex-col bg-raised shadow-float focus:outline-none", className)}
        >
          <Heading title={title} description={description} onClose={onClose} />
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">{footer}</div>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Begins at the first field, else at the panel itself: beginning at the close button would offer the way out first. */
function focusFirstField(event: Event): void {
  const content = event.currentTarget;
  if (content instanceof HTMLElement) {
    event.preventDefault();
    const field = content.querySelector<HTMLElement>("input:not([disabled], [readonly]), select, textarea");
    (field ?? content).focus();
  }
}

function Heading({ title, description, onClose }: { title: string; description: ReactNode; onClose: () => void }) {
  return (
    <div className="flex items-start justify-between gap-4 px-4 pt-3.5 pb-3">
      <div className="min-w-0">
        <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
        {description !== undefined && (
          <Primitive.Description asChild>
            <div className="mt-0.5 text-sm text-text-muted">{description}</div>
          </Primitive.Description>
        )}
      </div>
      <IconButton label="Close" size="small" className="-mr-1" onClick={onClose}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
