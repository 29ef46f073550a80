import { useEffect, useRef } from "preact/hooks";
import { keyTables } from "../parts/keys";
import { t } from "../texts";
import { AlarmPart } from "./alarm-part";
import { ClosedPart } from "./closed-part";
import { Foot } from "./foot";
import { IdentityPart, ManifestPart } from "./identity-part";
import { JustDisposed } from "./just-disposed";
import { KeysDialog } from "./keys-dialog";
import { useLeaving } from "./leaving";
import { useDecidingKeys } from "./pressing";
import { ReferralPart } from "./referral-part";
import { ToldDialog } from "./told-dialog";
import { UnseenPart } from "./unseen-part";
import { useView } from "./viewing";
import { type DecidingProps, useWork } from "./work";

/** All that is known, and all that can be said, of the inspection whose scan is beside it. */
export function DecidingPanel(props: DecidingProps) {
  return <Panel key={props.inspection.id} {...props} />;
}

function Panel(props: DecidingProps) {
  const work = useWork(props);
  const ref = useRef<HTMLElement>(null);
  useView(props.inspection);
  useDecidingKeys(work);
  useLeaving(work);
  const mode = work.mode.value;
  useEffect(() => {
    if (mode === "looking" && document.activeElement === document.body) ref.current?.focus();
  }, [mode]);
  return (
    <section
      ref={ref}
      class="deciding"
      aria-label={t("deciding.label")}
      aria-busy={work.acting.busy.value}
      tabIndex={-1}
    >
      <div class="deciding-body">
        <JustDisposed except={props.inspection.id} />
        <UnseenPart inspection={props.inspection} />
        <IdentityPart work={work} />
        <ClosedPart work={work} />
        <AlarmPart work={work} />
        <ManifestPart work={work} />
        <ReferralPart work={work} />
      </div>
      <Foot work={work} />
      <ToldDialog work={work} />
      <KeysDialog tables={keyTables.value} />
    </section>
  );
}
