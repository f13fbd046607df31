/** Keeps the texts that were asked for last, up to a size, and makes each only once, however many ask at the same moment. */
export class TextCache {
  readonly #mostCharacters: number;
  readonly #texts = new Map<string, string>();
  readonly #making = new Map<string, Promise<string>>();
  #characters = 0;

  /** @param mostCharacters of all texts together; a longer one is not kept */
  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  /** @throws whatever `make` throws; nothing is kept of that */
  get(key: string, make: () => Promise<string>): Promise<string> {
    const kept = this.#texts.get(key);
    if (kept !== undefined) {
      // A map keeps the order of insertion: what is asked for goes to the end.
      this.#texts.delete(key);
      this.#texts.set(key, kept);
      return Promise.resolve(kept);
    }
    const making = this.#making.get(key) ?? this.#make(key, make);
    this.#making.set(key, making);
    return making;
  }

  async #make(key: string, make: () => Promise<string>): Promise<string> {
    try {
      const text = await make();
      this.#keep(key, text);
      return text;
    } finally {
      this.#making.delete(key);
    }
  }

  #keep(key: string, text: string): void {
    if (text.length > this.#mostCharacters) {
      return;
    }
    this.#texts.set(key, text);
    this.#characters += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#characters <= this.#mostCharacters) {
        return;
      }
      this.#texts.delete(oldest);
      this.#characters -= length;
    }
  }
}
