"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classNames } from "./class-names";
import { controlStyles } from "./input";

export interface SearchInputProps {
  label: string;
  placeholder?: string;
  value: string;
  /** Called a moment after the last key, and at once on Enter. */
  onSearch: (value: string) => void;
  size?: "medium" | "large";
  autoFocus?: boolean;
  className?: string;
}

const PAUSE_MS = 250;

/** A search box that asks when the typing pauses. */
export function SearchInput({
  label,
  placeholder,
  value,
  onSearch,
  size = "medium",
  autoFocus = false,
  className,
}: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (next: string, pauseMs: number) => {
    setTyped(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next.trim()), pauseMs);
  };
  return (
    <form
      role="search"
      className={classNames("relative min-w-0", className)}
      onSubmit={(event) => {
        event.preventDefault();
        change(typed, 0);
      }}
    >
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-text-faint"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={typed}
        autoFocus={autoFocus}
        onChange={(event) => change(event.target.value, PAUSE_MS)}
        className={classNames(
          controlStyles,
          "pr-8 pl-8 max-sm:text-lg [&::-webkit-search-cancel-button]:hidden",
          size === "large" ? "h-10 text-base" : "h-8 text-sm",
        )}
      />
      {typed !== "" && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => change("", 0)}
          className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-sm text-text-faint hover:text-text"
        >
          <X className="size-4" aria-hidden="true" />
        </button>
      )}
    </form>
  );
}
