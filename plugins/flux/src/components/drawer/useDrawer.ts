import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

const PARAM = 'flux';

/** The drawer is in the URL, so that it can be sent to somebody. */
export function useDrawer() {
  const [params, setParams] = useSearchParams();
  const openId = params.get(PARAM) ?? undefined;

  const linkTo = useCallback(
    (id: string) => {
      const next = new URLSearchParams(params);
      next.set(PARAM, id);
      return { search: `?${next}` };
    },
    [params],
  );
  const open = useCallback(
    (id: string) =>
      setParams(current => {
        const next = new URLSearchParams(current);
        next.set(PARAM, id);
        return next;
      }),
    [setParams],
  );
  const close = useCallback(
    () =>
      setParams(current => {
        const next = new URLSearchParams(current);
        next.delete(PARAM);
        return next;
      }),
    [setParams],
  );
  return useMemo(
    () => ({ openId, linkTo, open, close }),
    [openId, linkTo, open, close],
  );
}
