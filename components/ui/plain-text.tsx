import { classNames } from "./class-names";

/** Free text by owners: paragraphs and line breaks are kept, nothing is interpreted. */
export function PlainText({ text, className }: { text: string; className?: string }) {
  const paragraphs = text.trim().split(/\n\s*\n/);
  return (
    <div className={classNames("flex max-w-prose flex-col gap-3", className)}>
      {paragraphs.map((paragraph, index) => (
        <p key={index} className="break-words whitespace-pre-line">
          {paragraph}
        </p>
      ))}
    </div>
  );
}
