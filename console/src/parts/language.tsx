/** The name of a language, in itself and in English. */

import { languageName } from "../languages";

export function Language({ tag }: { tag: string }) {
  const { own, english, direction, isLanguage } = languageName(tag);
  if (!isLanguage) return <span class="language">{own}</span>;
  return (
    <span class="language">
      <bdi class="own" lang={tag} dir={direction}>
        {own}
      </bdi>
      {own !== english && (
        <>
          {" "}
          <span class="english">{english}</span>
        </>
      )}
    </span>
  );
}
