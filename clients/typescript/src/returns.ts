/** What a browser says about a page that comes back to life. Elsewhere there is nothing to watch. */

export interface Returns {
  /** The page is seen again; its timers may have stood still. */
  visible(): void;
  /** The device has a network again. */
  online(): void;
}

/** Watches until the function that comes back is called. */
export function watchReturns({ visible, online }: Returns): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => {};
  const onVisibility = (): void => {
    if (document.visibilityState === "visible") visible();
  };
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("online", online);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("online", online);
  };
}
