import { act, api } from "../api/client";
import { sayTime, t } from "../texts";
import { LineForm } from "./line-form";
import { Pane } from "./pane";
import { Press } from "./press";
import { stepOut, type Work } from "./work";

/** A hold for another agency; supervisors make and lift it. */
export function ReferralPart({ work }: { work: Work }) {
  const { referral } = work.inspection;
  const supervises = work.role === "supervisor";
  if (!referral && !supervises) return null;
  return (
    <section class="referral" aria-label={t("deciding.referral")}>
      {referral && (
        <p>
          <b>{t("deciding.referred")}</b>{" "}
          {t("deciding.by", { who: referral.by, when: sayTime(referral.made) })}: {referral.note}
        </p>
      )}
      {supervises && <ReferralActions work={work} />}
    </section>
  );
}

function ReferralActions({ work }: { work: Work }) {
  const { mode, acting } = work;
  const { referral } = work.inspection;
  const off = acting.busy.value;
  if (mode.value === "referring") {
    return (
      <Pane title={t("deciding.refer_why")} onOut={() => stepOut(work)}>
        <LineForm
          label={t("deciding.note")}
          button={t("deciding.refer")}
          off={off}
          send={(note) => void refer(work, note)}
        />
      </Pane>
    );
  }
  if (mode.value === "lifting" && referral) {
    return (
      <Pane title={t("deciding.lift_ask")} onOut={() => stepOut(work)}>
        <Press
          text={t("deciding.lift")}
          keys="Enter"
          look="primary"
          off={off}
          onPress={() => void lift(work, referral.id)}
        />
      </Pane>
    );
  }
  return (
    <Press
      text={t(referral ? "deciding.lift" : "deciding.refer")}
      look="quiet"
      onPress={() => {
        stepOut(work);
        mode.value = referral ? "lifting" : "referring";
      }}
    />
  );
}

async function refer(work: Work, note: string): Promise<void> {
  const params = { path: { inspection_id: work.inspection.id } };
  const made = await work.acting.run(() =>
    act((request) =>
      api.POST("/api/inspections/{inspection_id}/referral", { params, body: { request, note } }),
    ),
  );
  if (made) stepOut(work);
}

async function lift(work: Work, referral: string): Promise<void> {
  const params = { path: { inspection_id: work.inspection.id, referral_id: referral } };
  const made = await work.acting.run(() =>
    act(() => api.DELETE("/api/inspections/{inspection_id}/referral/{referral_id}", { params })),
  );
  if (made) stepOut(work);
}
