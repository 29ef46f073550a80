import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../texts";

interface ModalProps {
  title: string;
  close?: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A dialog over all else; Escape and its button close it. */
export function Modal({ title, close = t("deciding.close"), onClose, children }: ModalProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!ref.current?.open) ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} class="modal" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
      <form method="dialog">
        <button type="submit" class="primary">
          {close}
        </button>
      </form>
    </dialog>
  );
}
