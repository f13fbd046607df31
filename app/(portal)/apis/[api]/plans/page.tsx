import { ApiPlansPage } from "./api-plans-page";

export default function Page() {
  return <ApiPlansPage />;
}
