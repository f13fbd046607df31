/** What a sample call needs to know of an operation. */
interface SampleOperation {
  readonly method: string;
  readonly path: string;
  readonly deprecated: boolean;
}

/** The path to show in a first call: a GET without parameters if there is one, else any GET, else none. */
export function samplePath(operations: readonly SampleOperation[]): string {
  const reads = operations.filter((operation) => operation.method.toUpperCase() === "GET" && !operation.deprecated);
  const simple = reads
    .filter((operation) => !operation.path.includes("{"))
    // The shortest is most likely a collection and not a special report.
    .sort((left, right) => left.path.length - right.path.length)[0];
  return simple?.path ?? reads[0]?.path ?? "";
}

/** One curl line. The key goes in double quotes: keys hold no character that a shell would read. */
export function curlLine(url: string, path: string, keyHeader: string, key: string | undefined): string {
  return `curl -i -H "${keyHeader}: ${key ?? "YOUR_KEY"}" "${url}${path}"`;
}
