import { createManagementApi } from "../_routes/app";

export const dynamic = "force-dynamic";

const app = createManagementApi();

function handle(request: Request): Response | Promise<Response> {
  return app.fetch(request);
}

export { handle as GET, handle as POST, handle as PUT, handle as PATCH, handle as DELETE };
