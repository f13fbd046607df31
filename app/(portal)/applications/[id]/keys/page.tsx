import { ApplicationKeysPage } from "./application-keys-page";

export default function Page() {
  return <ApplicationKeysPage />;
}
