import { createAgentApi } from "../_routes/app";

export const dynamic = "force-dynamic";

const app = createAgentApi();

function handle(request: Request): Response | Promise<Response> {
  return app.fetch(request);
}

export { handle as GET, handle as POST };
