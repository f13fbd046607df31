"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { controlStyles } from "@/components/ui/input";

export interface SearchBoxProps {
  /** What is searched: "Search APIs". */
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

const PAUSE_MS = 250;

/** A filter by name. What is typed shows at once; the list is asked after a short pause. */
export function SearchBox({ label, value, onChange, className }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (next: string, pauseMs: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), pauseMs);
  };
  return (
    <div className={classNames("relative w-full sm:w-64", className)}>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-text-faint"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => change(event.target.value, PAUSE_MS)}
        className={classNames(
          controlStyles,
          "h-8 px-8 text-sm max-sm:text-lg [&::-webkit-search-cancel-button]:hidden",
        )}
      />
      {text !== "" && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => change("", 0)}
          className="absolute top-1/2 right-2 grid size-5 -translate-y-1/2 place-items-center rounded-sm text-text-faint hover:text-text"
        >
          <X className="size-3.5" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
