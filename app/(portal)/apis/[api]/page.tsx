import { ApiOverviewPage } from "./api-overview-page";

export default function Page() {
  return <ApiOverviewPage />;
}
