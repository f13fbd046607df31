import { ApplicationOverviewPage } from "./application-overview-page";

export default function Page() {
  return <ApplicationOverviewPage />;
}
