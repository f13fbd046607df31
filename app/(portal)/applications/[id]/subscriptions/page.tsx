import { ApplicationSubscriptionsPage } from "./application-subscriptions-page";

export default function Page() {
  return <ApplicationSubscriptionsPage />;
}
