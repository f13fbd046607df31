"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { classNames } from "./class-names";
import { controlStyles } from "./input";

export interface SearchBoxProps {
  /** What is searched: "Search APIs". */
  label: string;
  placeholder?: string;
  value: string;
  /** Called when the typing pauses, and at once on Enter. */
  onSearch: (value: string) => void;
  className?: string;
}

const PAUSE_MS = 250;

/** A filter by name. What is typed shows at once; the list is asked after a short pause. */
export function SearchBox({ label, placeholder = label, value, onSearch, className }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const [isTyping, setIsTyping] = useState(false);
  const [known, setKnown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  if (value !== known) {
    // Changed from outside, by the back button or by "Clear the filters". What is being typed wins over what it was a moment ago.
    setKnown(value);
    if (!isTyping && value !== text.trim()) {
      setText(value);
    }
  }

  const change = (next: string, pauseMs: number) => {
    setText(next);
    setIsTyping(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setIsTyping(false);
      onSearch(next.trim());
    }, pauseMs);
  };
  return (
    <div role="search" className={classNames("relative w-full sm:w-64", className)}>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-text-faint"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => change(event.target.value, PAUSE_MS)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            // Inside a form Enter would send the form.
            event.preventDefault();
            change(text, 0);
          }
        }}
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
          className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-sm text-text-faint hover:text-text"
        >
          <X className="size-4" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
