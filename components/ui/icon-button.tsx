import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button";
import { classNames } from "./class-names";
import { Tooltip } from "./tooltip";

export interface IconButtonProps extends Omit<ButtonProps, "children" | "asChild"> {
  /** What the button does; its accessible name and its tooltip. */
  label: string;
  children: ReactNode;
}

/** A square button with an icon only. The label is spoken and shown on hover. */
export function IconButton({
  label,
  className,
  variant = "ghost",
  size = "medium",
  children,
  ...rest
}: IconButtonProps) {
  const width = size === "small" ? "w-7" : size === "large" ? "w-10" : "w-8";
  return (
    <Tooltip content={label}>
      <Button
        variant={variant}
        size={size}
        aria-label={label}
        className={classNames(width, "px-0", className)}
        {...rest}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
