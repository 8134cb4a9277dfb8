/** Asks before what cannot be undone. */

import { useLayoutEffect, useRef } from "preact/hooks";

export interface Question {
  title: string;
  text: string;
  yes: string;
  onYes(): void;
}

/** A dialogue while there is a question; `onClose` is to take it away. */
export function Confirm({ question, onClose }: { question: Question | undefined; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // With the question itself, not after it is painted: a key that is pressed between the two is meant for it.
  useLayoutEffect(() => {
    if (question === undefined) dialog.current?.close();
    else dialog.current?.showModal();
  }, [question]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="question-title">
      {question !== undefined && (
        <form method="dialog">
          <h2 id="question-title">{question.title}</h2>
          <p>{question.text}</p>
          <div class="answers">
            <button type="submit" class="quiet">
              No, go back
            </button>
            <button type="submit" class="danger" onClick={question.onYes}>
              {question.yes}
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}
