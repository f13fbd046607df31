import { ApplicationSettingsPage } from "./application-settings-page";

export default function Page() {
  return <ApplicationSettingsPage />;
}
