import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";

const buttonStyles = cva(
  "relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "border-transparent bg-accent text-on-accent not-disabled:hover:bg-accent-hover",
        secondary: "border-line-strong bg-surface text-text not-disabled:hover:bg-hover",
        ghost: "border-transparent text-text-muted not-disabled:hover:bg-hover not-disabled:hover:text-text",
        danger: "border-transparent bg-broken text-on-broken not-disabled:hover:opacity-90",
        dangerGhost: "border-transparent text-broken not-disabled:hover:bg-broken-soft",
      },
      size: {
        small: "h-7 px-2 text-sm",
        medium: "h-8 px-3 text-sm",
        large: "h-10 px-4 text-base",
      },
    },
    defaultVariants: { variant: "secondary", size: "medium" },
  },
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonStyles> {
  /** Render the only child (a link) with the looks of a button. */
  asChild?: boolean;
  /** Shows a spinner in place of the label, keeps the width, and refuses clicks. */
  isLoading?: boolean;
}

/** A button says what it does: its label is a verb ("Create key"). */
export function Button({
  variant,
  size,
  asChild = false,
  isLoading = false,
  className,
  children,
  disabled,
  type,
  ...rest
}: ButtonProps) {
  const classes = classNames(buttonStyles({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type={type ?? "button"}
      className={classes}
      disabled={disabled === true || isLoading}
      aria-busy={isLoading || undefined}
      {...rest}
    >
      {isLoading ? <LoadingLabel>{children}</LoadingLabel> : children}
    </button>
  );
}

function LoadingLabel({ children }: { children: ReactNode }) {
  return (
    <>
      <span className="inline-flex items-center gap-1.5 opacity-0">{children}</span>
      <span className="absolute inset-0 grid place-items-center" aria-hidden="true">
        <LoaderCircle className="animate-spin" />
      </span>
    </>
  );
}
