/** What rows of a statement must fulfil, and the values that the statement speaks of, numbered as they are added. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #texts: string[] = [];

  /** @returns the value's place in the statement */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** @param condition what stands before the value: "record.outcome =" */
  add(condition: string, value: unknown): void {
    this.#texts.push(`${condition} ${this.value(value)}`);
  }

  /** What was not asked for is no condition. */
  addFilters(filters: readonly (readonly [column: string, value: string | undefined])[]): void {
    for (const [column, value] of filters) {
      if (value !== undefined) {
        this.add(`${column} =`, value);
      }
    }
  }

  addList(column: string, values: readonly string[]): void {
    this.#texts.push(`${column} = ANY (${this.value(values)})`);
  }

  addText(condition: string): void {
    this.#texts.push(condition);
  }

  /** "" when there are none. */
  get text(): string {
    return this.#texts.join(" AND ");
  }
}
