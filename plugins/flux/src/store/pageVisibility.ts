/** Whether somebody can see the page; a hidden tab asks the backend for nothing. */
export const pageVisibility = {
  isVisible(): boolean {
    return document.visibilityState !== 'hidden';
  },

  /** Calls back on each change; returns how to stop. */
  subscribe(listener: (visible: boolean) => void): () => void {
    const onChange = () => listener(pageVisibility.isVisible());
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  },
};
