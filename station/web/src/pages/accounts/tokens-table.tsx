import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { sayTime, t } from "../../texts";
import { revokeToken, sayWhatFor, type Token } from "./keeping";
import { Question } from "./question";

/** Tokens, those that count first to be seen. */
export function TokensTable({ tokens, done }: { tokens: Token[]; done: () => void }) {
  const all = useSignal(false);
  const asking = useSignal<Token | null>(null);
  const shown = tokens.filter((token) => all.value || !token.revoked);
  return (
    <>
      <ShowRevoked
        checked={all.value}
        check={(to) => {
          all.value = to;
        }}
      />
      {shown.length === 0 ? (
        <p>{t("tokens.none")}</p>
      ) : (
        <table class="table" aria-label={t(all.value ? "tokens.list.all" : "tokens.list")}>
          <thead>
            <tr>
              <th scope="col">{t("tokens.lane")}</th>
              <th scope="col">{t("tokens.note.short")}</th>
              <th scope="col">{t("tokens.made")}</th>
              <th scope="col">{t("tokens.state")}</th>
              <th scope="col">{t("tokens.do")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((token) => (
              <TokenRow
                key={token.id}
                token={token}
                ask={() => {
                  asking.value = token;
                }}
              />
            ))}
          </tbody>
        </table>
      )}
      {asking.value && (
        <RevokeDialog
          token={asking.value}
          done={done}
          close={() => {
            asking.value = null;
          }}
        />
      )}
    </>
  );
}

function ShowRevoked({ checked, check }: { checked: boolean; check: (to: boolean) => void }) {
  const id = useId();
  return (
    <p class="tick">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => check(event.currentTarget.checked)}
      />{" "}
      <label for={id}>{t("tokens.show_revoked")}</label>
    </p>
  );
}

function TokenRow({ token, ask }: { token: Token; ask: () => void }) {
  const { lane, note, created, revoked } = token;
  const label = t("tokens.revoke.label", { lane: sayWhatFor(lane), note });
  return (
    <tr>
      <th scope="row">{sayWhatFor(lane)}</th>
      <td>{note || "–"}</td>
      <td class="when">{sayTime(created)}</td>
      <td>{revoked ? t("tokens.revoked", { time: sayTime(revoked) }) : t("tokens.counts")}</td>
      <td class="doing">
        {!revoked && (
          <button type="button" class="small" aria-label={label} onClick={ask}>
            {t("tokens.revoke")}
          </button>
        )}
      </td>
    </tr>
  );
}

interface RevokeProps {
  token: Token;
  close: () => void;
  done: () => void;
}

function RevokeDialog({ token, close, done }: RevokeProps) {
  return (
    <Question
      title={t("tokens.revoke.ask", { lane: sayWhatFor(token.lane) })}
      why={t("tokens.revoke.why")}
      go={t("tokens.revoke.go")}
      act={async () => {
        await revokeToken(token);
        done();
      }}
      close={close}
    >
      {token.note && <p class="muted">{token.note}</p>}
    </Question>
  );
}
