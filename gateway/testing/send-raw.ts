import { connect } from "node:net";

/**
 * Sends bytes as they are, which no HTTP client would, and returns what comes back until the server closes or has sent a whole
 * response with a Content-Length or chunked body.
 */
export async function sendRaw(port: number, bytes: string, timeoutMs = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    let answer = "";
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no whole answer in ${timeoutMs} ms: ${answer}`)));
    socket.on("data", (part) => {
      answer += part.toString("latin1");
      if (isWhole(answer)) {
        socket.end();
        resolve(answer);
      }
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

/** The same until the server closes the connection. */
export async function readAll(port: number, bytes: string, timeoutMs = 5_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    let answer = "";
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`not closed within ${timeoutMs} ms: ${answer}`)));
    socket.on("data", (part) => (answer += part.toString("latin1")));
    socket.on("close", () => resolve(answer));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(answer) : reject(error),
    );
  });
}

/** Whether an answer has come to the end of its Content-Length or of its chunks. */
export function isWhole(answer: string): boolean {
  const head = headOf(answer);
  if (head.length === answer.length) {
    return false;
  }
  const body = answer.slice(head.length + 4);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return length === undefined ? body.endsWith("0\r\n\r\n") : body.length >= Number(length);
}

/** Status line and fields, or all there is so far. */
export function headOf(answer: string): string {
  const end = answer.indexOf("\r\n\r\n");
  return end < 0 ? answer : answer.slice(0, end);
}
