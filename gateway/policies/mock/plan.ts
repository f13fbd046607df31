import type { z } from "zod";
import type { Answer } from "../../contract/decision";
import { refuseConfig } from "../config/refuse-config";
import type { PlanScope } from "../manifest";
import { answersOf } from "../config/document-answers";
import { bodyText, LARGEST_BODY, type config } from "./manifest";
import type { AnswerGroup, MockPlan } from "./run";

type Settings = z.infer<typeof config>;

interface PlannedAnswer {
  readonly status: number;
  readonly name: string;
  readonly mediaType: string;
  readonly answer: Answer;
}

export function plan(settings: Settings, scope: PlanScope): MockPlan {
  const answers =
    settings.answers === undefined ? documentAnswers(scope) : settings.answers.map((answer) => writtenAnswer(answer));
  const groups = groupAnswers(answers);
  const byName: Record<string, number> = {};
  const byStatus: Record<string, number> = {};
  groups.forEach(({ status, name }, index) => {
    if (name !== "") {
      byName[`=${name}`] ??= index;
      byName[`${status}=${name}`] ??= index;
    }
    byStatus[`=${status}`] ??= index;
  });
  return {
    groups: groups.map(({ answers: ofGroup, mediaTypes }) => ({ answers: ofGroup, mediaTypes })),
    usual: usualGroup(settings, groups),
    callerChooses: settings.callerChooses,
    // By hand each answer is one of its own, and has the media type that it has.
    readsAccept: settings.answers === undefined,
    byName,
    byStatus,
  };
}

/** What can be answered, the usual first: "200 application/json". */
export function summarise({ groups, usual }: MockPlan): string[] {
  const texts = groups.map(({ answers, mediaTypes }) =>
    [String(answers[0]?.status ?? ""), ...mediaTypes.filter((mediaType) => mediaType !== "")].join(" "),
  );
  return [...new Set([texts[usual] ?? "", ...texts])];
}

function documentAnswers({ operation }: PlanScope): PlannedAnswer[] {
  const title = operation === undefined ? "this operation" : `${operation.method} ${operation.path}`;
  const document =
    operation?.document ??
    refuseConfig([], `there is no OpenAPI 3 document that says what ${title} answers: name answers`);
  return answersOf(document, title, LARGEST_BODY).map(({ status, name, mediaType, body }) => ({
    status,
    name,
    mediaType,
    answer: answerOf(status, body === undefined ? [] : ["Content-Type", mediaType], body),
  }));
}

function writtenAnswer({
  status,
  name = "",
  headers,
  mediaType,
  body,
}: NonNullable<Settings["answers"]>[number]): PlannedAnswer {
  const fields = [
    ...(body === undefined ? [] : ["Content-Type", mediaType]),
    ...headers.flatMap((header) => [header.name, header.value]),
  ];
  return { status, name, mediaType, answer: answerOf(status, fields, body === undefined ? undefined : bodyText(body)) };
}

function answerOf(status: number, fields: readonly string[], body: string | undefined): Answer {
  return {
    kind: "answer",
    status,
    headers: [...fields, "Gatehouse-Mock", "true"],
    ...(body !== undefined && { body }),
  };
}

/** Answers that differ only in their media type, among which the Accept field decides. */
function groupAnswers(answers: readonly PlannedAnswer[]): (AnswerGroup & { status: number; name: string })[] {
  const groups: { status: number; name: string; answers: Answer[]; mediaTypes: string[] }[] = [];
  for (const { status, name, mediaType, answer } of answers) {
    const group = groups.find(
      (each) => each.status === status && each.name === name && !each.mediaTypes.includes(mediaType),
    );
    if (group === undefined) {
      groups.push({ status, name, answers: [answer], mediaTypes: [mediaType] });
    } else {
      group.answers.push(answer);
      group.mediaTypes.push(mediaType);
    }
  }
  return groups;
}

/** What is given to who asks for nothing. */
function usualGroup({ status, example }: Settings, groups: readonly { status: number; name: string }[]): number {
  const usual = groups.findIndex(
    (group) => (status === undefined || group.status === status) && (example === undefined || group.name === example),
  );
  if (usual < 0) {
    refuseConfig(
      [status === undefined ? "example" : "status"],
      `there is no answer ${[status === undefined ? "" : `with status ${status}`, example === undefined ? "" : `named "${example}"`].filter((text) => text !== "").join(" ")}`,
    );
  }
  return usual;
}
