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

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0) {
    return false;
  }
  const head = answer.slice(0, end);
  const body = answer.slice(end + 4);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  return length === undefined ? body.endsWith("0\r\n\r\n") : body.length >= Number(length);
}
