"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, type ButtonProps } from "./button";
import { IconButton } from "./icon-button";

export interface CopyButtonProps {
  text: string;
  /** What is copied: "Copy key". */
  label?: string;
  /** With the label as text instead of the icon alone. */
  showLabel?: boolean;
  size?: ButtonProps["size"];
  variant?: ButtonProps["variant"];
}

/** Copies a text and says so for two seconds. */
export function CopyButton({ text, label = "Copy", showLabel = false, size = "small", variant }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) {
      return;
    }
    const timer = setTimeout(() => setIsCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    await copyText(text);
    setIsCopied(true);
  };
  const icon = isCopied ? <Check className="text-ok" aria-hidden="true" /> : <Copy aria-hidden="true" />;
  const spoken = (
    <span className="sr-only" aria-live="polite">
      {isCopied ? "Copied" : ""}
    </span>
  );
  if (showLabel) {
    return (
      <Button size={size} variant={variant ?? "secondary"} onClick={() => void copy()}>
        {icon}
        {label}
        {spoken}
      </Button>
    );
  }
  return (
    <IconButton label={label} size={size} variant={variant ?? "ghost"} onClick={() => void copy()}>
      {icon}
      {spoken}
    </IconButton>
  );
}

/** The clipboard API exists only on https and localhost; a portal reached by plain http needs the old way. */
async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way outside of a secure context
  document.execCommand("copy");
  area.remove();
}
