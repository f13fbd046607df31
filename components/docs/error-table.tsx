/** One error as its documentation shows it. */
export interface ErrorRow {
  readonly code: string;
  readonly anchor: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fault: string;
}

const MOVES: Record<string, string> = {
  caller: "You",
  owner: "The API’s owner",
  upstream: "The API’s owner",
  gateway: "The gateway’s operators",
  portal: "The portal’s operators",
};

/** Errors by status. A link to a code marks its row. */
export function ErrorTable({ label, rows }: { label: string; rows: readonly ErrorRow[] }) {
  return (
    <table aria-label={label} className="w-full border-collapse text-sm max-sm:block">
      <thead className="max-sm:hidden">
        <tr className="border-b bg-sunken text-left text-xs text-text-muted">
          <th scope="col" className="h-8 w-16 px-4 font-medium">
            Status
          </th>
          <th scope="col" className="h-8 px-4 font-medium">
            Code
          </th>
          <th scope="col" className="h-8 px-4 font-medium">
            What it means
          </th>
          <th scope="col" className="h-8 px-4 font-medium whitespace-nowrap">
            Whose move
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={row.code}
            id={row.anchor}
            className="scroll-mt-16 border-b align-top last:border-b-0 target:bg-accent-soft max-sm:flex max-sm:flex-wrap max-sm:gap-x-2 max-sm:px-4 max-sm:py-3"
          >
            <td className="px-4 py-2.5 font-mono tabular-nums max-sm:p-0">{row.status}</td>
            <td className="px-4 py-2.5 max-sm:p-0">
              <a href={`#${row.anchor}`} className="link font-mono">
                {row.code}
              </a>
            </td>
            <td className="px-4 py-2.5 max-sm:w-full max-sm:p-0">
              <p className="font-medium">{row.title}</p>
              <p className="text-text-muted">{row.detail}</p>
            </td>
            <td className="px-4 py-2.5 whitespace-nowrap text-text-muted max-sm:p-0">
              <span className="sm:hidden">Whose move: </span>
              {MOVES[row.fault] ?? row.fault}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
