import { classNames } from "./class-names";
import { CopyButton } from "./copy-button";

export interface CodeBlockProps {
  code: string;
  /** What the block is, for the header line and the copy button: "curl", "OpenAPI document". */
  title?: string;
  /** Breaks long lines instead of scrolling; right for one long command. */
  wrap?: boolean;
  maxHeight?: string;
  className?: string;
}

/** Code to read and to copy. */
export function CodeBlock({ code, title, wrap = false, maxHeight, className }: CodeBlockProps) {
  return (
    <div className={classNames("min-w-0 overflow-hidden rounded-md border bg-sunken", className)}>
      {title !== undefined && (
        <div className="flex items-center justify-between border-b py-1 pr-1 pl-3">
          <span className="text-xs font-medium text-text-muted">{title}</span>
          <CopyButton text={code} label="Copy code" />
        </div>
      )}
      <div className="relative">
        <pre
          // Scrollable regions must be reachable by keyboard.
          tabIndex={0}
          aria-label={title ?? "Code"}
          style={maxHeight === undefined ? undefined : { maxHeight }}
          className={classNames(
            "overflow-auto px-3 py-2.5 font-mono text-xs leading-5 -outline-offset-2",
            wrap && "wrap-anywhere whitespace-pre-wrap",
            title === undefined && "pr-10",
          )}
        >
          {code}
        </pre>
        {title === undefined && (
          <span className="absolute top-1 right-1">
            <CopyButton text={code} label="Copy code" />
          </span>
        )}
      </div>
    </div>
  );
}

/** A short piece of code inside a sentence. */
export function Code({ children, className }: { children: string; className?: string }) {
  return (
    <code className={classNames("rounded-sm bg-sunken px-1 py-0.5 font-mono text-[0.92em] break-words", className)}>
      {children}
    </code>
  );
}
