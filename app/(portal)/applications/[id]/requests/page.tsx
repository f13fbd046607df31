import { ApplicationRequestsPage } from "./application-requests-page";

export default function Page() {
  return <ApplicationRequestsPage />;
}
