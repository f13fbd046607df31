"use client";

import { Check } from "lucide-react";
import { DropdownMenu as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";

export interface DropdownMenuProps {
  /** The button that opens the menu. */
  trigger: ReactNode;
  align?: "start" | "end";
  children: ReactNode;
  className?: string;
}

/** A menu of actions or links under a button. */
export function DropdownMenu({ trigger, align = "end", children, className }: DropdownMenuProps) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={classNames(
            "animate-float-in z-50 min-w-44 rounded-md border bg-raised p-1 shadow-float focus:outline-none",
            className,
          )}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

const itemStyles =
  "flex min-h-7 w-full cursor-default items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover dark:data-highlighted:bg-line [&_svg]:size-4 [&_svg]:shrink-0";

export interface DropdownMenuItemProps extends ComponentProps<typeof Primitive.Item> {
  isDestructive?: boolean;
}

export function DropdownMenuItem({ isDestructive = false, className, ...rest }: DropdownMenuItemProps) {
  return <Primitive.Item className={classNames(itemStyles, isDestructive && "text-broken", className)} {...rest} />;
}

export interface DropdownMenuChoiceProps {
  value: string;
  options: readonly { readonly value: string; readonly label: ReactNode }[];
  onChange: (value: string) => void;
}

/** One of several, with a tick at the chosen one. */
export function DropdownMenuChoice({ value, options, onChange }: DropdownMenuChoiceProps) {
  return (
    <Primitive.RadioGroup value={value} onValueChange={onChange}>
      {options.map((option) => (
        <Primitive.RadioItem key={option.value} value={option.value} className={itemStyles}>
          <span className="flex min-w-0 flex-1 items-center gap-2">{option.label}</span>
          <Primitive.ItemIndicator>
            <Check className="text-accent-text" aria-hidden="true" />
          </Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

export function DropdownMenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 py-1 text-xs text-text-faint">{children}</Primitive.Label>;
}

export function DropdownMenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />;
}
