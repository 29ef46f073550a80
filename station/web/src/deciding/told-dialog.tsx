import { t } from "../texts";
import { Modal } from "./modal";
import type { Work } from "./work";

/** It was a test: whether it was passed, and that the real scan comes now. */
export function ToldDialog({ work }: { work: Work }) {
  const told = work.told.value;
  if (!told) return null;
  return (
    <Modal
      title={t("deciding.test_title")}
      close={t("deciding.test_go")}
      onClose={() => {
        work.told.value = null;
      }}
    >
      <p class="told">{t(told.hit ? "deciding.test_hit" : "deciding.test_missed")}</p>
      <p>{t("deciding.test_real")}</p>
    </Modal>
  );
}
