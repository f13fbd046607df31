import { ApiReferencePage } from "./api-reference-page";

export default function Page() {
  return <ApiReferencePage />;
}
