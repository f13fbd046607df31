const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 12345 → "12,345". */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** 12345 → "12.3K"; below 10,000 every digit. For tiles and axes, where the exact number is one hover away. */
export function formatCountShort(count: number): string {
  return Math.abs(count) < 10_000 ? whole.format(count) : compact.format(count);
}

/** A share (0 to 1) as percent with sensible precision: 0.00042 → "0.04 %", 0.5 → "50 %". A small share is never shown as zero. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0) {
    return "0 %";
  }
  if (percent < 0.01) {
    return "< 0.01 %";
  }
  return `${formatDigits(percent, percent < 1 ? 2 : percent < 10 ? 1 : 0)} %`;
}

/** 1536 → "1.5 KB". Powers of 1000, as bandwidth is sold. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatDigits(value, unit === 0 || value >= 100 ? 0 : 1)} ${units[unit] ?? "B"}`;
}

/** "1 key", "3 keys". */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** At most `digits` decimals, without trailing zeros. */
export function formatDigits(value: number, digits: number): string {
  return new Intl.NumberFormat("en", { maximumFractionDigits: digits }).format(value);
}
