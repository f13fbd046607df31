import NextAuth from "next-auth";
import { nextAuthOptions } from "@/lib/auth/next-auth-options";

type Handler = (request: Request, context: unknown) => Promise<Response>;

// Made at the first request: the settings are not there while building.
let handler: Handler | undefined;

function handle(request: Request, context: unknown): Promise<Response> {
  handler ??= NextAuth(nextAuthOptions()) as Handler;
  return handler(request, context);
}

export { handle as GET, handle as POST };
