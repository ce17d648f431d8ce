import { useEffect, useState } from 'react';

/** True once the component has been there for a while: what loads at once should not flicker. */
export function useDelayed(ms = 300): boolean {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return due;
}
