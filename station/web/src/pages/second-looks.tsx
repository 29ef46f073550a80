import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, get } from "../api/client";
import { settings } from "../api/settings";
import { useAnswer, useNews } from "../live/answer";
import { mayChangeInspections } from "../live/queue";
import { Problem } from "../parts/problem";
import { t } from "../texts";
import { LookCard } from "./second-looks/look-card";
import { type SecondLook, sortOldest } from "./second-looks/waiting";

const OFTEN_MS = 500;
const MINUTE_MS = 60_000;

/** Dismissed alarms that wait for a supervisor's word, as they come and go. */
export function SecondLooksPage() {
  const asked = useAnswer(async () => sortOldest(await get(api.GET("/api/second-looks"))), "");
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  useNews(mayChangeInspections, () => void asked.ask(), OFTEN_MS);
  return (
    <main id="main" class="sheet">
      <h1>{t("shell.second_looks")}</h1>
      <p class="muted">{t("second.intro")}</p>
      <Problem text={asked.problem.value} />
      <Waiting looks={asked.answer.value} now={now.value} silent={asked.problem.value !== null} />
    </main>
  );
}

interface WaitingProps {
  looks: SecondLook[] | null;
  now: number;
  silent: boolean;
}

function Waiting({ looks, now, silent }: WaitingProps) {
  if (looks === null) return silent ? null : <p>{t("shell.loading")}</p>;
  const off = settings.value !== null && settings.value.four_eyes_score === null;
  if (looks.length === 0) return <p>{t(off ? "second.off" : "second.empty")}</p>;
  return (
    <ul class="looks" aria-label={t("second.list")}>
      {looks.map((look) => (
        <LookCard key={look.alarm.id} look={look} now={now} />
      ))}
    </ul>
  );
}
