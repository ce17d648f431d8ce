/** What the browser says of the network; it is a hint, as it knows nothing of the way beyond. */
export const pageNetwork = {
  /** Calls back when the page went offline or came back; returns how to stop. */
  subscribe(listener: () => void): () => void {
    window.addEventListener('online', listener);
    window.addEventListener('offline', listener);
    return () => {
      window.removeEventListener('online', listener);
      window.removeEventListener('offline', listener);
    };
  },
};
